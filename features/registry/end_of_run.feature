@registry @claims:registry @alone @last
Feature: The registry at the end of a run
  Whatever was booked and cancelled in the whole run, by whom, for whom and in which format: the registry
  has each appointment once, in its state, and nothing else. These scenarios come after all others.

  @REG-10 @REG-11
  Scenario: Every booking of the run is in the registry once, and every cancellation has reached its entry
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the original appointment
    And the registry is compared with all that this run booked and cancelled
    Then each appointment that was booked is registered once
    And the entry of each cancelled appointment is no longer booked, and no other entry has changed

  @needs:tap @REG-06 @REG-07 @REG-08 @REG-10 @REG-15 @REG-17
  Scenario: The registry received the pointers to those bookings and nothing else, and shows what it received
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the original appointment
    And the registry is compared with all that this run booked and cancelled
    Then each registration was the pointer and nothing more
    And nothing was registered that was not booked
    And the registry shows each entry once, in its last state

  @explores @REG-01 @REG-14 @REG-17
  Scenario: Random sequences of registrations, updates and reads get only answers that the standard allows
    When random sequences of registrations, updates, reads and searches are sent to the registry
    Then the registry answers each request as it must after those before it
