@story-wrong
Feature: When something goes wrong on the way to a new appointment
  Whatever goes wrong, the patient is never left without the appointment that stood before, and the
  provider says plainly what did not happen.

  @PRV-BOOK-10 @PRV-BOOK-26 @ERR-15 @PRV-GET-01
  Scenario: The new slot is taken by someone else, and the original is untouched
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When Mr Patient calls the first 111 service back and is re-assessed
    And the first 111 service searches the provider for free slots within 2 hours
    But meanwhile the second 111 service books that slot for someone else
    And the first 111 service books the slot found as the new appointment
    Then the booking is rejected because the slot is taken
    And the original appointment still stands after the rejection
    And the appointment of someone else stands as it was booked

  @PRV-CAN-08 @PRV-CAN-18 @ERR-15 @PRV-BOOK-01 @PRV-BOOK-07 @PRV-CAN-21
  Scenario: The cancellation quotes a version that is not the current one, and both appointments stand
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When Mr Patient calls the first 111 service back and is re-assessed
    And the first 111 service searches the provider for free slots within 2 hours
    And the first 111 service books the slot found as the new appointment
    Then the booking is accepted
    When the first 111 service cancels the original appointment quoting another version
    Then the cancellation is rejected as a version conflict
    And the original appointment still stands after the rejection
    And the new appointment still stands after the rejection

  @needs:control @PRV-CAN-08 @PRV-CAN-18 @PRV-CAN-21
  Scenario: The cancellation meets a newer version, made by the provider's staff meanwhile
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service has read the original appointment and then the staff of the provider change it
    And the first 111 service cancels the original appointment as it was before that change
    Then the cancellation is rejected as a version conflict
    And the original appointment is still booked in its newer version

  @PRV-CAN-09 @PRV-CAN-21 @ERR-15
  Scenario: The cancellation quotes no version, and the original stands
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service cancels the original appointment without quoting a version
    Then the cancellation is rejected because If-Match is missing
    And the original appointment still stands after the rejection

  @PRV-CAN-07 @PRV-CAN-21 @ERR-15
  Scenario Outline: The cancellation would change more than the status, and the original stands
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service cancels the original appointment and changes its <element> with it
    Then the cancellation is rejected because more than the status differs
    And the original appointment still stands after the rejection

    Examples:
      | element         |
      | start           |
      | description     |
      | patient's name  |

  @PRV-CAN-01 @PRV-CAN-02 @PRV-CAN-14 @PRV-GET-01 @PRV-GET-13 @PRV-CAN-06
  Scenario: Of two earlier appointments only the one asked for is cancelled
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Mr Patient, for whom the first 111 service booked another appointment at the provider, starting at least 6 hours from now
    When Mr Patient calls the first 111 service back and is re-assessed
    And the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation after the call is accepted
    And only the status of the original appointment has changed, in a new version
    And the original appointment now reads as cancelled, and its earlier version as booked
    And the other appointment stands as it was booked

  @PRV-CAN-13 @PRV-CAN-14 @SEC-35
  Scenario Outline: Another organisation than the one that booked cancels
    Given Mrs Patient, for whom the first 111 service booked an original appointment at <place>, starting at least 6 hours from now
    When the patient confirms and <who> cancels the original appointment
    Then <kind> could cancel, or was rejected with the reason

    Examples:
      | place               | who                    | kind                        |
      | the provider        | the second 111 service | another 111 organisation    |
      | the provider        | another organisation   | any consumer organisation   |
      | the second provider | the second 111 service | another 111 organisation    |
