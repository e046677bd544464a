Feature: What a rejection says
  A rejection points at the fault in what was sent, or says what stands in the way.

  @ERR-03 @PRV-CAN-10
  Scenario: The rejection of a cancellation that breaks the profile points at the fault
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                          | answer         | decides    |
      | without the element participant | profile-breach | PRV-CAN-10 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection points at the fault

  @ERR-04 @PRV-CAN-07 @PRV-CAN-08
  Scenario: The rejection of a cancellation gives the reason
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                                 | answer         | decides    |
      | with the element description="Changed" | cancel-differs | PRV-CAN-07 |
      | quoting another version                | stale-version  | PRV-CAN-08 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection gives the reason
    And requests rejected for different reasons give different reasons

  @ERR-04 @PRV-BOOK-14 @PRV-BOOK-19
  Scenario: Rejections of bookings for different reasons can be told apart
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                     | answer             | decides     |
      | a slot that does not exist | unknown-slot       | PRV-BOOK-14 |
      | the NHS number 999000001   | invalid-nhs-number | PRV-BOOK-19 |
    Then each is answered as the table says, and the control request is accepted
    And requests rejected for different reasons give different reasons

  @ERR-03 @PRV-BOOK-13 @PRV-BOOK-14
  Scenario: The rejection of a wrong resource, or of a slot that does not exist, should point at the fault
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                          | answer         | decides     |
      | a body that is another resource | malformed-body | PRV-BOOK-13 |
      | a slot that does not exist      | unknown-slot   | PRV-BOOK-14 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection should point at the fault
