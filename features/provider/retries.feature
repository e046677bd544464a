Feature: Retries and correlation
  A consumer that did not get an answer sends the same request again, with the same X-Request-ID.
  The provider uses it to see that the booking was already made.

  @PRV-XTI-03
  Scenario: A booking that is sent twice with the same X-Request-ID makes one appointment
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found twice with the same X-Request-ID
    Then the second answer says that it was already done, and one appointment exists

  @PRV-XTI-03
  Scenario: A booking of another slot under an X-Request-ID that was used before makes no second appointment
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service books another slot with the X-Request-ID of the original appointment
    Then the second answer says that it was already done, and the other slot is still free

  @PRV-XTI-03
  Scenario: A rejected booking can be corrected under the same X-Request-ID
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found without a participant, and then correctly with the same X-Request-ID
    Then the second answer does not repeat that rejection

  @PRV-XTI-03
  Scenario: Two simultaneous bookings under one X-Request-ID make at most one appointment
    When the first 111 service books two slots of the provider at the same moment under one X-Request-ID
    Then one appointment exists at most

  @PRV-XTI-04
  Scenario: A cancellation with an X-Request-ID that was used before is rejected
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Mr Patient, for whom the first 111 service booked another appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the original appointment
    And the first 111 service sends the cancellation of the original appointment again
    Then the repeated cancellation is rejected, with the reason
    When the first 111 service cancels the other appointment with the X-Request-ID of that cancellation
    Then the cancellation is rejected for its X-Request-ID, with the reason
    When the first 111 service cancels the other appointment with the X-Request-ID of its booking
    Then the cancellation is rejected for its X-Request-ID, with the reason

  @PRV-XTI-06
  Scenario: A booking without X-Request-ID may be rejected
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                          | answer        | decides    |
      | without the header X-Request-ID | no-request-id | PRV-XTI-06 |
    Then each is answered as the table says, and the control request is accepted

  @PRV-CAN-08 @PRV-CAN-09 @PRV-CAN-18 @ERR-15
  Scenario: A cancellation names the version that it is based on
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                               | answer              | decides    |
      | quoting a tag with the version in it | no-version-that-was | PRV-CAN-08 |
      | with an empty header If-Match        | no-version-that-was | PRV-CAN-09 |
      | with the header If-Match: *          | any-version         | PRV-CAN-18 |
    Then the rejected requests left the appointment unchanged
    And each is answered as the table says, and the control request is accepted
