Feature: What comes along with the slots
  A consumer may ask for the schedules, practitioners, services, organisations and locations behind
  the slots. A provider accepts any combination of them, in the spelling of any edition, sends what
  belongs to the slots once each, and sends nothing else.

  @PRV-SRCH-16 @PRV-SRCH-17 @PRV-SRCH-18 @PRV-SRCH-19 @PRV-SRCH-20 @PRV-SRCH-21 @PRV-SRCH-22 @PRV-SRCH-23
  @PRV-SRCH-24 @PRV-SRCH-25 @PRV-SRCH-31
  Scenario: Everything asked for is there, once, and nothing else
    When the first 111 service searches the provider for slots with everything that belongs to them, as this edition spells it
    Then the search with includes is accepted
    And every resource that the slots lead to is in the Bundle
    And every resource is there once
    And nothing is there that the slots do not lead to
    And the place of the appointment can be seen
    When the first 111 service searches the provider for slots with everything that belongs to them, as the older editions spell it
    Then the search with includes is accepted

  @PRV-SRCH-24
  Scenario: Without includes nothing comes along that was not asked for
    When the first 111 service searches the provider for free slots from 6 hours on
    Then nothing is there that the slots do not lead to
