Feature: Invalid tokens are rejected
  Every request carries an unsecured JWT that the consumer made for it: for this provider, this
  operation, and the next five minutes. A provider rejects any other token, on every interaction,
  and the rejection has no effect. Each bad token differs from a valid one in one thing, and the good
  one is accepted.

  Background:
    Given these invalid tokens
      | change                                                       | answer              | decides |
      | no Authorization header                                      | token-missing       | SEC-21  |
      | another scheme than Bearer                                   | token-missing       | SEC-21  |
      | a token of one part                                          | token-malformed     | SEC-22  |
      | a token that is not base64                                   | token-malformed     | SEC-22  |
      | a token whose payload is not JSON                            | token-malformed     | SEC-22  |
      | a token without iss                                          | token-malformed     | SEC-22  |
      | a token without sub                                          | token-malformed     | SEC-22  |
      | a token without aud                                          | token-malformed     | SEC-22  |
      | a token without exp                                          | token-malformed     | SEC-22  |
      | a token without iat                                          | token-malformed     | SEC-22  |
      | a token without reason_for_request                           | token-malformed     | SEC-22  |
      | a token without requested_scope                              | token-malformed     | SEC-22  |
      | a token without requesting_device                            | token-malformed     | SEC-22  |
      | a token without requesting_organization                      | token-malformed     | SEC-22  |
      | a token that expired an hour ago                             | token-expired       | SEC-23  |
      | a token that expired a minute ago                            | token-expired       | SEC-23  |
      | a token issued an hour from now                              | token-not-yet-valid | SEC-24  |
      | a token issued twenty minutes from now                       | token-not-yet-valid | SEC-24  |
      | a token made out to another provider                         | token-audience      | SEC-26  |
      | a token made out to its neighbour                            | token-audience      | SEC-26  |
      | a token made out to its host                                 | token-audience      | SEC-26  |
      | a token made out to a root that is longer                    | token-audience      | SEC-26  |
      | a token of scope openid                                      | token-scope         | SEC-27  |
      | the good token under the scheme Token                        | token-missing       | SEC-21  |
      | a token of two parts                                         | token-malformed     | SEC-22  |
      | a token with the claim exp=null                              | token-malformed     | SEC-22  |
      | a token that expired before it was issued                    | token-badly-told    | SEC-23  |
      | a token that expired an hour ago, told as a text             | token-badly-told    | SEC-23  |
      | a token issued an hour from now that expires in four minutes | token-badly-told    | SEC-24  |
      | a token with the claim aud=""                                | token-badly-told    | SEC-26  |
      | a token made out to a resource below its root                | token-audience      | SEC-26  |
      | a token of a scope that is longer                            | token-scope         | SEC-27  |
      | a token of a scope that is cut                               | token-scope         | SEC-27  |

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-SRCH-36
  Scenario: A slot search with an invalid token is rejected
    Given a valid slot search
    When it is sent with each of those tokens, which PRV-SRCH-36 also covers
    And it is sent with each of these changes
      | change                                         | answer              | decides             |
      | a token of scope patient/appointment.write     | token-scope         | SEC-27, PRV-SRCH-36 |
      | a token of scope patient/appointment.read      | token-scope         | SEC-27, PRV-SRCH-36 |
      | a token for the reason research                | token-odd-claim     | SEC-22              |
      | a token whose organisation has no identifier   | token-odd-claim     | SEC-22              |
      | a token made out to its path in the other case | token-audience-case | SEC-26              |
    Then each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27
  Scenario: A nearly valid token is rejected, whatever is wrong with it
    Given a valid slot search
    When it is sent with each of these changes
      | change                                               | answer           | decides |
      | the good token under the scheme Basic                | token-missing    | SEC-21  |
      | the good token under the scheme Bearers              | token-missing    | SEC-21  |
      | a token of four parts                                | token-malformed  | SEC-22  |
      | a token whose payload is a list                      | token-malformed  | SEC-22  |
      | a token whose payload is null                        | token-malformed  | SEC-22  |
      | a token with the claim iat=null                      | token-malformed  | SEC-22  |
      | a token with the claim requesting_organization=null  | token-malformed  | SEC-22  |
      | a token with the claim exp=0                         | token-badly-told | SEC-23  |
      | a token with the claim exp=""                        | token-badly-told | SEC-23  |
      | a token that expired an hour ago, told as a fraction | token-badly-told | SEC-23  |
      | a token issued an hour from now, told as texts       | token-badly-told | SEC-24  |
      | a token made out to another that names it            | token-audience   | SEC-26  |
      | a token made out to its host at another port         | token-audience   | SEC-26  |
      | a token made out to a list of another provider       | token-badly-told | SEC-26  |
      | a token with the claim aud=[]                        | token-badly-told | SEC-26  |
      | a token of a scope that ends like the right one      | token-scope      | SEC-27  |
      | a token of a list of other scopes                    | token-badly-told | SEC-27  |
      | a token with the claim requested_scope=""            | token-badly-told | SEC-27  |
    Then each is answered as the table says, and the control request is accepted

  @SEC-22 @SEC-26 @SEC-27
  Scenario: A token that the standard does not settle is accepted or rejected without a server failure
    Given a valid slot search
    When it is sent with each of these changes
      | change                                                  | answer              | decides |
      | a token with a word behind it                           | token-odd-form      | SEC-22  |
      | a token with a signature where none is due              | token-odd-form      | SEC-22  |
      | a token signed by somebody else                         | token-odd-form      | SEC-22  |
      | a token with padding                                    | token-odd-form      | SEC-22  |
      | a token whose alg is NONE                               | token-odd-form      | SEC-22  |
      | a token whose alg is RS256 and whose signature is empty | token-odd-form      | SEC-22  |
      | a token whose header has no typ                         | token-either-way    | SEC-22  |
      | a token with the claim iss=""                           | token-odd-claim     | SEC-22  |
      | a token with the claim sub=["user"]                     | token-odd-claim     | SEC-22  |
      | a token with the claim requesting_device="device"       | token-odd-claim     | SEC-22  |
      | a token with the claim requesting_organization="A111"   | token-odd-claim     | SEC-22  |
      | a token with the claim requesting_organization=[]       | token-odd-claim     | SEC-22  |
      | a token whose organisation has name=""                  | token-odd-claim     | SEC-22  |
      | a token whose organisation has identifier="A111"        | token-odd-claim     | SEC-22  |
      | a token whose organisation has an empty code            | token-odd-claim     | SEC-22  |
      | a token whose sub is not its practitioner               | token-odd-claim     | SEC-22  |
      | a token whose times are texts                           | token-odd-claim     | SEC-22  |
      | a token whose times are fractions                       | token-odd-claim     | SEC-22  |
      | a token that lives an hour                              | token-either-way    | SEC-22  |
      | a token that lives six minutes                          | token-either-way    | SEC-22  |
      | a token of an hour ago that expires in four minutes     | token-either-way    | SEC-22  |
      | a token with the claim exp=99999999999999999999999      | token-either-way    | SEC-22  |
      | a token made out to a list of its root                  | token-audience-list | SEC-26  |
      | a token of its scope in the other case                  | token-scope-alike   | SEC-27  |
      | a token of its scope among others                       | token-either-way    | SEC-27  |
      | a token of its scope as a list                          | token-scope-alike   | SEC-27  |
    Then each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-BOOK-24 @ERR-15
  Scenario: A booking with an invalid token is rejected, and nothing is booked
    Given a valid booking of a free slot
    When it is sent with each of those tokens, which PRV-BOOK-24 also covers
    And it is sent with each of these changes
      | change                                       | answer          | decides             |
      | a token of scope organization/slot.read      | token-scope     | SEC-27, PRV-BOOK-24 |
      | a token of scope patient/appointment.read    | token-scope     | SEC-27, PRV-BOOK-24 |
      | a token for the reason research              | token-odd-claim | SEC-22              |
      | a token whose organisation has no identifier | token-odd-claim | SEC-22              |
    Then the rejected requests booked nothing
    And each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-GET-09 @PRV-GET-10
  Scenario: A read with an invalid token is rejected
    Given a valid read of a booked appointment
    When it is sent with each of those tokens, which PRV-GET-09 also covers
    And it is sent with each of these changes
      | change                                       | answer                | decides            |
      | a token of scope organization/slot.read      | token-scope           | SEC-27, PRV-GET-09 |
      | a token of scope patient/appointment.write   | read-with-write-scope | SEC-27             |
      | a token of scope patient/appointment.read    | read-ok               | PRV-GET-10         |
      | a token for the reason research              | token-odd-claim       | SEC-22             |
      | a token whose organisation has no identifier | token-odd-claim       | SEC-22             |
    Then each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-GET-09
  Scenario: A read of a version with an invalid token is rejected
    Given a valid read of a version of an appointment
    When it is sent with each of those tokens, which PRV-GET-09 also covers
    And it is sent with each of these changes
      | change                                     | answer                | decides            |
      | a token of scope organization/slot.read    | token-scope           | SEC-27, PRV-GET-09 |
      | a token of scope patient/appointment.write | read-with-write-scope | SEC-27             |
    Then each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-SAPT-05 @claims:appointment-search
  Scenario: A search for a patient's appointments with an invalid token is rejected
    Given a valid search for a patient's appointments
    When it is sent with each of those tokens, which PRV-SAPT-05 also covers
    And it is sent with each of these changes
      | change                                  | answer                         | decides             |
      | a token of scope organization/slot.read | patient-search-with-slot-scope | SEC-27, PRV-SAPT-05 |
    Then each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-CAN-12 @ERR-15
  Scenario: A cancellation with an invalid token is rejected, and the appointment stands
    Given a valid cancellation of a booked appointment
    When it is sent with each of those tokens, which PRV-CAN-12 also covers
    And it is sent with each of these changes
      | change                                    | answer      | decides            |
      | a token of scope organization/slot.read   | token-scope | SEC-27, PRV-CAN-12 |
      | a token of scope patient/appointment.read | token-scope | SEC-27, PRV-CAN-12 |
    Then the rejected requests left the appointment unchanged
    And each is answered as the table says, and the control request is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-CAP-16
  Scenario: A request for the CapabilityStatement with an invalid token is served or rejected
    Given a valid metadata request
    When it is sent with each of these changes
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
    Then each is answered as the table says, and the control request is accepted
