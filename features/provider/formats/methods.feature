Feature: Methods
  Slots are searched for and appointments read by GET, booked by POST and cancelled by PUT. Any other
  method is answered as one that is not there, and changes nothing. DELETE is never tried.

  @PRV-SRCH-35 @FMT-23
  Scenario: Slots cannot be changed
    Given a good slot search
    When it is sent with each of these differences
      | change                                    | answer                 | decides             |
      | with the method PUT                       | wrong-method-with-body | PRV-SRCH-35, FMT-23 |
      | with the method PATCH                     | wrong-method-with-body | PRV-SRCH-35, FMT-23 |
      | at an id of its own, with the method PUT  | write-to-a-single-slot | PRV-SRCH-35, FMT-23 |
      | at an id of its own, with the method POST | write-to-a-single-slot | PRV-SRCH-35, FMT-23 |
    Then each is answered as the table says, and the good one is accepted

  @FMT-23 @ERR-15
  Scenario: A slot is booked by POST alone
    Given a good booking of a free slot
    When it is sent with each of these differences
      | change                                   | answer                 | decides |
      | with the method PUT                      | wrong-method-with-body | FMT-23  |
      | with the method PATCH                    | wrong-method-with-body | FMT-23  |
    Then nothing was booked by those that were refused
    And each is answered as the table says, and the good one is accepted

  @FMT-23 @ERR-15
  Scenario: An appointment is changed by PUT at its address alone
    Given a good cancellation of a booked appointment
    When it is sent with each of these differences
      | change                                   | answer                 | decides |
      | with the method PATCH                    | wrong-method-with-body | FMT-23  |
      | with the method POST                     | wrong-method-with-body | FMT-23  |
      | without the id, with the method PUT      | wrong-method-with-body | FMT-23  |
    Then the appointment is unchanged by those that were refused
    And each is answered as the table says, and the good one is accepted

  @FMT-22 @FMT-23
  Scenario Outline: HEAD is no failure of the server: <kind>
    Given a good <kind>
    When it is sent with each of these differences
      | change               | answer | decides        |
      | with the method HEAD | head   | FMT-22, FMT-23 |
    Then each is answered as the table says, and the good one is accepted

    Examples:
      | kind                         |
      | slot search                  |
      | read of a booked appointment |
