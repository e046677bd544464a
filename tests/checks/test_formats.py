"""Checks of formats, of answers made by hand: what is looked at in JSON alone, and what only after a body was sent."""

from __future__ import annotations

from uec_booking.harness.checks.every_exchange.transport import transport
from uec_booking.harness.checks.provider.formats.negotiation import all_json
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import MET, NOT_MET
from uec_booking.harness.judging.recorder import Recorder

_JSON, _XML = b'{"resourceType": "Appointment"}', b'<Appointment xmlns="http://hl7.org/fhir"/>'


def _answer(method: str, body: bytes) -> Exchange:
    kind = "application/fhir+xml" if body == _XML else "application/fhir+json"
    sent = Sent(method, "https://provider.example/Appointment/1", (), b"" if method == "GET" else _JSON)
    received = Received(200, "", (("Content-Type", kind), ("Date", "Mon, 02 Mar 2026 09:00:00 GMT")), body)
    return Exchange(f"{method}{kind}", "provider", "", "", "2026-03-02T09:00:00Z", 0.0, sent, received)


def test_the_media_type_of_json_is_no_matter_of_an_answer_in_xml() -> None:
    assert [seen.value for seen in transport(_answer("GET", _JSON)) if seen.requirement == "FMT-01"] == [
        "application/fhir+json"
    ]
    assert not [seen for seen in transport(_answer("GET", _XML)) if seen.requirement == "FMT-01"]


def test_an_answer_follows_the_format_sent_where_something_was_sent() -> None:
    recorder = Recorder("a scenario")
    all_json(recorder, [_answer("GET", _JSON), _answer("PUT", _JSON), _answer("POST", _XML)])
    seen = [(one.exchanges[0], one.outcome) for one in recorder.observations if one.requirement == "FMT-04"]
    assert seen == [("PUTapplication/fhir+json", MET), ("POSTapplication/fhir+xml", NOT_MET)]
