Feature: Authorisation of provider interactions
  Every request carries an unsecured JWT that the consumer made for it: for this provider, this
  operation, and the next five minutes. A provider refuses any other token, and the refusal has no
  effect. Each bad token differs from a good one in one thing, and the good one is accepted.

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @SEC-31 @PRV-SRCH-36
  Scenario: A slot search whose token is not good is refused
    Given a good slot search
    When it is sent with each of these differences
      | change                                              | answer              | decides              |
      | no Authorization header                             | token-missing       | SEC-21, PRV-SRCH-36  |
      | another scheme than Bearer                          | token-missing       | SEC-21               |
      | a token of one part                                 | token-malformed     | SEC-22, PRV-SRCH-36  |
      | a token that is not base64                          | token-malformed     | SEC-22               |
      | a token whose payload is not JSON                   | token-malformed     | SEC-22               |
      | a token without iss                                 | token-malformed     | SEC-22               |
      | a token without sub                                 | token-malformed     | SEC-22               |
      | a token without aud                                 | token-malformed     | SEC-22               |
      | a token without exp                                 | token-malformed     | SEC-22               |
      | a token without iat                                 | token-malformed     | SEC-22               |
      | a token without reason_for_request                  | token-malformed     | SEC-22               |
      | a token without requested_scope                     | token-malformed     | SEC-22               |
      | a token without requesting_device                   | token-malformed     | SEC-22               |
      | a token without requesting_organization             | token-malformed     | SEC-22               |
      | a token that expired an hour ago                    | token-expired       | SEC-23, PRV-SRCH-36  |
      | a token that expired a minute ago                   | token-expired       | SEC-23               |
      | a token issued an hour from now                     | token-not-yet-valid | SEC-24, PRV-SRCH-36  |
      | a token made out to another provider                | token-audience      | SEC-26, PRV-SRCH-36  |
      | a token made out to its neighbour                   | token-audience      | SEC-26, PRV-SRCH-36  |
      | a token of scope patient/appointment.write          | token-scope         | SEC-27, PRV-SRCH-36  |
      | a token of scope patient/appointment.read           | token-scope         | SEC-27               |
    Then each is answered as the table says, and the good one is accepted
    And each refusal with 401 carries a Bearer challenge

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-BOOK-24 @ERR-15
  Scenario: A booking whose token is not good is refused, and nothing is booked
    Given a good booking of a free slot
    When it is sent with each of these differences
      | change                                     | answer              | decides              |
      | no Authorization header                    | token-missing       | SEC-21, PRV-BOOK-24  |
      | a token of one part                        | token-malformed     | SEC-22, PRV-BOOK-24  |
      | a token without requesting_organization    | token-malformed     | SEC-22               |
      | a token that expired an hour ago           | token-expired       | SEC-23, PRV-BOOK-24  |
      | a token issued an hour from now            | token-not-yet-valid | SEC-24               |
      | a token that expired a minute ago          | token-expired       | SEC-23               |
      | a token made out to its neighbour          | token-audience      | SEC-26               |
      | a token made out to another provider       | token-audience      | SEC-26, PRV-BOOK-24  |
      | a token of scope organization/slot.read    | token-scope         | SEC-27, PRV-BOOK-24  |
      | a token of scope patient/appointment.read  | token-scope         | SEC-27               |
    Then nothing was booked by those that were refused
    And each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-GET-09 @PRV-GET-10
  Scenario: A read whose token is not good is refused
    Given a good read of a booked appointment
    When it is sent with each of these differences
      | change                                     | answer              | decides             |
      | no Authorization header                    | token-missing       | SEC-21, PRV-GET-09  |
      | a token of one part                        | token-malformed     | SEC-22, PRV-GET-09  |
      | a token without requesting_organization    | token-malformed     | SEC-22              |
      | a token that expired an hour ago           | token-expired       | SEC-23, PRV-GET-09  |
      | a token issued an hour from now            | token-not-yet-valid | SEC-24              |
      | a token that expired a minute ago          | token-expired       | SEC-23              |
      | a token made out to its neighbour          | token-audience      | SEC-26              |
      | a token made out to another provider       | token-audience      | SEC-26, PRV-GET-09  |
      | a token of scope organization/slot.read    | token-scope         | SEC-27, PRV-GET-09  |
      | a token of scope patient/appointment.read  | read-ok             | PRV-GET-10          |
    Then each is answered as the table says, and the good one is accepted

  @SEC-21 @SEC-22 @SEC-23 @SEC-24 @SEC-26 @SEC-27 @PRV-CAN-12 @ERR-15
  Scenario: A cancellation whose token is not good is refused, and the appointment stands
    Given a good cancellation of a booked appointment
    When it is sent with each of these differences
      | change                                     | answer              | decides             |
      | no Authorization header                    | token-missing       | SEC-21, PRV-CAN-12  |
      | a token of one part                        | token-malformed     | SEC-22, PRV-CAN-12  |
      | a token without requesting_organization    | token-malformed     | SEC-22              |
      | a token that expired an hour ago           | token-expired       | SEC-23, PRV-CAN-12  |
      | a token issued an hour from now            | token-not-yet-valid | SEC-24              |
      | a token without reason_for_request         | token-malformed     | SEC-22              |
      | a token that expired a minute ago          | token-expired       | SEC-23              |
      | a token made out to its neighbour          | token-audience      | SEC-26              |
      | a token made out to another provider       | token-audience      | SEC-26, PRV-CAN-12  |
      | a token of scope organization/slot.read    | token-scope         | SEC-27, PRV-CAN-12  |
      | a token of scope patient/appointment.read  | token-scope         | SEC-27              |
    Then the appointment is unchanged by those that were refused
    And each is answered as the table says, and the good one is accepted

  @SEC-25 @SEC-28 @SEC-29 @SEC-30
  Scenario: Good tokens of every kind are accepted
    Given a good slot search
    When it is sent with each of these differences
      | change                                       | answer    | decides        |
      | a token without practitioner                 | search-ok | SEC-28         |
      | a practitioner without role profile          | search-ok | SEC-29         |
      | a practitioner without local identifier      | search-ok | SEC-29         |
      | a practitioner whose SDS identifiers are UNK | search-ok | SEC-29         |
      | a token issued this very second              | search-ok | SEC-25, SEC-30 |
      | a token issued two seconds from now          | search-ok | SEC-25         |
    Then each is answered as the table says, and the good one is accepted

  @SSP-13
  Scenario: A request that did not come through the Spine Secure Proxy is refused
    Given a good slot search
    When it is sent with each of these differences
      | change                   | answer         | decides |
      | without the Ssp- headers | no-ssp-headers | SSP-13  |
    Then each is answered as the table says, and the good one is accepted
