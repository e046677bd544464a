@claims:appointment-search
Feature: Searching for a patient's appointments
  An optional interaction: a consumer asks a provider for the appointments of a patient.

  @PRV-SAPT-01 @PRV-SAPT-02 @PRV-SAPT-03 @PRV-SAPT-06 @PRV-SAPT-07
  Scenario: A patient's appointments are found by NHS number, each as it was booked
    Given Ms Patient, for whom the first 111 service booked a first appointment at the provider, starting at least 6 hours from now
    When the first 111 service searches the provider for appointments of the patient
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Ms Patient, for whom the first 111 service booked another appointment at the provider, starting at least 6 hours from now
    And Ms Patient, for whom the first 111 service booked a new appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the first appointment
    And the first 111 service searches the provider for appointments of the patient
    Then the patient's current appointments are found, and none of another patient
    When the second 111 service searches the provider for appointments of the patient
    Then the patient's current appointments are found, and none of another patient
    When the first 111 service searches the provider by numbers that nearly match the patient's
    Then nothing of the patient is found

  @PRV-SAPT-01
  Scenario: A patient without appointments has none
    When the first 111 service searches the provider for appointments of a patient who has none
    Then the answer is an empty Bundle

  @PRV-SAPT-04
  Scenario: An invalid search for appointments is rejected
    Given a valid search for a patient's appointments
    When it is sent with each of these changes
      | change                       | answer                       | decides     |
      | with the patient not-a-token | appointment-search-bad-query | PRV-SAPT-04 |
    Then each is answered as the table says, and the control request is accepted

  @PRV-SAPT-09
  Scenario: A patient without NHS number is found by the provider's own identifier
    Given an appointment of a patient without NHS number
    When the first 111 service searches the provider by its own patient identifier
    Then that appointment is found
