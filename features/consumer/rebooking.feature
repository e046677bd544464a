@consumer
Feature: Re-booking, seen from the 111 desk
  A patient who has an appointment gets worse and calls 111 again. There is no call for a re-booking: a new appointment
  is booked, the existing ones are listed, the patient confirms, and only then is the original cancelled.

  @CON-REB-01 @CON-REB-02 @CON-REB-04 @WKF-03 @WKF-11
  Scenario: A · The patient cannot come at the first time offered
    When the first 111 service books the caller at "Pendleton Urgent Treatment Centre" within 24 hours, who cannot come at that time
    Then no other appointment is cancelled
    And the slots are searched again before the second booking
    And the consumer books anew, and then cancels what it booked first
    And both outcomes are shown to the user

  @CON-REB-01 @CON-REB-02 @CON-REB-03 @CON-REB-04 @WKF-02 @WKF-03 @WKF-04 @WKF-05 @WKF-06 @WKF-07 @WKF-11 @WKF-12
  @WKF-15 @CON-BOOK-05 @CON-CAN-08 @CON-CAN-09 @CON-CAN-07
  Scenario: B · The patient calls the same 111 service back
    Given a caller whom the first 111 service has booked at "Quarry Lane Urgent Treatment Centre" within 8 hours
    When the first 111 service books the caller at "Redcliffe Urgent Treatment Centre" within 2 hours, who lets the earlier appointment go
    Then the call begins afresh, with a re-assessment and a new search
    And no other appointment is cancelled
    And the original is cancelled at the address that its booking gave
    And the option to cancel the original is offered
    And the consumer books anew, and then cancels the original
    And the patient has confirmed the cancellation before it is sent
    And both outcomes are shown to the user
    And the user is told what came of the cancellation
    And a booking is told only where the provider accepted it

  @CON-REB-03 @WKF-11 @WKF-12
  Scenario: The patient calls back, and is booked at the same service again
    Given a caller whom the first 111 service has booked at "Farsley Urgent Treatment Centre" within 8 hours
    When the first 111 service books the caller at "Farsley Urgent Treatment Centre" within 2 hours
    Then the call begins afresh, with a re-assessment and a new search

  @WKF-03 @WKF-08
  Scenario: C · The patient calls another 111 service, which does not know of the original
    Given a caller whom the first 111 service has booked at "Stanmore Urgent Treatment Centre" within 24 hours
    And no registry is to be had
    When the second 111 service books the caller at "Thornhill Urgent Treatment Centre" within 2 hours, who lets any earlier appointment go
    Then the original stays, because nobody there knows of it
    And no appointment is cancelled

  @claims:registry @REG-21 @REG-22 @REG-23 @REG-24 @REG-25 @WKF-05 @WKF-06 @WKF-02 @WKF-07 @WKF-03
  @CON-REB-01 @CON-REB-02
  Scenario: D · The registry leads another 111 service to the original
    Given a caller whom the first 111 service has booked at "Ullesthorpe Urgent Treatment Centre" within 24 hours
    And the registry knows of the original
    When the second 111 service books the caller at "Verwood Urgent Treatment Centre" within 2 hours, who lets any earlier appointment go
    Then the registry is asked before the re-assessment ends, with a token and without the proxy
    And the user is told that the patient has an appointment
    And the original is read from its provider, at the address that the registry gave
    And no other appointment is cancelled
    And the consumer books anew, and then cancels the original
    And the patient has confirmed the cancellation before it is sent

  @claims:registry @REG-21 @REG-22 @REG-23 @REG-24 @REG-25 @WKF-05 @WKF-06 @WKF-02 @WKF-07 @WKF-03
  @CON-REB-01 @CON-REB-02
  Scenario: D · The registry leads to an original that no 111 service has booked
    Given the consumer cancels what other organisations have booked
    And a caller whom an organisation of another kind has booked at "Lothersdale Urgent Treatment Centre" within 24 hours
    And the registry knows of the original
    When the first 111 service books the caller at "Malham Urgent Treatment Centre" within 2 hours, who lets any earlier appointment go
    Then the registry is asked before the re-assessment ends, with a token and without the proxy
    And the user is told that the patient has an appointment
    And the original is read from its provider, at the address that the registry gave
    And no other appointment is cancelled
    And the consumer books anew, and then cancels the original
    And the patient has confirmed the cancellation before it is sent

  @WKF-10 @CON-BOOK-10 @WKF-15
  Scenario: N1 · The slot is taken while it is being booked, and no other is to be had
    Given a caller whom the first 111 service has booked at "Whitmore Urgent Treatment Centre" within 8 hours
    And the provider of "Yarrow Urgent Treatment Centre" answers every booking with 409
    When the first 111 service books the caller at "Yarrow Urgent Treatment Centre" within 2 hours, who lets the earlier appointment go
    Then the original stays, because there is no new booking
    And the failed booking is explained to the user
    And a booking is told only where the provider accepted it

  @CON-CAN-06 @CON-CAN-07
  Scenario: N2 · Somebody changes the appointment while it is being cancelled
    Given a caller whom the first 111 service has booked at "Ashcombe Urgent Treatment Centre" within 8 hours
    And staff change the appointment at "Ashcombe Urgent Treatment Centre" just before it is cancelled
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then after the conflict the appointment is read before anything is sent again
    And the user is told what came of the cancellation

  @CON-CAN-06 @CON-CAN-07
  Scenario: N2 · Somebody changes the appointment twice while it is being cancelled
    Given a caller whom the first 111 service has booked at "Jenkin Road Urgent Treatment Centre" within 8 hours
    And staff change the appointment at "Jenkin Road Urgent Treatment Centre" twice while it is being cancelled
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then after the conflict the appointment is read before anything is sent again
    And the user is told what came of the cancellation

  @CON-CAN-06 @CON-CAN-07
  Scenario: N3 · The version is lost on the way
    Given a caller whom the first 111 service has booked at "Brockley Urgent Treatment Centre" within 8 hours
    And the provider of "Brockley Urgent Treatment Centre" answers the next cancellation with 412
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then after the conflict the appointment is read before anything is sent again
    And the user is told what came of the cancellation

  @CON-CAN-07 @WKF-03
  Scenario: N4 · The provider does not let the consumer cancel
    Given a caller whom the first 111 service has booked at "Coverdale Urgent Treatment Centre" within 8 hours
    And the provider of "Coverdale Urgent Treatment Centre" answers every cancellation with 403
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the user is told what came of the cancellation
    And no other appointment is cancelled

  @CON-XTI-02
  Scenario: N5 · The answer to the booking is lost
    Given the answer to the next booking at "Dovedale Urgent Treatment Centre" is lost behind the proxy
    When the first 111 service books the caller at "Dovedale Urgent Treatment Centre" within 24 hours
    Then the booking is tried again with the same request id, or not at all

  @CON-XTI-02 @SSP-10 @WKF-15
  Scenario: N6 · The Spine Secure Proxy fails while a booking is sent
    Given the Spine Secure Proxy answers the next booking at "Eastgate Urgent Treatment Centre" with 502
    When the first 111 service books the caller at "Eastgate Urgent Treatment Centre" within 24 hours
    Then the booking is tried again with the same request id, or not at all
    And the failure of the proxy is not taken for a booking
    And a booking is told only where the provider accepted it

  @CON-CAN-07
  Scenario: N7 · The provider has cancelled the appointment itself
    Given a caller whom the first 111 service has booked at "Foxley Urgent Treatment Centre" within 8 hours
    And staff cancel the appointment at "Foxley Urgent Treatment Centre"
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then nothing is sent to cancel what is cancelled already

  @claims:registry @REG-23 @REG-26 @CON-BOOK-11
  Scenario Outline: N8 · The registry answers with <status>
    Given the registry answers every search with <status>
    When the first 111 service books the caller at "Gilroyd Urgent Treatment Centre" within 24 hours
    Then the registry is not asked the same again after a rejection
    And the call goes on without the registry
    And the booking is confirmed to the user

    Examples:
      | status |
      | 403    |
      | 500    |

  @WKF-10 @WKF-15
  Scenario: N9 · There are no slots at the other service
    Given a caller whom the first 111 service has booked at "Heathcote Urgent Treatment Centre" within 8 hours
    When the first 111 service books the caller at "Ingleby Urgent Treatment Centre" within 2 hours, who lets the earlier appointment go
    Then the original stays, because there is no new booking
    And a booking is told only where the provider accepted it

  @WKF-06
  Scenario: N10 · The patient does not want the original cancelled
    Given a caller whom the first 111 service has booked at "Kelbrook Urgent Treatment Centre" within 8 hours
    When the caller rings the first 111 service, and keeps the earlier appointment
    Then nothing is cancelled, because the patient said no

  @WKF-03 @CON-CAN-08 @CON-CAN-09 @CON-BOOK-05
  Scenario: N11 · Of two appointments only the one that the patient named is cancelled
    Given a caller whom the first 111 service has booked at "Lindley Urgent Treatment Centre" within 8 hours
    And the first 111 service has booked the caller at "Melbury Urgent Treatment Centre" within 24 hours too
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the original is cancelled at the address that its booking gave
    And no other appointment is cancelled

  @WKF-03 @CON-CAN-08 @CON-CAN-09 @CON-BOOK-05
  Scenario: Two patients call in turn, and one of them lets an appointment go
    Given a caller whom the first 111 service has booked at "Nidderdale Urgent Treatment Centre" within 24 hours
    And another caller whom the first 111 service has booked at "Otley Road Urgent Treatment Centre" within 24 hours
    When the caller before rings the first 111 service, and only lets the earlier appointment go
    Then no other appointment is cancelled
    And the original is cancelled at the address that its booking gave
