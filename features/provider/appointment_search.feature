@claims:appointment-search
Feature: Searching for a patient's appointments
  An optional interaction: a consumer asks a provider for the appointments of a patient.

  @PRV-SAPT-01 @PRV-SAPT-02 @PRV-SAPT-03 @PRV-SAPT-06 @PRV-SAPT-07
  Scenario: A patient's appointments are found by NHS number, each as it is
    Given Ms Patient, for whom the first 111 service booked a first appointment from 6 hours on at the provider
    When the first 111 service searches the provider for appointments of the patient
    Given Ms Patient, for whom the first 111 service booked an original appointment from 6 hours on at the provider
    And Ms Patient, for whom the first 111 service booked another appointment from 6 hours on at the provider
    And Ms Patient, for whom the first 111 service booked a new appointment from 6 hours on at the provider
    When the patient confirms and the first 111 service cancels the first appointment
    And the first 111 service searches the provider for appointments of the patient
    Then the appointments that stand are found, and none of another patient
    When the second 111 service searches the provider for appointments of the patient
    Then the appointments that stand are found, and none of another patient
    When the first 111 service searches the provider by numbers that are not quite the patient's
    Then nothing of the patient is found

  @PRV-SAPT-01
  Scenario: A patient without appointments has none
    When the first 111 service searches the provider for appointments of a patient who has none
    Then the answer is an empty Bundle

  @PRV-SAPT-04
  Scenario: A search for appointments that is wrong is refused
    Given a good search for a patient's appointments
    When it is sent with each of these differences
      | change                       | answer                       | decides     |
      | with the patient not-a-token | appointment-search-bad-query | PRV-SAPT-04 |
    Then each is answered as the table says, and the good one is accepted

  @PRV-SAPT-09
  Scenario: A patient without NHS number is found by the provider's own identifier
    Given an appointment of a patient without NHS number
    When the first 111 service searches the provider by its own patient identifier
    Then that appointment is found
