@alone @last
Feature: The appointments at the end of a run
  What was booked and cancelled in all the scenarios before, some of it long ago. These come after all others.

  @PRV-BOOK-09 @PRV-CAN-06 @PRV-GET-01 @PRV-GET-13
  Scenario: What was booked and cancelled still reads so
    Given Mr Patient, for whom the first 111 service booked an original appointment from 6 hours on at the provider
    When the patient confirms and the first 111 service cancels the original appointment
    And what this run booked is read once more
    Then each appointment is there, as it was asked for
    And each that was cancelled is cancelled still
    And the first version of each is kept, where versions are
