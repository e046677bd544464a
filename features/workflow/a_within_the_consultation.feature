@story-a
Feature: A · Ms Patient is re-booked within the consultation
  On a Tuesday evening Ms Patient is assessed by a 111 service and needs to be seen face to face.
  An appointment is booked. When the details are read back she cannot attend at that time, so
  another slot of the same service is booked, and only then is the first appointment cancelled.
  There is no call to "rebook": it is an ordinary booking and an ordinary cancellation.

  @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-BOOK-01 @PRV-BOOK-03 @PRV-BOOK-07 @WKF-09
  @PRV-CAN-01 @PRV-CAN-02 @PRV-CAN-03 @PRV-CAN-04 @PRV-CAN-06 @PRV-CAN-14 @PRV-GET-01 @PRV-GET-13
  Scenario: The first appointment is cancelled once the new one stands, in the same call
    Given Ms Patient, who is assessed by the first 111 service
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    Then the response contains free slots in the requested window
    When the first 111 service books the slot found as the first appointment
    Then the booking is accepted
    When within the same call the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the first appointment stands beside the new one
    And the slot of the new appointment is no longer offered
    When the patient confirms and the first 111 service cancels the first appointment
    Then the cancellation within the call is accepted
    And only the status of the first appointment has changed, in a new version
    And the answer carries the new version in its headers
    And the first appointment now reads as cancelled, and its earlier version as booked
    And the new appointment stands as it was booked
