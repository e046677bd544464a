@registry @claims:registry
Feature: What the Appointment Registry rejects
  A pointer that is not one, an update that changes more than the status or rests on another version,
  and a call without a right token: each rejected request differs from a valid one in one thing, the
  valid one is accepted, and a rejection has no effect.

  @REG-09
  Scenario: A body that is not a pointer is not registered
    Given at the registry a valid registration
    When it is sent with each of these changes
      | change                                                                                      | answer                  | decides |
      | without the element status                                                                  | registry-profile-breach | REG-09  |
      | without the element start                                                                   | registry-profile-breach | REG-09  |
      | without the element created                                                                 | registry-profile-breach | REG-09  |
      | without the element identifier                                                              | registry-profile-breach | REG-09  |
      | without the element participant                                                             | registry-profile-breach | REG-09  |
      | with the element id="chosen-by-the-sender"                                                  | registry-profile-breach | REG-09  |
      | with the element description="111 Referral"                                                 | registry-profile-breach | REG-09  |
      | with the element supportingInformation=[{"reference": "DocumentReference/1"}]               | registry-profile-breach | REG-09  |
      | with the element slot=[{"reference": "Slot/1"}]                                             | registry-profile-breach | REG-09  |
      | with the element identifier=[{"system": "urn:ietf:rfc:3986", "value": "Appointment/1"}]     | registry-profile-breach | REG-09  |
      | with the element identifier=[{"system": "https://provider.example/Id/local", "value": "1"}] | registry-profile-breach | REG-09  |
      | with its patient contained                                                                  | registry-profile-breach | REG-09  |
      | with two URLs as identifiers                                                                | registry-profile-breach | REG-09  |
      | with two patients                                                                           | registry-profile-breach | REG-09  |
      | with the element start=5                                                                    | registry-profile-breach | REG-09  |
      | with the element start="soon"                                                               | registry-profile-breach | REG-09  |
      | with the element created="yesterday"                                                        | registry-profile-breach | REG-09  |
      | with the element status="Booked"                                                            | registry-profile-breach | REG-09  |
      | the NHS number under another system                                                         | registry-profile-breach | REG-09  |
      | a patient without NHS number                                                                | registry-profile-breach | REG-09  |
      | the NHS number 99900000                                                                     | registry-profile-breach | REG-09  |
      | the NHS number 99900000180                                                                  | registry-profile-breach | REG-09  |
      | the NHS number 9990000000                                                                   | registry-check-digit    | REG-09  |
      | a body cut in half                                                                          | registry-malformed-body | REG-09  |
      | a body that is not JSON                                                                     | registry-malformed-body | REG-09  |
      | a body that is another resource                                                             | registry-malformed-body | REG-09  |
      | a body that is a JSON list                                                                  | registry-malformed-body | REG-09  |
      | no body                                                                                     | registry-malformed-body | REG-09  |
    And it is sent with its end as another edition has it
    Then each is answered as the table says, and the control request is accepted
    And the registry's rejections say why
    And the rejected requests registered nothing for REG-09

  @REG-18 @REG-20
  Scenario: An update that changes more than the status is rejected, and the entry stands
    Given at the registry a valid update of an entry
    When it is sent with each of these changes
      | change                                                                                                  | answer                  | decides |
      | with the element start="2031-05-06T07:08:00Z"                                                           | registry-change-refused | REG-18  |
      | with the element identifier=[{"system": "urn:ietf:rfc:3986", "value": "https://p.example/Appointment/1"}] | registry-change-refused | REG-18  |
      | with the element description="Changed"                                                                  | registry-change-refused | REG-18  |
      | with the element comment="Added"                                                                        | registry-change-refused | REG-18  |
      | with the element end="2031-05-06T07:08:00Z"                                                             | registry-change-refused | REG-18  |
      | the NHS number 9990000018                                                                               | registry-change-refused | REG-18  |
      | without the element participant                                                                         | registry-change-refused | REG-18  |
      | without the element identifier                                                                          | registry-change-refused | REG-18  |
    Then the entry is unchanged for REG-18
    And each is answered as the table says, and the control request is accepted
    And each rejection has an OperationOutcome for REG-20

  @REG-18
  Scenario: An update may change created only in the editions that allow it
    Given at the registry a valid update of an entry
    When it is sent with each of these changes
      | change                                          | answer                   | decides |
      | with the element created="2031-05-06T07:08:00Z" | registry-changed-created | REG-18  |
    Then each is answered as the table says, and the control request is accepted

  @REG-18
  Scenario: An update with the id of another entry leaves that entry unchanged
    Given an entry of somebody else in the registry
    And at the registry a valid update of an entry
    When it is sent with the id of the entry of somebody else
    Then the entry of somebody else is unchanged for REG-18

  @REG-19 @REG-20
  Scenario: An update based on another version, or on none, is rejected
    Given at the registry a valid update of an entry
    When it is sent with each of these changes
      | change                      | answer                 | decides |
      | quoting another version     | registry-stale-version | REG-19  |
      | without the header If-Match | registry-no-if-match   | REG-19  |
    Then the entry is unchanged for REG-19
    And each is answered as the table says, and the control request is accepted
    And each rejection has an OperationOutcome for REG-20

  @REG-20
  Scenario Outline: An invalid token is rejected: <kind>
    Given at the registry a valid <kind>
    When it is sent with each of these changes
      | change                                 | answer             | decides |
      | no Authorization header                | registry-bad-token | REG-20  |
      | another scheme than Bearer             | registry-bad-token | REG-20  |
      | a token of one part                    | registry-bad-token | REG-20  |
      | a token that is not base64             | registry-bad-token | REG-20  |
      | a token whose payload is not JSON      | registry-bad-token | REG-20  |
      | a token whose payload is a list        | registry-bad-token | REG-20  |
      | the good token under the scheme Basic  | registry-bad-token | REG-20  |
      | a token that expired an hour ago       | registry-bad-token | REG-20  |
      | a token that expired before it was issued | registry-bad-token | REG-20  |
      | a token that expired an hour ago, told as a text | registry-bad-token | REG-20  |
      | a token made out to another provider   | registry-bad-token | REG-20  |
      | a token signed by somebody else        | registry-bad-token | REG-20  |
    Then each is answered as the table says, and the control request is accepted
    And each rejection has an OperationOutcome for REG-20

    Examples:
      | kind               |
      | registration       |
      | read of an entry   |
      | search by patient  |
      | update of an entry |

  @REG-20
  Scenario: A registration with an invalid token is rejected, and registers nothing
    Given at the registry a valid registration
    When it is sent with each of these changes
      | change                           | answer             | decides |
      | no Authorization header          | registry-bad-token | REG-20  |
      | a token that expired an hour ago | registry-bad-token | REG-20  |
    Then each is answered as the table says, and the control request is accepted
    And the rejected requests registered nothing for REG-20

  @REG-20
  Scenario: An update with an invalid token is rejected, and the entry stands
    Given at the registry a valid update of an entry
    When it is sent with each of these changes
      | change                           | answer             | decides |
      | no Authorization header          | registry-bad-token | REG-20  |
      | a token that expired an hour ago | registry-bad-token | REG-20  |
    Then the entry is unchanged for REG-20
    And each is answered as the table says, and the control request is accepted
