@registry @claims:registry
Feature: The entries of the Appointment Registry
  A provider system registers a pointer to an appointment: its URL, its start, and its patient by NHS
  number. The registry gives it an id, shows it to whoever asks for the patient or the URL, and lets
  its status be ended. The harness plays the provider systems and the consumers.

  @REG-01 @REG-02 @REG-03 @REG-04
  Scenario: A pointer is registered
    When the first 111 service's provider registers an original entry
    Then it is registered: with a Location, its version, and an id of the registry's own

  @REG-14
  Scenario: A pointer is read as it was registered
    Given an original entry in the registry
    Then the original entry reads as it was registered

  @FMT-20
  Scenario: A start with an offset is the same moment in the registry
    Given at the registry a valid registration
    When it is sent with each of these changes
      | change                    | answer               | decides |
      | times with another offset | registry-register-ok | FMT-20  |
    Then each is answered as the table says, and the control request is accepted
    And the times with another offset read back as the same moments

  @REG-15
  Scenario: A search by patient finds all entries of the patient in one answer
    Given 25 entries of the patient in the registry, and one of somebody else
    When the registry is searched for the patient
    Then all of them are found on one page, and that of somebody else is not

  @REG-15
  Scenario: A search for a patient who has no entries returns none
    Given an entry of somebody else in the registry
    When the registry is searched for a patient who has none
    Then it answers with an empty Bundle

  @REG-15
  Scenario: A search by the URL of an appointment finds its entry and no other
    Given 2 entries of the patient in the registry, and one of somebody else
    When the registry is searched for the URL of the first of them
    Then that entry is found, and no other

  @REG-15
  Scenario: A near match on patient or URL returns nothing
    Given 2 entries of the patient in the registry, and one of somebody else
    When the registry is searched for each of these
      | search                                                     |
      | the patient's number under another system                  |
      | the patient's number without its last digit                |
      | the patient's number with a digit more                     |
      | the URL of the first of them with more behind it           |
      | the URL of the first of them under another system          |
      | the beginning of the URL of the first of them              |
      | the URL of the first of them with its id in the other case |
    Then none of the entries is found

  @REG-15 @REG-17
  Scenario: One entry of a patient is cancelled, and every search shows that at once, and the other entry unchanged
    Given 2 entries of the patient in the registry, and one of somebody else
    When the first of them is updated to cancelled
    Then the first of them is found as cancelled, and the second as booked

  @REG-14
  Scenario: What is not in the registry is not found
    Given at the registry a valid read of an entry
    When it is sent with each of these changes
      | change                  | answer                | decides |
      | of an id that never was | registry-unknown-read | REG-14  |
    Then each is answered as the table says, and the control request is accepted

  @REG-04 @REG-14
  Scenario: Two systems register simultaneously, and each is answered with its own entry
    When two systems register entries of two patients at the same moment
    Then each is answered with the pointer that it sent
    And each can be read under the URL that it was given

  @REG-16
  Scenario: A search by patient leaves out past appointments
    Given an original entry in the registry
    And a past entry of the same patient
    When the registry is searched for the patient
    Then the future entry is found, and the past one is not

  @REG-05 @REG-17
  Scenario Outline: An entry is updated to <status>, under the same URL
    Given an original entry in the registry
    When the original entry is read and updated to <status>
    Then it is answered with the entry as <status>, in a new version
    And the original entry is still found under its URL

    Examples:
      | status           |
      | cancelled        |
      | entered-in-error |

  @REG-19
  Scenario: An entry that has changed since cannot be updated from its earlier version
    Given an original entry in the registry
    When the original entry is read and updated to cancelled
    And the same update is sent again, from the version before
    Then the update is rejected as a version conflict

  @REG-19
  Scenario: Of two simultaneous updates, one succeeds
    Given an original entry in the registry
    When two systems cancel the original entry at the same moment from the same version
    Then exactly one of the updates succeeds, and the other receives a conflict
    And the registry shows one cancelled entry
