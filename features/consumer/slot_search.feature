@consumer
Feature: What a consumer makes of the slots that it finds
  A provider need not return all that was asked for, and may return more.

  @CON-SRCH-09
  Scenario: Slots come back, and nothing else
    Given slot searches at "Netherby Urgent Treatment Centre" bring slots and nothing else
    When the first 111 service books the caller at "Netherby Urgent Treatment Centre" within 24 hours
    Then the consumer copes with what came back, and books, for CON-SRCH-09

  @CON-SRCH-10
  Scenario: More comes back than was asked for
    Given slot searches at "Oakhurst Urgent Treatment Centre" bring more than is asked for
    When the first 111 service books the caller at "Oakhurst Urgent Treatment Centre" within 24 hours
    Then the consumer copes with what came back, and books, for CON-SRCH-10
