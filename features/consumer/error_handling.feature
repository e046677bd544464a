@consumer
Feature: What a consumer does when it is rejected, or not answered
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

  @ERR-10
  Scenario Outline: A slot search is answered with <status> and <body>
    Given the provider of "Hawksworth Urgent Treatment Centre" answers the next slot search with <status> and <body>
    When the first 111 service books the caller at "Hawksworth Urgent Treatment Centre" within 24 hours
    Then the consumer survives the failed slot search

    Examples:
      | status | body                     |
      | 404    | nothing else             |
      | 403    | a page in HTML           |
      | 500    | half an OperationOutcome |
      | 400    | another resource         |

  @ERR-10 @CON-BOOK-10 @WKF-15
  Scenario Outline: A booking is answered with <status> and <body>
    Given the provider of "Hawksworth Urgent Treatment Centre" answers every booking with <status> and <body>
    When the first 111 service books the caller at "Hawksworth Urgent Treatment Centre" within 24 hours
    Then the consumer survives the failed booking
    And the failed booking is explained to the user
    And a booking is told only where the provider accepted it

    Examples:
      | status | body                     |
      | 422    | nothing else             |
      | 500    | a page in HTML           |
      | 400    | half an OperationOutcome |
      | 410    | another resource         |

  @ERR-10 @CON-CAN-07
  Scenario Outline: A cancellation is answered with <status> and <body>
    Given a caller whom the first 111 service has booked at "Hawksworth Urgent Treatment Centre" within 8 hours
    And the provider of "Hawksworth Urgent Treatment Centre" answers every cancellation with <status> and <body>
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the consumer survives the failed cancellation
    And the user is told what came of the cancellation

    Examples:
      | status | body                     |
      | 500    | nothing else             |
      | 405    | a page in HTML           |
      | 409    | half an OperationOutcome |

  @ERR-10
  Scenario Outline: A read is answered with <status> and <body>
    Given a caller whom the first 111 service has booked at "Hawksworth Urgent Treatment Centre" within 8 hours
    And the provider of "Hawksworth Urgent Treatment Centre" answers every read with <status> and <body>
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the consumer survives the failed read

    Examples:
      | status | body                     |
      | 410    | nothing else             |
      | 404    | half an OperationOutcome |

  @WKF-15
  Scenario Outline: A booking is answered with <status>, which is not what confirms one
    Given the provider of "Ilkley Road Urgent Treatment Centre" answers every booking with <status> and <body>
    When the first 111 service books the caller at "Ilkley Road Urgent Treatment Centre" within 24 hours
    Then a booking is told only where the provider accepted it

    Examples:
      | status | body           |
      | 200    | a page in HTML |
      | 202    | nothing else   |

  @SSP-10 @WKF-15
  Scenario Outline: The Spine Secure Proxy answers a booking with <status> and nothing else
    Given the Spine Secure Proxy answers every booking at "Ringmer Urgent Treatment Centre" with <status>
    When the first 111 service books the caller at "Ringmer Urgent Treatment Centre" within 24 hours
    Then the failure of the proxy is not taken for a booking
    And a booking is told only where the provider accepted it

    Examples:
      | status |
      | 403    |
      | 405    |
      | 415    |
      | 502    |
      | 504    |

  @SSP-10 @CON-CAN-07
  Scenario Outline: The Spine Secure Proxy answers a cancellation with <status> and nothing else
    Given a caller whom the first 111 service has booked at "Guiseley Urgent Treatment Centre" within 8 hours
    And the Spine Secure Proxy answers every cancellation at "Guiseley Urgent Treatment Centre" with <status>
    When the caller rings the first 111 service, and only lets the earlier appointment go
    Then the failure of the proxy is not taken for a cancellation
    And the user is told what came of the cancellation

    Examples:
      | status |
      | 403    |
      | 502    |
      | 504    |
