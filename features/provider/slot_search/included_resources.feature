Feature: Resources included with the slots
  A consumer may ask for the schedules, practitioners, services, organisations and locations behind
  the slots. A provider accepts any combination of them, in the spelling of any edition, sends what
  belongs to the slots once each, and sends nothing else.

  @PRV-SRCH-16 @PRV-SRCH-17 @PRV-SRCH-18 @PRV-SRCH-19 @PRV-SRCH-20 @PRV-SRCH-21 @PRV-SRCH-22 @PRV-SRCH-23
  @PRV-SRCH-24 @PRV-SRCH-25 @PRV-SRCH-31
  Scenario: Everything asked for is returned once, and nothing else
    When the first 111 service searches the provider for slots with every include, as this edition spells them
    Then the search with includes is accepted
    And every resource that the slots refer to is in the Bundle
    And every resource is returned once
    And nothing is returned that the slots do not refer to
    And the location of the appointment is returned
    When the first 111 service searches the provider for slots with every include, as the older editions spell them
    Then the search with includes is accepted

  @PRV-SRCH-16 @PRV-SRCH-17 @PRV-SRCH-18 @PRV-SRCH-19 @PRV-SRCH-20 @PRV-SRCH-21 @PRV-SRCH-22
  Scenario: Each kind of resource can be asked for without the others
    When the first 111 service searches the provider for slots with each include and those that lead to it
    Then each of the searches returns what it asked for

  @PRV-SRCH-24
  Scenario: Without includes, nothing is returned that was not asked for
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    Then nothing is returned that the slots do not refer to

  @ERR-05
  Scenario: A result is whole, or it is an error
    When the first 111 service searches the provider for slots with every include, as this edition spells them
    Then the result reports no failure beside what it returns
