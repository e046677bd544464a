Feature: Authorisation of provider interactions
  Every request carries an unsecured JWT that the consumer made for it: for this provider, this
  operation, and the next five minutes. A provider refuses any other token, on every interaction,
  and the refusal has no effect. Each bad token differs from a good one in one thing, and the good
  one is accepted.

  Background:
    Given these tokens, none of which is good
      | change                                    | answer              | decides |
      | no Authorization header                   | token-missing       | SEC-21  |
      | another scheme than Bearer                | token-missing       | SEC-21  |
      | a token of one part                       | token-malformed     | SEC-22  |
      | a token that is not base64                | token-malformed     | SEC-22  |
      | a token whose payload is not JSON         | token-malformed     | SEC-22  |
      | a token without iss                       | token-malformed     | SEC-22  |
      | a token without sub                       | token-malformed     | SEC-22  |
      | a token without aud                       | token-malformed     | SEC-22  |
      | a token without exp                       | token-malformed     | SEC-22  |
      | a token without iat                       | token-malformed     | SEC-22  |
      | a token without reason_for_request        | token-malformed     | SEC-22  |
      | a token without requested_scope           | token-malformed     | SEC-22  |
      | a token without requesting_device         | token-malformed     | SEC-22  |
      | a token without requesting_organization   | token-malformed     | SEC-22  |
      | a token that expired an hour ago          | token-expired       | SEC-23  |
      | a token that expired a minute ago         | token-expired       | SEC-23  |
      | a token issued an hour from now           | token-not-yet-valid | SEC-24  |
      | a token issued twenty minutes from now    | token-not-yet-valid | SEC-24  |
      | a token made out to another provider      | token-audience      | SEC-26  |
      | a token made out to its neighbour         | token-audience      | SEC-26  |
      | a token made out to its host              | token-audience      | SEC-26  |
      | a token made out to a root that is longer | token-audience      | SEC-26  |
      | a token of scope openid                   | token-scope         | SEC-27  |

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-SRCH-36
  Scenario: A slot search whose token is not good is refused
    Given a good slot search
    When it is sent with each of those tokens, as PRV-SRCH-36 has it too
    And it is sent with each of these differences
      | change                                         | answer              | decides             |
      | a token of scope patient/appointment.write     | token-scope         | SEC-27, PRV-SRCH-36 |
      | a token of scope patient/appointment.read      | token-scope         | SEC-27, PRV-SRCH-36 |
      | a token for the reason research                | token-odd-claim     | SEC-22              |
      | a token whose organisation has no identifier   | token-odd-claim     | SEC-22              |
      | a token made out to its path in the other case | token-audience-case | SEC-26              |
    Then each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-BOOK-24 @ERR-15
  Scenario: A booking whose token is not good is refused, and nothing is booked
    Given a good booking of a free slot
    When it is sent with each of those tokens, as PRV-BOOK-24 has it too
    And it is sent with each of these differences
      | change                                       | answer          | decides             |
      | a token of scope organization/slot.read      | token-scope     | SEC-27, PRV-BOOK-24 |
      | a token of scope patient/appointment.read    | token-scope     | SEC-27, PRV-BOOK-24 |
      | a token for the reason research              | token-odd-claim | SEC-22              |
      | a token whose organisation has no identifier | token-odd-claim | SEC-22              |
    Then nothing was booked by those that were refused
    And each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-GET-09 @PRV-GET-10
  Scenario: A read whose token is not good is refused
    Given a good read of a booked appointment
    When it is sent with each of those tokens, as PRV-GET-09 has it too
    And it is sent with each of these differences
      | change                                       | answer                | decides            |
      | a token of scope organization/slot.read      | token-scope           | SEC-27, PRV-GET-09 |
      | a token of scope patient/appointment.write   | read-with-write-scope | SEC-27             |
      | a token of scope patient/appointment.read    | read-ok               | PRV-GET-10         |
      | a token for the reason research              | token-odd-claim       | SEC-22             |
      | a token whose organisation has no identifier | token-odd-claim       | SEC-22             |
    Then each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-GET-09
  Scenario: A read of a version whose token is not good is refused
    Given a good read of a version of an appointment
    When it is sent with each of those tokens, as PRV-GET-09 has it too
    And it is sent with each of these differences
      | change                                     | answer                | decides            |
      | a token of scope organization/slot.read    | token-scope           | SEC-27, PRV-GET-09 |
      | a token of scope patient/appointment.write | read-with-write-scope | SEC-27             |
    Then each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-SAPT-05 @claims:appointment-search
  Scenario: A search for a patient's appointments whose token is not good is refused
    Given a good search for a patient's appointments
    When it is sent with each of those tokens, as PRV-SAPT-05 has it too
    And it is sent with each of these differences
      | change                                  | answer                         | decides             |
      | a token of scope organization/slot.read | patient-search-with-slot-scope | SEC-27, PRV-SAPT-05 |
    Then each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-CAN-12 @ERR-15
  Scenario: A cancellation whose token is not good is refused, and the appointment stands
    Given a good cancellation of a booked appointment
    When it is sent with each of those tokens, as PRV-CAN-12 has it too
    And it is sent with each of these differences
      | change                                    | answer      | decides            |
      | a token of scope organization/slot.read   | token-scope | SEC-27, PRV-CAN-12 |
      | a token of scope patient/appointment.read | token-scope | SEC-27, PRV-CAN-12 |
    Then the appointment is unchanged by those that were refused
    And each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-CAP-16
  Scenario: A request for the CapabilityStatement whose token is not good should be refused
    Given a good metadata request
    When it is sent with each of these differences
      | change                                     | answer                      | decides    |
      | no Authorization header                    | metadata-without-good-token | SEC-21     |
      | a token of one part                        | metadata-without-good-token | SEC-22     |
      | a token without requesting_organization    | metadata-without-good-token | SEC-22     |
      | a token that expired an hour ago           | metadata-without-good-token | SEC-23     |
      | a token issued an hour from now            | metadata-without-good-token | SEC-24     |
      | a token made out to another provider       | metadata-without-good-token | SEC-26     |
      | a token made out to its neighbour          | metadata-without-good-token | SEC-26     |
      | a token of scope patient/appointment.write | metadata-without-good-token | SEC-27     |
      | a token of scope organization/slot.read    | metadata-ok                 | PRV-CAP-16 |
    Then each is answered as the table says, and the good one is accepted
