@consumer
Feature: Booking by the consumer

  @CON-BOOK-11 @WKF-15 @RES-PAT-16
  Scenario: A patient with an NHS number is booked
    When the first 111 service books the caller at "Langdale Urgent Treatment Centre" within 24 hours
    Then the booking is confirmed to the user
    And the address of the booking is the caller's
    And a booking is told only where the provider accepted it

  @RES-PAT-03
  Scenario: A patient without NHS number is booked
    Given a caller without NHS number
    When the first 111 service books the caller at "Marlow Bridge Urgent Treatment Centre" within 24 hours
    Then the patient of the booking has no identifier

  @FMT-08
  Scenario: A caller whose name goes beyond ASCII is booked under that name
    Given a caller whose name goes beyond ASCII
    When the first 111 service books the caller at "Pateley Urgent Treatment Centre" within 24 hours
    Then the booking has the name of the caller

  @FMT-10
  Scenario: The answer is not compressed, though that was asked for
    Given the proxy asks "Xenford Urgent Treatment Centre" for nothing compressed
    When the first 111 service books the caller at "Xenford Urgent Treatment Centre" within 24 hours
    Then it is booked from an answer that is not compressed
