Feature: What a refusal says
  A refusal points at the fault in what was sent, or says what stands in the way.

  @ERR-03 @PRV-CAN-10
  Scenario: A refusal of a cancellation that breaks the profile points at the fault
    Given a good cancellation of a booked appointment
    When it is sent with each of these differences
      | change                          | answer         | decides    |
      | without the element participant | profile-breach | PRV-CAN-10 |
    Then each is answered as the table says, and the good one is accepted
    And each refusal points at the fault

  @ERR-04 @PRV-CAN-07 @PRV-CAN-08
  Scenario: A cancellation that is refused for what it would do is told why
    Given a good cancellation of a booked appointment
    When it is sent with each of these differences
      | change                                 | answer         | decides    |
      | with the element description="Changed" | cancel-differs | PRV-CAN-07 |
      | quoting another version                | stale-version  | PRV-CAN-08 |
    Then each is answered as the table says, and the good one is accepted
    And each refusal gives the reason
    And those refused for different reasons give different reasons

  @ERR-04 @PRV-BOOK-14 @PRV-BOOK-19
  Scenario: Bookings that are refused for different reasons are told apart
    Given a good booking of a free slot
    When it is sent with each of these differences
      | change                     | answer             | decides     |
      | a slot that does not exist | unknown-slot       | PRV-BOOK-14 |
      | the NHS number 999000001   | invalid-nhs-number | PRV-BOOK-19 |
    Then each is answered as the table says, and the good one is accepted
    And those refused for different reasons give different reasons

  @ERR-03 @PRV-BOOK-13 @PRV-BOOK-14
  Scenario: A refusal of another resource, or of a slot that is not there, should point at the fault
    Given a good booking of a free slot
    When it is sent with each of these differences
      | change                          | answer         | decides     |
      | a body that is another resource | malformed-body | PRV-BOOK-13 |
      | a slot that does not exist      | unknown-slot   | PRV-BOOK-14 |
    Then each is answered as the table says, and the good one is accepted
    And each refusal should point at the fault
