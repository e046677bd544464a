Feature: Booking a slot
  One POST books the slot for the patient, or is rejected and leaves nothing behind.

  @PRV-BOOK-01 @PRV-BOOK-02 @PRV-BOOK-03 @PRV-BOOK-04 @PRV-BOOK-05 @PRV-BOOK-06 @PRV-BOOK-07 @PRV-BOOK-08
  @PRV-BOOK-09 @PRV-BOOK-16 @PRV-BOOK-27 @PRV-BOOK-28 @PRV-GET-01 @PRV-GET-14 @PRV-SRCH-34
  Scenario: A free slot is booked for a patient the provider has never seen
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the new appointment
    Then the booking is accepted
    And no preparatory call was needed for a patient whom the provider has never seen
    And the answer says where the new appointment is, in which version, and when it was made
    And the stored appointment is the one requested
    And the slot of the new appointment is no longer offered
    And the slot could be booked by the organisation that it was offered to

  @PRV-BOOK-08 @PRV-GET-01
  Scenario: The provider assigns the id of an appointment
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service books another slot under the id of the original appointment
    Then the new booking has a different id from the original appointment
    And the original appointment stands as it was booked

  @PRV-BOOK-03 @PRV-BOOK-10 @PRV-BOOK-11 @ERR-04 @PRV-GET-01
  Scenario: A slot that is taken cannot be booked again
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the second 111 service books the slot of the original appointment for someone else
    Then the booking is rejected because the slot is taken, and the answer says so
    And the original appointment stands as it was booked
    And the slot of the original appointment is no longer offered
    And a booking of a free slot for an invalid NHS number is rejected for a different reason

  @PRV-BOOK-03 @PRV-BOOK-10 @PRV-BOOK-11 @ERR-04 @PRV-GET-01
  Scenario: A slot that is taken cannot be booked again by the same patient either
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the first 111 service books the slot of the original appointment once more
    Then the booking is rejected because the slot is taken, and the answer says so
    And the original appointment stands as it was booked
    And the slot of the original appointment is no longer offered

  @PRV-BOOK-02 @PRV-BOOK-10
  Scenario: Of several simultaneous bookings of one slot, exactly one succeeds
    Given a free slot of the provider that was found
    When 5 consumers book that slot at the same moment
    Then exactly one of them succeeds, and the others are rejected because the slot is taken

  @PRV-BOOK-02
  Scenario: Simultaneous bookings and cancellations of one slot fit one order of events
    Given a free slot of the provider that was found
    When 5 consumers book that slot 6 times each, all at once, and who gets it cancels
    Then nobody gets the slot while another one has it

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01
  Scenario: Simultaneous bookings of several slots are not mixed up
    When 4 consumers book a slot each, for a patient each, at the same moment
    Then each is answered with the appointment that it requested, and it reads back the same

  @PRV-BOOK-12 @PRV-BOOK-13 @PRV-BOOK-14 @PRV-BOOK-15 @PRV-BOOK-19 @PRV-BOOK-23 @ERR-15
  Scenario: An invalid booking is rejected, and the slot stays free
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                                           | answer                   | decides                    |
      | a body cut in half                               | malformed-body           | PRV-BOOK-13                |
      | a body that is not JSON                          | malformed-body           | PRV-BOOK-13                |
      | a body that is another resource                  | malformed-body           | PRV-BOOK-13                |
      | a body of XML that breaks off                    | malformed-xml            | PRV-BOOK-13                |
      | no body                                          | unreadable-body          | PRV-BOOK-13                |
      | a body that is a JSON list                       | unreadable-body          | PRV-BOOK-13                |
      | a body that is not UTF-8                         | unreadable-body          | PRV-BOOK-13                |
      | a body that is called gzip and is none           | unreadable-body          | PRV-BOOK-13                |
      | with the element start=5                         | malformed-value          | PRV-BOOK-12                |
      | with the element start="soon"                    | malformed-value          | PRV-BOOK-12                |
      | with the element participant="nobody"            | malformed-value          | PRV-BOOK-12                |
      | with the element status="proposed"               | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | with another time than its slot's                | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | with the element description=null                | malformed-value          | PRV-BOOK-12                |
      | without the element slot                         | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a patient without a gender                       | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a patient of the gender Female                   | profile-breach           | PRV-BOOK-12                |
      | with the element status="Booked"                 | profile-breach           | PRV-BOOK-12                |
      | without the element status                       | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | without the element participant                  | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | without the element start                        | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | without the contained Patient                    | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | with the element status="no-such-status"         | profile-breach           | PRV-BOOK-12                |
      | without the element end                          | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | without the element description                  | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a patient without a name                         | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a patient without a birth date                   | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a patient without an address                     | profile-breach           | PRV-BOOK-12, PRV-BOOK-15   |
      | a slot that does not exist                       | unknown-slot             | PRV-BOOK-14                |
      | a slot identifier that does not exist            | unknown-slot             | PRV-BOOK-14                |
      | the NHS number 999000001                         | invalid-nhs-number       | PRV-BOOK-19                |
      | with the header Content-Type: text/plain         | unsupported-request-type | PRV-BOOK-23                |
    Then the rejected requests booked nothing
    And each is answered as the table says, and the control request is accepted

  @PRV-BOOK-19
  Scenario: An NHS number with a wrong check digit is no valid NHS number
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                        | answer                 | decides     |
      | the NHS number 9990000013     | nhs-number-check-digit | PRV-BOOK-19 |
    Then each is answered as the table says, and the control request is accepted

  @ERR-03 @PRV-BOOK-12 @PRV-BOOK-19
  Scenario: The rejection of a booking points at the fault
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                          | answer             | decides     |
      | without the element participant | profile-breach     | PRV-BOOK-12 |
      | the NHS number 999000001        | invalid-nhs-number | PRV-BOOK-19 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection points at the fault

  @PRV-BOOK-20 @PRV-BOOK-21
  Scenario: Contact points with invalid ranks are rejected
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                          | answer     | decides     |
      | two contact points of rank 1    | rank-rules | PRV-BOOK-20 |
      | no contact point of rank 1      | rank-rules | PRV-BOOK-21 |
    Then each is answered as the table says, and the control request is accepted

  @PRV-BOOK-17 @PRV-BOOK-18
  Scenario: A patient without an NHS number can be booked
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                       | answer                  | decides     |
      | a patient without NHS number | book-without-nhs-number | PRV-BOOK-17 |
      | somebody else without NHS number | book-without-nhs-number | PRV-BOOK-17 |
    Then each is answered as the table says, and the control request is accepted
    And the appointment without NHS number has the provider's own patient identifier
    And a different patient without NHS number has a different one

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-BOOK-22 @PRV-BOOK-27 @PRV-BOOK-29 @PRV-XTI-03 @ERR-13 @FMT-08 @FMT-13 @FMT-16 @FMT-20
  Scenario: Variations that the standard allows are accepted in a booking
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                                  | answer  | decides     |
      | nothing of the patient but what is needed | book-ok | PRV-BOOK-01 |
      | details of a third party only           | book-ok | PRV-BOOK-22 |
      | own details and those of a third party  | book-ok | PRV-BOOK-22 |
      | an e-mail address beside the telephone  | book-ok | PRV-BOOK-22 |
      | a patient of great age                  | book-ok | PRV-BOOK-07 |
      | an incoming referral                    | book-ok | PRV-BOOK-29, PRV-BOOK-01 |
      | texts beyond ASCII                      | book-ok | FMT-08      |
      | an unknown element                      | book-ok | FMT-13      |
      | an unknown extension                    | book-ok | FMT-13      |
      | unknown extensions within               | book-ok | FMT-13      |
      | a reference outside the server          | book-ok | FMT-16      |
      | without the element language            | book-ok | PRV-BOOK-01 |
      | without the element created             | book-ok | PRV-BOOK-27 |
      | contained resources in another order    | book-ok | PRV-BOOK-01 |
      | contained resources under other ids     | book-ok | PRV-BOOK-01 |
      | times with another offset               | book-ok | FMT-20      |
      | times with milliseconds                 | book-ok | PRV-BOOK-01 |
      | made out an hour ago                    | book-ok | PRV-BOOK-27 |
      | with the header Prefer: return=minimal  | book-ok | ERR-13      |
    Then each is answered as the table says, and the control request is accepted
    And the texts beyond ASCII read back as they were sent
    And the times with another offset read back as the same moments
    And the booking made out an hour ago has the moment of its booking as created
    And another slot cannot be booked with the X-Request-ID of the first of these bookings
