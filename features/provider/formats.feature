Feature: Formats
  JSON must be read and written on every interaction; XML should be. The consumer chooses by _format,
  by Accept, or by the format it sends itself.

  @FMT-01 @FMT-03 @FMT-05 @FMT-06 @FMT-09
  Scenario: The consumer chooses the format of the answer
    Given a good slot search
    When it is sent with each of these preferences
      | accept                | format                | encoding | served       | decides |
      | application/fhir+json |                       |          | json         | FMT-01  |
      | application/fhir+xml  | json                  |          | json         | FMT-03  |
      | application/fhir+xml  | application/fhir+json |          | json         | FMT-03  |
      |                       |                       |          | json         | FMT-05  |
      | application/fhir+json |                       | gzip     | json         | FMT-09  |
      | */*                   |                       |          | json         | FMT-05  |
      | application/fhir+json;charset=utf-8 |         |          | json         | FMT-01  |
      | application/fhir+json, application/json;q=0.5 | |        | json         | FMT-01  |
    Then each is served as the table says
    And a format that nobody serves is refused

  @FMT-01 @FMT-04
  Scenario: Every interaction is served in JSON, and the answer follows the format sent
    When an appointment is booked, read and cancelled with no preference for a format
    Then every answer is in JSON

  @FMT-11 @PRV-BOOK-34
  Scenario: Bodies may come in chunks or compressed
    Given a good booking of a free slot
    When it is sent with each of these differences
      | change         | answer  | decides     |
      | a chunked body | book-ok | FMT-11      |
      | a gzip body    | book-ok | PRV-BOOK-34 |
    Then each is answered as the table says, and the good one is accepted

  @FMT-02 @FMT-04
  Scenario: XML is served and read where it is offered
    When XML is asked for and sent on each interaction
    Then each answer is XML that says the same as the JSON

  @FMT-17
  Scenario: The service root has the published form
    Then the service root of the provider has the published form
