@story-d @claims:registry
Feature: D in depth · Several entries, a provider that is away, and two services at once
  Two entries of which one is meant, one that points to a provider that is away, and two services that
  act at the same moment.

  @PRV-GET-01 @PRV-CAN-13 @PRV-CAN-14 @SEC-35 @REG-10 @REG-11 @REG-15
  Scenario: Of two appointments in the registry only the one that the patient means is cancelled
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Mr Patient, for whom the first 111 service booked another appointment at the provider, starting at least 12 hours from now
    Then the registry has a booked entry for the original appointment
    And the registry has a booked entry for the other appointment
    When Mr Patient calls the second 111 service and is assessed
    And the second 111 service searches the registry for appointments of the patient
    Then the registry answers with entries of that patient only, one of them for the original appointment
    And the registry answers with entries of that patient only, one of them for the other appointment
    When the patient confirms and the second 111 service cancels the original appointment
    Then another 111 organisation could cancel, or was rejected with the reason
    And if it was cancelled, the registry entry of the original appointment is no longer booked
    And the other appointment stands as it was booked
    And the registry has a booked entry for the other appointment

  @PRV-BOOK-01 @PRV-BOOK-07 @REG-10 @REG-15
  Scenario: An entry points to a provider that is away, and another appointment can still be booked
    Given Mrs Patient, for whom the registry has an entry that points to a provider which is away
    When Mrs Patient calls the second 111 service and is assessed
    And the registry is searched for the patient
    Then that entry is found, although the appointment cannot be read
    When the second 111 service searches the second provider for free slots within 2 hours
    And the second 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the registry has a booked entry for the new appointment
    When the registry is searched for the patient
    Then that entry is found, although the appointment cannot be read

  @PRV-CAN-08 @PRV-CAN-18 @PRV-CAN-21 @REG-10 @REG-11
  Scenario: Two services cancel the same original at the same moment
    Given Mrs Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 12 hours from now
    Then the registry has a booked entry for the original appointment
    When the first 111 service and the second 111 service cancel the original appointment at the same moment
    Then one of them succeeds, and the other receives a conflict
    And the registry shows one entry of the original appointment, which is cancelled
