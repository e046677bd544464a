"""DoS as a consumer asks it: by a SOAP client that reads its WSDL, and by messages of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
import requests
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.transports import Transport

from .conftest import Found

NAMESPACE = "https://nww.pathwaysdos.nhs.uk/app/api/webservices"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
USER = {"username": "desk", "password": "not-for-the-log"}
USER_XML = "<userInfo><username>desk</username><password>not-for-the-log</password></userInfo>"
CASE = {"caseRef": "1", "postcode": "ZZ99 3CZ", "age": "40", "ageFormat": "Years", "disposition": "1008", "gender": "F"}


@pytest.fixture(scope="module")
def dos(found: Found) -> Iterator[Any]:
    """The operations of DoS, as zeep makes them from the WSDL."""
    session = requests.Session()
    session.trust_env = False
    session.verify = found.addresses["ca"]
    yield zeep.Client(f"{found.dos}?wsdl", transport=Transport(session=session, timeout=20)).service
    session.close()


def summary(dos: Any) -> dict[str, Any]:
    """The services found for a case, by their ids."""
    answer = dos.CheckCapacitySummary(userInfo=USER, serviceVersion="1.5", c=CASE)
    return {service.id: service for service in answer}


def details(dos: Any, service: str) -> Any:
    return dos.ServiceDetailsById(userInfo=USER, serviceVersion="1.5", serviceId=service)[0]


def test_every_service_is_found_for_a_case(dos: Any, found: Found) -> None:
    services = summary(dos)
    assert list(services) == [*(f"{2_000_100_000 + n}" for n in (*range(1, 11), 21, 22, *range(24, 30)))]
    assert services["2000100001"].name == "Treatment Centre 1"
    assert services["2000100001"].address == "1 Mill Lane, Millbrook"
    assert services["2000100001"].postcode == "ZZ99 3CZ"
    assert services["2000100028"].name == "Two & <Two>"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("2000100001", None),
        ("2000100024", ("string", "requirebooking", "true")),
        ("2000100025", ("string", "REQUIRESAPPOINTMENT", "false")),
    ],
)
def test_whether_a_referral_needs_a_booking_is_an_attribute(
    dos: Any, service: str, expected: tuple[str, str, str] | None
) -> None:
    attributes = summary(dos)[service].attributes
    if expected is None:
        assert attributes is None
    else:
        (attribute,) = attributes.attribute
        assert (attribute.dataType, attribute.name, attribute.value) == expected


@pytest.mark.parametrize(
    ("service", "asids"),
    [("2000100001", ["918999190001"]), ("2000100021", []), ("2000100022", ["918999190022", "918999190023"])],
)
def test_the_endpoints_are_in_either_answer(dos: Any, service: str, asids: list[str]) -> None:
    for about in (details(dos, service), summary(dos)[service]):
        endpoints = about.endpoints.endpoint if about.endpoints else []
        assert [endpoint.address for endpoint in endpoints] == [f"ASID:{asid}" for asid in asids]
        assert [endpoint.endpointOrder for endpoint in endpoints] == list(range(1, len(asids) + 1))
        assert {(one.transport, one.format, one.interaction) for one in endpoints} <= {("http", "FHIR", "Scheduling")}


def test_an_unknown_service_is_a_fault(dos: Any) -> None:
    with pytest.raises(Fault, match="There is no service 4711"):
        details(dos, "4711")


def message(content: str, soap: str = SOAP_11) -> bytes:
    return f'<s:Envelope xmlns:s="{soap}"><s:Header/><s:Body>{content}</s:Body></s:Envelope>'.encode()


def by_id(service: str, user: str = USER_XML, namespace: str = NAMESPACE) -> str:
    inside = f"{user}<serviceVersion>1.5</serviceVersion><serviceId>{escape(service)}</serviceId>"
    return f'<ServiceDetailsById xmlns="{namespace}">{inside}</ServiceDetailsById>'


def ask(found: Found, data: bytes, content_type: str = "text/xml; charset=utf-8") -> requests.Response:
    headers = {"Content-Type": content_type, "SOAPAction": '""'}
    return found.simulator.session.post(found.dos, data=data, headers=headers, timeout=20)


def test_soap_1_1_is_answered_in_its_own_form(found: Found) -> None:
    answer = ask(found, message(by_id("2000100001")))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    root = etree.fromstring(answer.content)
    assert root.tag == f"{{{SOAP_11}}}Envelope"
    assert root.findtext(f".//{{{NAMESPACE}}}service/{{{NAMESPACE}}}id") == "2000100001"


def test_soap_1_2_is_answered_in_its_own_form(found: Found) -> None:
    answer = ask(found, message(by_id("2000100001"), SOAP_12), "application/soap+xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/soap+xml; charset=utf-8")
    assert etree.fromstring(answer.content).tag == f"{{{SOAP_12}}}Envelope"


def test_children_without_a_namespace_are_understood(found: Found) -> None:
    inside = f"{USER_XML}<serviceVersion>1.5</serviceVersion><serviceId>2000100001</serviceId>"
    answer = ask(found, message(f'<d:ServiceDetailsById xmlns:d="{NAMESPACE}">{inside}</d:ServiceDetailsById>'))
    assert answer.status_code == 200, answer.text


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
DEEP = b"<a>" * 5000 + b"</a>" * 5000
FAULTY: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "cannot be read"),
    "no XML": (b"{}", "cannot be read"),
    "cut short": (message(by_id("1"))[:-20], "cannot be read"),
    "no envelope": (b"<Envelope/>", "no Envelope of SOAP 1.1 or 1.2"),
    "an envelope of no version": (message(by_id("1"), "urn:example:soap"), "no Envelope of SOAP 1.1 or 1.2"),
    "an empty body": (message(""), "send exactly one"),
    "two operations": (message(by_id("1") * 2), "send exactly one"),
    "an unknown operation": (message(f'<Refer xmlns="{NAMESPACE}"/>'), "CheckCapacitySummary and ServiceDetailsById"),
    "another namespace": (message(by_id("1", namespace="urn:example:dos")), f"namespace {NAMESPACE}"),
    "no user": (message(by_id("2000100001", "")), "has no userInfo"),
    "an empty password": (message(by_id("1", USER_XML.replace("not-for-the-log", ""))), "userInfo/password is empty"),
    "no service": (message(by_id(" ")), "serviceId is empty"),
    "no case": (message(f'<CheckCapacitySummary xmlns="{NAMESPACE}">{USER_XML}<serviceVersion>1.5</serviceVersion>'
                        "</CheckCapacitySummary>"), "has no c"),
    "a DOCTYPE": (BOMB + message(by_id("1")), "no DOCTYPE"),
    "too deep": (message(DEEP.decode()), "cannot be read"),
    "too large": (message(by_id("1" * 1_100_000)), "cannot be read"),
    "UTF-16": (message(by_id("1")).decode().encode("utf-16"), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTY)
def test_what_cannot_be_answered_is_a_fault_that_says_why(found: Found, what: str) -> None:
    data, words = FAULTY[what]
    answer = ask(found, data)
    assert answer.status_code == 500 and answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    fault = etree.fromstring(answer.content).find(f".//{{{SOAP_11}}}Fault")
    assert fault is not None and words in str(fault.findtext("faultstring"))
    code = "soap:VersionMismatch" if "envelope" in what else "soap:Client"
    assert fault.findtext("faultcode") == code
    # And the next one is answered as if nothing had been.
    assert ask(found, message(by_id("2000100001"))).status_code == 200


def test_a_fault_of_soap_1_2_has_the_form_of_1_2(found: Found) -> None:
    answer = ask(found, message(by_id("4711"), SOAP_12), "application/soap+xml")
    assert answer.status_code == 400
    root = etree.fromstring(answer.content)
    assert root.findtext(f".//{{{SOAP_12}}}Value") == "soap:Sender"
    assert "There is no service 4711" in str(root.findtext(f".//{{{SOAP_12}}}Text"))


def test_other_methods_are_told_what_to_do(found: Found) -> None:
    answer = found.simulator.session.get(found.dos, timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert found.simulator.session.put(found.dos, data=b"<a/>", timeout=20).status_code == 405
    wsdl = found.simulator.session.get(f"{found.dos}?WSDL", timeout=20)
    assert wsdl.status_code == 200 and f'location="{found.dos}"' in wsdl.text


def test_what_is_asked_is_told_without_the_password(found: Found) -> None:
    before = max((entry["number"] for entry in found.received("dos")), default=0)
    ask(found, message(by_id("777000111")))
    (mine,) = [one for one in found.received("dos", before) if "777000111" in one["body"]]
    assert (mine["method"], mine["path"], mine["status"]) == ("POST", "/dos", 500)
    assert "<username>desk</username>" in mine["body"] and "not-for-the-log" not in mine["body"]
