@alone @last
Feature: The appointments at the end of a run
  What was booked and cancelled in all the scenarios before, some of it long ago, and what comes of requests in an
  order that no scenario has. These come after all others.

  @PRV-BOOK-09 @PRV-CAN-06 @PRV-GET-01 @PRV-GET-13
  Scenario: What was booked and cancelled during the run still reads back the same
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the original appointment
    And what this run booked is read once more
    Then each appointment is returned as it was booked
    And each cancelled appointment is still cancelled
    And the first version of each is kept, if the provider keeps versions

  @explores @PRV-BOOK-01 @PRV-BOOK-10 @PRV-CAN-01 @PRV-GET-01 @PRV-GET-13 @WKF-09
  Scenario: Random sequences of requests get only answers that the standard allows
    When random sequences of searches, bookings, reads and cancellations are sent to the provider
    Then the provider answers each request as it must after those before it
