Feature: Reading an appointment
  An appointment is read at its URL, in its current version or an earlier one.

  @PRV-GET-01 @PRV-GET-02 @PRV-GET-10 @FMT-24 @PRV-BOOK-01 @PRV-BOOK-07
  Scenario: An appointment and its versions are read
    Given Ms Patient, who is assessed by the first 111 service
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the original appointment
    Then the booking is accepted
    And the first 111 service can read the original appointment from its provider
    And the read scope was sufficient
    And its current version can be read by its version id
    And its version id is the same each time it is read
    When the patient confirms and the first 111 service cancels the original appointment
    Then each of its versions can be read by its version id

  @PRV-GET-02 @PRV-GET-03 @PRV-GET-11 @FMT-14
  Scenario: An invalid read is rejected
    Given a valid read of a booked appointment
    When it is sent with each of these changes
      | change                                | answer             | decides    |
      | of an id that never was               | read-unknown       | PRV-GET-03 |
      | of the beginning of the id            | read-unknown       | PRV-GET-03 |
      | of a version that never was           | read-no-version    | PRV-GET-02 |
      | of the id in the other case           | read-wrong-case    | FMT-14     |
      | with the further parameter _count=abc | bad-read-parameter | PRV-GET-11 |
    Then each is answered as the table says, and the control request is accepted
