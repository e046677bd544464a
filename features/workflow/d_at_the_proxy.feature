@registry @claims:registry @needs:tap
Feature: D at the recording proxy · Entries that are out of date, and patients who have none
  What the story comes to when the registry does not know yet what the provider knows, or must never
  know: seen, and brought about, by the recording proxy between them.

  @needs:control @PRV-GET-13 @PRV-CAN-06 @PRV-BOOK-01 @PRV-BOOK-07 @REG-10 @REG-11 @REG-15
  Scenario: The entry is out of date, because the provider's staff cancelled and the registry does not know yet
    Given Mrs Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 12 hours from now
    Then the registry has a booked entry for the original appointment
    When the registry takes no updates of the patient's entries
    And the staff of the provider cancel the original appointment locally
    And Mrs Patient calls the second 111 service and is assessed
    And the second 111 service searches the registry for appointments of the patient
    Then the registry answers with entries of that patient only, one of them for the original appointment
    And the original appointment now reads as cancelled, and its earlier version as booked
    When the second 111 service searches the second provider for free slots within 2 hours
    And the second 111 service books the slot found as the new appointment
    Then the booking is accepted
    And the registry has a booked entry for the new appointment
    When the registry takes updates again
    Then the registry entry of the original appointment is no longer booked

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01 @REG-07 @REG-10
  Scenario: A patient without NHS number has an appointment and no entry
    Given an appointment of a patient without NHS number
    Then the original appointment stands as it was booked
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found for another patient as the other appointment
    Then the booking is accepted
    And the provider registers the other appointment, and no entry without NHS number
