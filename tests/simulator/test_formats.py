"""Media types, encodings, methods and headers at the HTTP edge."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator

import pytest
from uec_booking.standard.codec import parse_xml, to_xml
from uec_booking.standard.validation import check_structure

from ..support.simulator_client import Simulator, booking, nhs_number, unsigned

SCOPE = "organization/slot.read"
JSON = "application/fhir+json;charset=utf-8"
XML = "application/fhir+xml;charset=utf-8"


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("", "application/fhir+json", JSON),
        ("", "application/json", JSON),
        ("", "application/fhir+xml", XML),
        ("", "text/xml;q=0.5, application/fhir+json;q=0.4", XML),
        ("", "text/html, */*;q=0.1", JSON),
        ("", "application/xml+fhir", XML),
        ("?_format=xml", "application/fhir+json", XML),
        ("?_format=json", "application/fhir+xml", JSON),
        ("?_format=application/fhir%2Bxml", "application/fhir+json", XML),
        ("?_format=application/fhir+xml", "", XML),
        ("", "", JSON),
    ],
)
def test_the_format_is_negotiated(world: Simulator, query: str, accept: str, content_type: str) -> None:
    answer = world.consumer().send("GET", f"/metadata{query}", SCOPE, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    resource = parse_xml(answer.content) if content_type == XML else answer.json()
    assert resource["resourceType"] == "CapabilityStatement"
    assert check_structure(resource) == []


def test_xml_goes_in_and_out_without_loss(world: Simulator) -> None:
    consumer = world.consumer()
    body = booking(random.choice(consumer.bookable()), consumer.patient)
    body["contained"][1]["name"][0]["family"] = "Łukaszewicz-O’Ñandú"
    sent = {"Content_Type": XML, "Accept": "application/fhir+xml"}
    booked = consumer.book(to_xml(body), **sent)
    assert booked.status_code == 201, booked.text
    assert booked.headers["Content-Type"] == XML
    resource = parse_xml(booked.content)
    url = booked.headers["Location"].rpartition("/_history/")[0]
    assert consumer.read(url).json() == resource
    assert resource["contained"][1]["name"] == body["contained"][1]["name"]
    cancelled = consumer.put(url, to_xml({**resource, "status": "cancelled"}), If_Match='W/"1"', **sent)
    assert parse_xml(cancelled.content)["status"] == "cancelled"
    refused = consumer.book(to_xml(body), Content_Type=XML, Accept="")
    assert refused.headers["Content-Type"] == XML
    assert refused.status_code == 201 or parse_xml(refused.content)["resourceType"] == "OperationOutcome"


def test_a_searchset_is_the_same_in_both_formats(world: Simulator) -> None:
    consumer = world.consumer("second_provider")
    query = "/Slot?schedule.actor%3Ahealthcareservice=3000000002&_include=Slot:schedule&status=free"
    as_json = consumer.send("GET", query, SCOPE).json()
    as_xml = parse_xml(consumer.send("GET", query, SCOPE, Accept="application/fhir+xml").content)
    assert as_xml["entry"] == as_json["entry"]
    assert check_structure(as_xml) == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/fhir+json;charset=latin-1", "multipart/form-data"])
def test_an_unsupported_body_type_is_refused(world: Simulator, media_type: str) -> None:
    consumer = world.consumer()
    body = booking(random.choice(consumer.bookable()), nhs_number())
    assert consumer.book(body, Content_Type=media_type).status_code == 415
    assert consumer.book(body, Content_Type="application/json").status_code == 201


@pytest.mark.parametrize("query", ["?_format=html", "?_format=csv"])
def test_an_unsupported_response_format_is_refused(world: Simulator, query: str) -> None:
    answer = world.consumer().send("GET", f"/metadata{query}", SCOPE)
    assert (answer.status_code, answer.json()["resourceType"]) == (415, "OperationOutcome")
    assert world.consumer().send("GET", "/metadata", SCOPE, Accept="text/csv").status_code == 415


def test_gzip_both_ways(world: Simulator) -> None:
    consumer = world.consumer()
    raw = gzip.compress(json.dumps(booking(random.choice(consumer.bookable()), nhs_number())).encode())
    booked = consumer.book(raw, Content_Encoding="gzip", Accept_Encoding="gzip")
    assert booked.status_code == 201
    assert booked.headers["Content-Encoding"] == "gzip"
    plain = consumer.send("GET", "/metadata", SCOPE, Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers
    assert consumer.book(b"not gzip", Content_Encoding="gzip").status_code == 400
    bomb = gzip.compress(b" " * 5_000_000)
    assert consumer.book(bomb, Content_Encoding="gzip").status_code == 413


def test_a_chunked_body_is_read(world: Simulator) -> None:
    consumer = world.consumer()
    raw = json.dumps(booking(random.choice(consumer.bookable()), nhs_number())).encode()

    def chunks() -> Iterator[bytes]:
        for begin in range(0, len(raw), 100):
            yield raw[begin : begin + 100]

    probe = consumer.send("GET", "/metadata", SCOPE)
    headers = {**probe.request.headers, "Content-Type": JSON}
    headers["Authorization"] = f"Bearer {unsigned(consumer.claims('patient/appointment.write'))}"
    headers["X-Request-ID"] = nhs_number()
    url = consumer.settings["base_url"] + "/Appointment"
    answer = world.session.post(url, data=chunks(), headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/Slot", "GET, HEAD"),
        ("DELETE", "/Appointment/x", "GET, HEAD, PUT"),
        ("PATCH", "/Appointment/x", "GET, HEAD, PUT"),
        ("OPTIONS", "/Slot", "GET, HEAD"),
        ("PUT", "/Appointment", "GET, HEAD, POST"),
    ],
)
def test_other_methods_are_not_allowed(world: Simulator, method: str, path: str, allow: str) -> None:
    answer = world.consumer().send(method, path, SCOPE)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allow)
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_every_answer_has_the_common_headers(world: Simulator) -> None:
    consumer = world.consumer()
    for path in ("/metadata", "/Slot?status=free", "/Appointment/none", "/nowhere", "/Slot?start=x"):
        answer = consumer.send("GET", path, SCOPE)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Correlation-ID"] == answer.request.headers["X-Request-ID"]
        assert answer.headers["X-Request-ID"] not in ("", answer.request.headers["X-Request-ID"])
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert answer.headers["Content-Type"] == JSON


def test_a_request_without_the_proxy_s_headers_is_refused(world: Simulator) -> None:
    consumer = world.consumer()
    answer = consumer.send("GET", "/metadata", SCOPE, Ssp_From=None)
    assert answer.status_code == 400
    assert "Ssp-From" in answer.json()["issue"][0]["diagnostics"]


def test_what_is_returned_is_valid_fhir(world: Simulator) -> None:
    consumer = world.consumer()
    booked = consumer.book_any()
    includes = "".join(
        f"&_include={value}"
        for value in (
            "Slot:schedule",
            "Schedule:actor:Practitioner",
            "Schedule:actor:PractitionerRole",
            "Schedule:actor:HealthcareService",
            "HealthcareService:Organization",
            "HealthcareService:Location",
        )
    )
    for resource in (
        booked.json(),
        consumer.search(1, includes).json(),
        consumer.read("/Appointment/none").json(),
        consumer.read(f"/Appointment?identifier={consumer.patient}").json(),
    ):
        assert check_structure(resource) == []
