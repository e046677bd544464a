@consumer @recorded
Feature: A consumer judged from a recording
  Nobody gives the consumer tasks: it is judged by what passed between it and providers. What only its user saw is left
  to a person's statement, and what the recording does not show is not held against it.

  @CON-XTI-02
  Scenario: No booking is made again blindly
    Given every request of the recording, each checked as a whole
    Then a booking whose answer was lost is made again with the same request id, or not at all

  @CON-REB-01 @CON-REB-02
  Scenario: An appointment is replaced by booking anew, and then cancelling
    Given what the recording has of each patient
    Then the new appointment is booked before the original is cancelled

  @WKF-11
  Scenario: Slots are searched again for another booking
    Given what the recording has of each patient
    Then the slots are searched again before a patient is booked again

  @WKF-03
  Scenario: No other patient's appointment is touched
    Given what the recording has of each patient
    Then nothing is cancelled that belongs to another patient

  @claims:registry @REG-22 @REG-23
  Scenario: The registry is asked about each patient
    Given what the recording has of the registry
    Then the registry is asked about each patient before the first booking, and without the proxy
