Feature: Reading an appointment
  An appointment is read at its URL, in its current version or an earlier one.

  @PRV-GET-01 @PRV-GET-02 @FMT-24
  Scenario: An appointment and its version are read
    Given Ms Patient, for whom the first 111 service booked an original appointment from 6 hours on at the provider
    Then the first 111 service can read the original appointment from its provider
    And its current version can be read by its version id
    And its version id is the same each time it is read

  @PRV-GET-03 @PRV-GET-11 @FMT-14
  Scenario: A read that is wrong is refused
    Given a good read of a booked appointment
    When it is sent with each of these differences
      | change                                | answer             | decides    |
      | of an id that never was               | read-unknown       | PRV-GET-03 |
      | of the id in the other case           | read-wrong-case    | FMT-14     |
      | with the further parameter _count=abc | bad-read-parameter | PRV-GET-11 |
    Then each is answered as the table says, and the good one is accepted
