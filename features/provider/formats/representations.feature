Feature: Formats
  JSON must be read and written on every interaction; XML should be. The consumer chooses by _format,
  by Accept, or by the format it sends itself.

  @FMT-01 @FMT-03 @FMT-05 @FMT-06 @FMT-09
  Scenario Outline: The consumer chooses the format of the answer: <kind>
    Given a valid <kind>
    When it is sent with each of these preferences
      | accept                                              | format                | encoding | served             | decides |
      | application/fhir+json                               |                       |          | json               | FMT-01  |
      | application/fhir+json;charset=utf-8                 |                       |          | json               | FMT-01  |
      | application/fhir+json, application/json;q=0.5       |                       |          | json               | FMT-01  |
      | application/fhir+xml;q=0.1, application/fhir+json   |                       |          | json by its weight | FMT-01  |
      |                                                     | json                  |          | json               | FMT-03  |
      | application/fhir+xml                                | json                  |          | json               | FMT-03  |
      | application/fhir+xml                                | application/fhir+json |          | json               | FMT-03  |
      |                                                     |                       |          | json               | FMT-05  |
      | */*                                                 |                       |          | json               | FMT-05  |
      | application/fhir+json                               |                       | gzip     | json               | FMT-09  |
    Then each is served as the table says
    And a format that nobody serves is rejected

    Examples:
      | kind                                |
      | slot search                         |
      | read of a booked appointment        |
      | read of a version of an appointment |

  @claims:appointment-search @FMT-01 @FMT-03 @FMT-05 @FMT-06 @FMT-09
  Scenario: The consumer chooses the format of the answer: search for a patient's appointments
    Given a valid search for a patient's appointments
    When it is sent with each of these preferences
      | accept                                | format | encoding | served | decides |
      | application/fhir+json;charset=utf-8   |        |          | json   | FMT-01  |
      |                                       | json   |          | json   | FMT-03  |
      | application/fhir+xml                  | json   |          | json   | FMT-03  |
      |                                       |        |          | json   | FMT-05  |
      | */*                                   |        |          | json   | FMT-05  |
      | application/fhir+json                 |        | gzip     | json   | FMT-09  |
    Then each is served as the table says
    And a format that nobody serves is rejected

  @FMT-06 @ERR-15
  Scenario: A booking that asks for an unsupported response format is rejected and not created
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change                                 | answer                      | decides |
      | asking for a format that nobody serves | unsupported-response-format | FMT-06  |
    Then the rejected requests booked nothing
    And each is answered as the table says, and the control request is accepted

  @FMT-06 @ERR-15
  Scenario: A cancellation that asks for an unsupported response format is rejected and not made
    Given a valid cancellation of a booked appointment
    When it is sent with each of these changes
      | change                                 | answer                      | decides |
      | asking for a format that nobody serves | unsupported-response-format | FMT-06  |
    Then the rejected requests left the appointment unchanged
    And each is answered as the table says, and the control request is accepted

  @FMT-01 @FMT-05 @FMT-09 @PRV-XTI-02
  Scenario: JSON is sent and requested in every spelling that HTTP allows
    When an appointment is booked, read and cancelled in each of these ways
      | change                                                                | answer                    | decides |
      | with the header Content-Type: application/fhir+json;charset=UTF-8     | success                   | FMT-01  |
      | with the header Content-Type: application/fhir+json; charset=UTF-8    | content-type-with-a-blank | FMT-01  |
      | with the header Accept: application/fhir+json, application/json;q=0.5 | success                   | FMT-01  |
      | with the header Accept: */*                                           | success                   | FMT-05  |
      | with the header Accept-Encoding: gzip                                 | success                   | FMT-09  |
      | with its X-Request-ID in capitals                                     | success                   | PRV-XTI-02 |
    Then each of them is accepted each time
    And each of them is answered in JSON

  @FMT-01 @FMT-04
  Scenario: Every interaction is served in JSON, and the answer follows the format sent
    When an appointment is booked, read and cancelled with no preference for a format
    Then every answer is in JSON

  @FMT-11 @PRV-BOOK-34
  Scenario: Chunked and compressed bodies are accepted
    Given a valid booking of a free slot
    When it is sent with each of these changes
      | change         | answer  | decides     |
      | a chunked body | book-ok | FMT-11      |
      | a gzip body    | book-ok | PRV-BOOK-34 |
    Then each is answered as the table says, and the control request is accepted

  @FMT-02 @FMT-03 @FMT-04 @PRV-BOOK-12 @PRV-CAN-08 @PRV-CAN-09
  Scenario: XML is served and read where it is offered
    When XML is asked for and sent on each interaction
    Then each answer is XML that says the same as the JSON
    And what is rejected in JSON is rejected in XML

  @FMT-17
  Scenario: The service root has the published form
    Then the service root of the provider has the published form
