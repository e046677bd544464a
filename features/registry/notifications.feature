@registry @claims:registry @needs:tap
Feature: What a provider tells the Appointment Registry
  On every successful booking the provider registers a pointer: where the appointment is, for whom and
  when, and nothing more. On every successful cancellation it finds the pointer, reads it, and updates it
  to cancelled. All of this is seen by a recording proxy between the provider and the registry.

  @REG-06 @REG-07 @REG-08 @REG-10 @REG-21
  Scenario: A booking is registered once, with the fields of a pointer and no others
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    Then the provider registers the original appointment once
    And what it registers is the pointer to the original appointment and nothing more
    And its calls about the original appointment carry a token

  @REG-10 @PRV-BOOK-10 @PRV-BOOK-26
  Scenario: A booking that is rejected is not registered
    Given Mr Patient, who is assessed by the first 111 service
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And meanwhile the second 111 service books that slot for someone else
    And the first 111 service books the slot found as the original appointment
    Then the booking is rejected because the slot is taken
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found for another patient as the other appointment
    Then the provider registers the other appointment, and nothing for the original appointment

  @REG-11 @REG-12 @REG-13 @REG-21
  Scenario: A cancellation reaches the entry: found by its URL, read, and updated
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And the provider has registered the original appointment
    When the patient confirms and the first 111 service cancels the original appointment
    Then the provider updates the registry entry of the original appointment to cancelled
    And the entry of the original appointment was found by its URL
    And the entry of the original appointment was read immediately before, and the update was based on that version
    And its calls about the original appointment carry a token

  @REG-11
  Scenario: A cancellation that is rejected leaves the entry as it is
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And Mr Patient, for whom the first 111 service booked an other appointment at the provider, starting at least 6 hours from now
    And the provider has registered the original appointment
    And the provider has registered the other appointment
    When the first 111 service cancels the original appointment quoting another version
    And the patient confirms and the first 111 service cancels the other appointment
    Then the provider updates the registry entry of the other appointment to cancelled, and leaves that of the original appointment

  @REG-22
  Scenario: The registry is called directly, with mutual TLS
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    Then the provider calls the registry with a client certificate and not through the SSP

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01 @REG-10
  Scenario Outline: The registry is <trouble> when a booking is registered, and nothing is lost
    Given Mrs Patient, who is assessed by the first 111 service
    And the registry is <trouble> for the next <times> registrations of the patient
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the original appointment
    Then the booking is accepted
    And the original appointment stands as it was booked
    And the provider registers the original appointment once
    And the registry has a booked entry for the original appointment

    Examples:
      | trouble        | times |
      | away           | 2     |
      | failing        | 1     |
      | slow           | 1     |
      | losing answers | 1     |

  @PRV-BOOK-01 @PRV-BOOK-07 @PRV-GET-01
  Scenario: The registry rejects an entry, and the booking still stands
    Given Mrs Patient, who is assessed by the first 111 service
    And the registry is rejecting for the next 1 registrations of the patient
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    And the first 111 service books the slot found as the original appointment
    Then the booking is accepted
    And the original appointment stands as it was booked

  @PRV-CAN-01 @REG-11 @REG-13
  Scenario Outline: The registry is <trouble> when an entry is updated, and the cancellation still reaches it
    Given Mr Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    And the provider has registered the original appointment
    And the registry is <trouble> for the next 1 updates of the patient's entries
    When the patient confirms and the first 111 service cancels the original appointment
    Then the cancellation is accepted
    And the provider updates the registry entry of the original appointment to cancelled
    And the entry of the original appointment was read immediately before, and the update was based on that version
    And the registry entry of the original appointment is no longer booked

    Examples:
      | trouble        |
      | away           |
      | failing        |
      | conflicting    |
      | losing answers |
