@story-b
Feature: B · Mr Patient calls the same 111 service back
  On a Friday afternoon Mr Patient is booked for an appointment in 6 hours. An hour later he is
  worse and calls 111 back. He is re-assessed, as a new encounter, and must be seen within 2 hours.
  The new appointment is booked, the existing one is listed, Mr Patient confirms, and the original
  is cancelled.

  @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-BOOK-01 @PRV-BOOK-03 @PRV-BOOK-07 @WKF-09
  @PRV-CAN-01 @PRV-CAN-02 @PRV-CAN-03 @PRV-CAN-04 @PRV-CAN-06 @PRV-CAN-14 @PRV-GET-01 @PRV-GET-13
  Scenario: The original is cancelled once the sooner appointment stands
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When Mr Patient calls the first 111 service back and is re-assessed
    And the first 111 service searches the provider for free slots within 2 hours
    Then the response contains free slots in the requested window
    When the first 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the original appointment stands beside the new one
    And the slot of the new appointment is no longer offered
    When the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation after the call is accepted
    And only the status of the original appointment has changed, in a new version
    And the answer carries the new version in its headers
    And the original appointment now reads as cancelled, and its earlier version as booked
    And the new appointment stands as it was booked

  @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01 @PRV-CAN-01 @PRV-CAN-02
  @PRV-CAN-14 @PRV-GET-13 @PRV-CAN-06
  Scenario: The sooner appointment is at another provider
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When Mr Patient calls the first 111 service back and is re-assessed
    And the first 111 service searches the second provider for free slots within 2 hours
    Then the response contains free slots in the requested window
    When the first 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the original appointment stands as it was booked
    When the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation after the call is accepted
    And only the status of the original appointment has changed, in a new version
    And the original appointment now reads as cancelled, and its earlier version as booked
    And the new appointment stands as it was booked
