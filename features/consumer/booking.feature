@consumer
Feature: Booking by the consumer

  @CON-BOOK-11 @WKF-15
  Scenario: A patient with an NHS number is booked
    When the first 111 service books the caller at "Langdale Urgent Treatment Centre" within 24 hours
    Then the booking is confirmed to the user
    And a booking is told only where the provider accepted it

  @RES-PAT-03
  Scenario: A patient without NHS number is booked
    Given a caller without NHS number
    When the first 111 service books the caller at "Marlow Bridge Urgent Treatment Centre" within 24 hours
    Then the patient of the booking has no identifier
