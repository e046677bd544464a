@consumer
Feature: What a consumer does when it is refused, or not answered
  No failure is taken for a success, none ends the consumer, and each is told to the user in words.

  @ERR-10
  Scenario Outline: A slot search is answered with <status>
    Given the provider of "Penrose Urgent Treatment Centre" answers the next slot search with <status>
    When the first 111 service books the caller at "Penrose Urgent Treatment Centre" within 24 hours
    Then the consumer survives the failed slot search

    Examples:
      | status |
      | 400    |
      | 401    |
      | 403    |
      | 404    |
      | 500    |
      | 501    |

  @ERR-10 @CON-BOOK-10 @WKF-15
  Scenario Outline: A booking is answered with <status>
    Given the provider of "Ringmer Urgent Treatment Centre" answers every booking with <status>
    When the first 111 service books the caller at "Ringmer Urgent Treatment Centre" within 24 hours
    Then the consumer survives the failed booking
    And the failed booking is explained to the user
    And a booking is told only where the provider accepted it

    Examples:
      | status |
      | 400    |
      | 409    |
      | 415    |
      | 422    |
      | 500    |

  @ERR-10 @CON-CAN-07
  Scenario Outline: A cancellation is answered with <status>
    Given a caller whom the first 111 service has booked at "Saltley Urgent Treatment Centre" within 8 hours
    And the provider of "Saltley Urgent Treatment Centre" answers every cancellation with <status>
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the consumer survives the failed cancellation
    And the user is told what came of the cancellation

    Examples:
      | status |
      | 400    |
      | 404    |
      | 410    |
      | 422    |
      | 500    |

  @SSP-10
  Scenario Outline: The Spine Secure Proxy answers a booking with <status> and nothing else
    Given the Spine Secure Proxy answers every booking at "Ringmer Urgent Treatment Centre" with <status>
    When the first 111 service books the caller at "Ringmer Urgent Treatment Centre" within 24 hours
    Then the failure of the proxy is not taken for a booking

    Examples:
      | status |
      | 403    |
      | 405    |
      | 415    |
      | 502    |
      | 504    |
