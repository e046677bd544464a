Feature: Valid tokens are accepted
  A good token need not name a practitioner, nor one with all identifiers of the Spine, and no two
  clocks agree to the second. Claims that a provider does not know are none of its business. What is let in for one interaction is let in for all.

  @SEC-25 @SEC-28 @SEC-29 @SEC-30 @FMT-22
  Scenario Outline: Valid tokens of every kind are accepted: <kind>
    Given a valid <kind>
    When it is sent with each of these changes
      | change                                       | answer                  | decides        |
      | a token without practitioner                 | <answer>                | SEC-28         |
      | a practitioner without role profile          | <answer>                | SEC-29         |
      | a practitioner without local identifier      | <answer>                | SEC-29         |
      | a practitioner whose SDS identifiers are UNK | <answer>                | SEC-29         |
      | a token issued this very second              | <answer>                | SEC-25, SEC-30 |
      | a token issued two seconds from now          | <answer>                | SEC-25         |
      | the scheme bearer in small letters           | scheme-in-small-letters | FMT-22         |
      | a token with more claims than are due        | <answer>                | SEC-30         |
    Then each is answered as the table says, and the control request is accepted

    Examples:
      | kind                         | answer      |
      | slot search                  | search-ok   |
      | read of a booked appointment | read-ok     |
      | metadata request             | metadata-ok |

  @SEC-25 @SEC-28 @SEC-29
  Scenario: Whoever has a valid token of any kind can book and cancel
    When an appointment is booked, read and cancelled in each of these ways
      | change                                       | answer  | decides |
      | a token without practitioner                 | success | SEC-28  |
      | a practitioner without role profile          | success | SEC-29  |
      | a practitioner whose SDS identifiers are UNK | success | SEC-29  |
      | a token issued two seconds from now          | success | SEC-25  |
    Then each of them is accepted each time

  @SSP-13 @needs:direct
  Scenario: A request that did not come through the Spine Secure Proxy is rejected
    Given a valid slot search
    When it is sent with each of these changes
      | change                   | answer         | decides |
      | without the Ssp- headers | no-ssp-headers | SSP-13  |
    Then each is answered as the table says, and the control request is accepted
