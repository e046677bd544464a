Feature: HTTP methods
  Slots are searched for and appointments read by GET, booked by POST and cancelled by PUT. Any other
  method is answered as one that is not there, and changes nothing. DELETE is never tried.

  @PRV-SRCH-35 @FMT-23
  Scenario: Slots cannot be changed
    Given a valid slot search
    When it is sent with each of these changes
      | change                                    | answer                 | decides             |
      | with the method PUT                       | wrong-method-with-body | PRV-SRCH-35, FMT-23 |
      | with the method PATCH                     | wrong-method-with-body | PRV-SRCH-35, FMT-23 |
      | at an id of its own, with the method PUT  | write-to-a-single-slot | PRV-SRCH-35, FMT-23 |
      | at an id of its own, with the method POST | write-to-a-single-slot | PRV-SRCH-35, FMT-23 |
    Then each is answered as the table says, and the control request is accepted

  @FMT-23 @ERR-15
  Scenario: A slot is booked by POST only
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                                   | answer                 | decides |
      | with the method PUT                      | wrong-method-with-body | FMT-23  |
      | with the method PATCH                    | wrong-method-with-body | FMT-23  |
    Then the rejected requests booked nothing
    And each is answered as the table says, and the control request is accepted

  @FMT-23 @ERR-15
  Scenario: An appointment is changed only by PUT at its own address
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                                   | answer                 | decides |
      | with the method PATCH                    | wrong-method-with-body | FMT-23  |
      | with the method POST                     | wrong-method-with-body | FMT-23  |
      | without the id, with the method PUT      | wrong-method-with-body | FMT-23  |
    Then the rejected requests left the appointment unchanged
    And each is answered as the table says, and the control request is accepted

  @FMT-22 @FMT-23
  Scenario Outline: HEAD causes no server failure: <kind>
    Given a valid <kind>
    When it is sent with each of these changes
      | change               | answer | decides        |
      | with the method HEAD | head   | FMT-22, FMT-23 |
    Then each is answered as the table says, and the control request is accepted

    Examples:
      | kind                         |
      | slot search                  |
      | read of a booked appointment |
