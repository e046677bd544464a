@consumer
Feature: How the consumer proves who it is
  Beside the token of each call, the systems that a consumer connects to ask it for a certificate.

  @SEC-36
  Scenario: The consumer connects to the Spine Secure Proxy
    When the first 111 service books the caller at "Kirkgate Urgent Treatment Centre" within 24 hours
    Then the consumer shows a certificate to the Spine Secure Proxy, and is trusted
