@story-c
Feature: C · Mrs Patient reaches another 111 service, and the original is never cancelled
  Mrs Patient calls 111 at work and is booked for an appointment in 12 hours. At home she is worse,
  calls again and reaches another 111 service, which knows nothing of the first appointment and books
  a sooner one. The original stays booked, and both stand until it is dealt with locally.

  @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01 @WKF-09
  Scenario: Both appointments stand at the provider
    Given Mrs Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 12 hours from now
    When Mrs Patient calls the second 111 service and is assessed
    And the second 111 service searches the provider for free slots within 2 hours
    Then the response contains free slots in the requested window
    When the second 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the original appointment stands beside the new one
    And the new appointment stands as it was booked

  @needs:control @PRV-SRCH-41 @PRV-GET-13 @PRV-CAN-06 @PRV-GET-01
  Scenario: The provider's staff deal with the original locally
    Given Mrs Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 12 hours from now
    And Mrs Patient, for whom the second 111 service booked a new appointment at the provider, within 2 hours
    When the staff of the provider cancel the original appointment locally
    Then the original appointment now reads as cancelled, and its earlier version as booked
    And the slot of the original appointment is offered again
    And the new appointment stands as it was booked
