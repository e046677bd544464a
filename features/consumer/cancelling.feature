@consumer
Feature: Cancelling by the consumer
  The consumer reads the appointment from its provider, changes its status alone, and sends it back with the version
  that it read.

  @CON-CAN-08 @CON-CAN-09 @CON-BOOK-05 @CON-CAN-07 @WKF-03
  Scenario: The 111 service that booked cancels later
    Given a caller whom the first 111 service has booked at "Norwood Urgent Treatment Centre" within 8 hours
    And no registry is to be had
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the original is cancelled at the address that its booking gave
    And the user is told what came of the cancellation
    And no other appointment is cancelled

  @CON-CAN-08 @CON-CAN-09 @CON-BOOK-05
  Scenario: The appointment holds a note of the provider's staff
    Given a caller whom the first 111 service has booked at "Orrell Urgent Treatment Centre" within 8 hours
    And staff have put a note into the appointment at "Orrell Urgent Treatment Centre"
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the original is cancelled at the address that its booking gave
