Feature: The CapabilityStatement of a provider
  A consumer asks for the CapabilityStatement to learn what the provider supports and which version
  of the booking standard it implements.

  @PRV-CAP-01 @PRV-CAP-02 @PRV-CAP-05 @PRV-CAP-06 @PRV-CAP-12 @PRV-CAP-16
  Scenario: The CapabilityStatement is returned, valid and true
    When the first 111 service asks the provider for its CapabilityStatement
    Then it is answered with a valid CapabilityStatement of a booking server
    And its formats are those that the provider serves
    And it accepts unknown content and names FHIR STU3

  @PRV-CAP-02
  Scenario: The interactions that the CapabilityStatement lists are available
    When the first 111 service asks the provider for its CapabilityStatement
    Then the interactions that it lists are available

  @PRV-CAP-03 @PRV-CAP-04 @PRV-CAP-07 @PRV-CAP-08 @PRV-CAP-09 @PRV-CAP-10 @PRV-CAP-11 @PRV-CAP-13 @PRV-CAP-14
  Scenario: The CapabilityStatement follows the published template
    When the first 111 service asks the provider for its CapabilityStatement
    Then it follows the recommendations of the published template
