Feature: Searching for slots
  A consumer names the service by its id from the Directory of Services and the time in which the
  slot should start. The provider answers with the slots that are there, and says plainly when there
  are none or when it cannot understand the question.

  @PRV-SRCH-01 @PRV-SRCH-05 @PRV-SRCH-06 @PRV-SRCH-28 @PRV-SRCH-38 @RES-BND-01
  Scenario: A search for free slots in a time window returns those slots
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    Then the response contains free slots in the requested window
    And no patient was needed for it
    And the answer says which criteria were applied
    And the total is the number of slots
    And if the result is paged, every page can be fetched

  @PRV-SRCH-01
  Scenario: Simultaneous searches are all answered
    When 4 consumers search the provider for free slots at the same moment
    Then each of the searches is answered

  @PRV-SRCH-29 @PRV-SRCH-34
  Scenario: Any assured organisation can search, and book what it is offered
    When the second 111 service searches the provider for free slots starting at least 6 hours from now
    Then that organisation receives an answer
    When another organisation searches the provider for free slots starting at least 6 hours from now
    Then that organisation receives an answer
    When another organisation books the slot found as the new appointment
    Then the slot could be booked by the organisation that it was offered to

  @PRV-SRCH-34
  Scenario: The latest slot on offer can be booked too
    When the first 111 service books the latest slot that the provider offers it
    Then the slot could be booked by the organisation that it was offered to

  @PRV-SRCH-04 @FMT-20
  Scenario: The search window is honoured to the second, whatever its time zone
    When the first 111 service searches the provider for free slots starting at least 6 hours from now
    Then a window with two bounds is understood
    When the slot found is searched for by times around its start
      | lower          | upper          | found | decides     |
      | ge its start   | le its start   | yes   | PRV-SRCH-04 |
      | ge a minute before | le a minute before | no | PRV-SRCH-04 |
      | ge a minute after  | le an hour after   | no | PRV-SRCH-04 |
      | ge a second after  | le an hour after   | no | PRV-SRCH-04 |
      | ge an hour before  | le a second before | no | PRV-SRCH-04 |
      | ge an hour before  | le a minute after  | yes | PRV-SRCH-04 |
      | gt its start   | le an hour after | no  | PRV-SRCH-04 |
      | ge an hour before | lt its start  | no  | PRV-SRCH-04 |
      | gt a minute before | lt a minute after | yes | PRV-SRCH-04 |
      | ge its start in +01:00 | le its start in +01:00 | yes | FMT-20 |
      | ge its start in -05:00 | le its start in -05:00 | yes | FMT-20 |
      | ge an hour after in +02:00 | le two hours after in +02:00 | no | FMT-20 |
    Then it is found exactly where the window includes its start

  @PRV-SRCH-04
  Scenario: A window across midnight is one window
    Then a search by the first 111 service across midnight returns every slot that its single hours return

  @PRV-SRCH-07 @alone
  Scenario: A longer window leaves out no diary
    Given a free slot of the provider that was found
    When the slot found is searched for by times around its start
      | lower             | upper              | found | decides     |
      | ge its start      | le an hour after   | yes   | PRV-SRCH-07 |
      | ge an hour before | le two hours after | yes   | PRV-SRCH-07 |
      | ge its start      | le an hour after   | yes   | PRV-SRCH-07 |
      | ge an hour before | le two hours after | yes   | PRV-SRCH-07 |
      | ge its start      | le an hour after   | yes   | PRV-SRCH-07 |
    Then no diary that the shorter windows show is missing from the longer ones

  @PRV-SRCH-07
  Scenario: A booking takes its own slot and no other
    When a slot is booked and cancelled, and then another one
    Then all slots around it are found meanwhile as before and after

  @PRV-SRCH-02 @RES-HCS-01 @DOS-07
  Scenario: Only slots of the service asked for are returned
    When the first 111 service searches the provider for slots with their schedules and services
    Then every slot belongs to the service that was asked for, with includes and without
    And a service without slots has none of them

  @PRV-SRCH-03 @PRV-SRCH-06
  Scenario: Slots can be searched for by each status
    Given Ms Patient, for whom the first 111 service booked an original appointment at the provider, starting at least 6 hours from now
    When the slot of the original appointment is searched for by status
      | status    | found |
      | free      | no    |
      | busy      | yes   |
      | free,busy | yes   |
    Then it is found under the statuses that it has

  @PRV-SRCH-01 @PRV-SRCH-02 @PRV-SRCH-03 @PRV-SRCH-04 @PRV-SRCH-08 @PRV-SRCH-09 @PRV-SRCH-10 @PRV-SRCH-11 @PRV-SRCH-12
  @PRV-SRCH-13 @PRV-SRCH-16 @PRV-SRCH-17 @PRV-SRCH-38 @PRV-SRCH-39
  Scenario: Optional parameters may be omitted, unknown ones are ignored, invalid ones are rejected
    Given a valid slot search
    When it is sent with each of these changes
      | change                                                       | answer                             | decides     |
      | with the parameter status=busy                               | search-busy-status                 | PRV-SRCH-03 |
      | with the parameter status=free,busy                          | search-busy-status                 | PRV-SRCH-03 |
      | with the parameter status=busy,free                          | search-busy-status                 | PRV-SRCH-03 |
      | with its parameters in another order                         | search-ok                          | PRV-SRCH-04 |
      | with its parameters begun at number 1                        | search-ok                          | PRV-SRCH-04 |
      | with its parameters begun at number 3                        | search-ok                          | PRV-SRCH-04 |
      | with milliseconds in its times                               | search-ok                          | PRV-SRCH-04 |
      | with plain colons in the names of its parameters             | search-ok                          | PRV-SRCH-02 |
      | with a window of two days                                    | search-ok                          | PRV-SRCH-01 |
      | of a service whose id is the beginning of this one           | unknown-service                    | PRV-SRCH-11 |
      | of a service whose id is this one behind a zero              | unknown-service                    | PRV-SRCH-11 |
      | of a service whose id is this one before a letter            | unknown-service                    | PRV-SRCH-11 |
      | without the parameter status                                 | search-without-optional-parameters | PRV-SRCH-08 |
      | without the parameter start=ge                               | search-without-optional-parameters | PRV-SRCH-08 |
      | with the further parameter unknown-parameter=1               | unknown-query-parameter            | PRV-SRCH-09 |
      | with the further parameter _unknown-parameter=1              | unknown-query-parameter            | PRV-SRCH-09 |
      | with the parameter start=gefoo                               | invalid-query-value                | PRV-SRCH-10 |
      | with the parameter start=ge2026-13-45T99:99:99Z              | invalid-query-value                | PRV-SRCH-10 |
      | with the parameter start=ge2026-02-30T09:00:00Z              | invalid-query-value                | PRV-SRCH-10 |
      | with the parameter start=zz2026-02-03T09:00:00Z              | invalid-query-value                | PRV-SRCH-10 |
      | with the parameter status=available                          | unknown-slot-status                | PRV-SRCH-10 |
      | with the parameter schedule.actor:healthcareservice=0999999999999 | unknown-service               | PRV-SRCH-11 |
      | with a window in the past                                    | search-past-window                 | PRV-SRCH-12 |
      | with a window that ended twenty minutes ago                  | search-past-window                 | PRV-SRCH-12 |
      | with a window that began in the past                         | search-past-start                  | PRV-SRCH-13 |
      | with the further parameter _include=Slot:schedule            | search-with-includes               | PRV-SRCH-16 |
      | with the further parameter _include:iterate=Schedule:actor:Practitioner | search-with-includes    | PRV-SRCH-16 |
      | with the further parameter _include=Schedule:actor:PractitionerRole | search-with-includes        | PRV-SRCH-16 |
      | with the further parameter _include:iterate=HealthcareService:Location | search-with-includes     | PRV-SRCH-16 |
      | with the further parameter _include=HealthcareService.providedBy | search-with-includes           | PRV-SRCH-16 |
      | with the further parameter _revinclude=Appointment:slot      | search-ok                          | PRV-SRCH-39 |
    Then each is answered as the table says, and the control request is accepted
    And a status that no slot can have finds no slot
    And ignored parameters are not repeated in the self link
    And a search with fewer conditions returns no fewer slots
    And schedules are included where only they are asked for

  @PRV-SRCH-11 @PRV-SRCH-12 @ERR-04
  Scenario: A rejected search says why
    Given a valid slot search
    When it is sent with each of these changes
      | change                                                            | answer             | decides     |
      | with the parameter schedule.actor:healthcareservice=0999999999999 | unknown-service    | PRV-SRCH-11 |
      | with a window in the past                                         | search-past-window | PRV-SRCH-12 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection gives the reason
    And requests rejected for different reasons give different reasons

  @PRV-SRCH-10 @ERR-03
  Scenario: The rejection of an unreadable search value points at it
    Given a valid slot search
    When it is sent with each of these changes
      | change                         | answer              | decides     |
      | with the parameter start=gefoo | invalid-query-value | PRV-SRCH-10 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection points at the fault

  @PRV-SRCH-14 @PRV-SRCH-15
  Scenario: A service without free slots returns an empty result
    When the first 111 service searches the provider for slots of a service that has none
    Then the result is clearly empty

  @PRV-SRCH-35 @FMT-23
  Scenario: Slots are searched for by GET only
    Given a valid slot search
    When it is sent with each of these changes
      | change               | answer       | decides             |
      | with the method POST | wrong-method | PRV-SRCH-35, FMT-23 |
    Then each is answered as the table says, and the control request is accepted
    And each rejection has an OperationOutcome for PRV-SRCH-35
