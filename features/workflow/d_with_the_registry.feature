@story-d @claims:registry
Feature: D · Mrs Patient reaches another 111 service, which finds the original in the registry
  As in story C, but the providers tell an Appointment Registry of what is booked and cancelled. While
  Mrs Patient's demographics are confirmed, the second 111 service finds the original there. It is read
  from its own provider, a sooner one is booked at another provider, and the original is cancelled.

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-GET-01 @PRV-CAN-13 @PRV-CAN-14 @SEC-35
  @REG-10 @REG-11 @REG-15
  Scenario: The original is found, replaced at another provider, and cancelled
    Given Mrs Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 12 hours from now
    Then the registry has a booked entry for the original appointment
    When Mrs Patient calls the second 111 service and is assessed
    And the second 111 service searches the registry for appointments of the patient
    Then the registry answers with entries of that patient only, one of them for the original appointment
    And the second 111 service can read the original appointment from its provider
    When the second 111 service searches the second provider for free slots within 2 hours
    Then the response contains free slots in the requested window
    When the second 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the registry has a booked entry for the new appointment
    When the patient confirms and the second 111 service cancels the original appointment
    Then another 111 organisation could cancel, or was rejected with the reason
    And if it was cancelled, the registry entry of the original appointment is no longer booked
    And the registry has a booked entry for the new appointment

  @PRV-CAN-01 @PRV-CAN-02 @PRV-CAN-14 @REG-10 @REG-11
  Scenario: A cancellation by the organisation that booked reaches the registry
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    Then the registry has a booked entry for the original appointment
    When Mr Patient calls the first 111 service back and is re-assessed
    And the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation after the call is accepted
    And only the status of the original appointment has changed, in a new version
    And the registry entry of the original appointment is no longer booked

  @alone @needs:control @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01 @REG-10
  Scenario: The registry is away while a booking is made, and nothing is lost
    Given Mrs Patient, who is assessed by the first 111 service
    And the registry is away
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the original appointment
    Then the booking is accepted
    And the original appointment stands as it was booked
    When the registry is back
    Then the registry has a booked entry for the original appointment
