Feature: Cancelling an appointment
  A cancellation is the appointment as it was read, put back with status cancelled against the
  version that was read. Anything else is rejected, and a rejection changes nothing.

  @PRV-CAN-01 @PRV-CAN-02 @PRV-CAN-03 @PRV-CAN-04 @PRV-CAN-05 @PRV-CAN-06 @PRV-CAN-20 @PRV-GET-13 @PRV-XTI-03
  Scenario: An appointment is cancelled
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When 4 seconds have passed since the original appointment was booked
    And the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation is accepted
    And only the status of the original appointment has changed, in a new version
    And the answer carries the new version in its headers
    And the answer says where the appointment is
    And the original appointment now reads as cancelled, and its earlier version as booked
    And it is reported whether the slot of the original appointment is offered again
    When the booking of the original appointment is sent again
    Then the second answer says that it was already done, and one appointment exists

  @PRV-CAN-07 @PRV-CAN-08 @PRV-CAN-09 @PRV-CAN-10 @PRV-CAN-11 @PRV-CAN-18 @PRV-CAN-19 @PRV-CAN-21 @ERR-15
  @PRV-BOOK-03
  Scenario: An invalid cancellation is rejected, and the appointment stands
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                                      | answer         | decides                  |
      | with the element description="Changed"      | cancel-differs | PRV-CAN-07               |
      | with the element comment="Added"            | cancel-differs | PRV-CAN-07               |
      | with an element more                        | cancel-differs | PRV-CAN-07               |
      | with the element end="2031-05-06T07:08:00Z" | cancel-differs | PRV-CAN-07               |
      | without the element description             | profile-breach | PRV-CAN-07               |
      | another status of the participant           | cancel-differs | PRV-CAN-07               |
      | another birth date of the patient           | cancel-differs | PRV-CAN-07               |
      | another address of the patient              | cancel-differs | PRV-CAN-07               |
      | with the element status="fulfilled"         | cancel-to-other-status | PRV-CAN-07       |
      | with the element status="noshow"            | cancel-to-other-status | PRV-CAN-07       |
      | nothing but its id and status               | profile-breach | PRV-CAN-10               |
      | quoting another version                     | stale-version  | PRV-CAN-08, PRV-CAN-18   |
      | without the header If-Match                 | no-if-match    | PRV-CAN-09               |
      | without the element participant             | profile-breach | PRV-CAN-10               |
      | a body cut in half                          | malformed-body | PRV-CAN-11               |
      | a body that is another resource             | malformed-body | PRV-CAN-11               |
      | of an id that never was                     | cancel-unknown | PRV-CAN-19               |
    Then the rejected requests left the appointment unchanged
    And the slot of the original appointment is no longer offered
    And each is answered as the table says, and the control request is accepted
    And each rejection has an OperationOutcome for PRV-CAN-21

  @PRV-CAN-07 @PRV-CAN-08 @PRV-CAN-18
  Scenario: A cancelled appointment cannot be cancelled again from the earlier version, nor set back to booked
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the patient confirms and the first 111 service cancels the original appointment
    And the first 111 service sends the same cancellation again, from the version before
    Then it is not accepted a second time
    When the first 111 service sets the original appointment back to booked
    Then it is rejected, and the original appointment still reads as cancelled

  @PRV-BOOK-03 @PRV-BOOK-08 @PRV-GET-13 @PRV-SRCH-34
  Scenario: A slot that was freed and booked for someone else stays theirs
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And the second 111 service booked the slot behind that of the original appointment for somebody else
    When the patient confirms and the first 111 service cancels the original appointment
    Then the slot behind that of the original appointment is still taken
    When the second 111 service books the freed slot of the original appointment, where it is offered again
    And the original appointment is cancelled once more, from its current version
    Then the original appointment still reads as cancelled, under an id of its own
    And the slot belongs to the later appointment

  @PRV-BOOK-03 @PRV-BOOK-08 @PRV-CAN-07 @PRV-GET-01
  Scenario: Two appointments have different ids, and a cancellation at the wrong address cancels neither
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Ms Patient, for whom the first 111 service booked another appointment at the provider, starting at least 6 hours from now
    Then the original and the other appointment have different ids
    When the first 111 service cancels the other appointment at the address of the original one
    Then it is rejected because it is another appointment
    And the original appointment stands as it was booked
    And the other appointment stands as it was booked
    When the patient confirms and the first 111 service cancels the original appointment
    Then the slot of the other appointment is no longer offered
    And the other appointment stands as it was booked

  @PRV-CAN-18
  Scenario: Of two simultaneous cancellations, one succeeds
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When two consumers cancel the original appointment at the same moment from the same version
    Then exactly one of the cancellations succeeds
