"""The Directory of Services: SOAP 1.1, read with bounds and without document types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree
from uec_booking.standard import names

from ..encounter import Encounter
from ..services import DosService, Endpoint
from ..settings import DeskSettings
from .http import Http, NoReply, Reply

NAMESPACE = "https://nww.pathwaysdos.nhs.uk/app/api/webservices"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
#: The attribute that says whether a referral needs a booking, and its older spelling (CF-63).
BOOKING_ONLY = (names.BOOKING_ONLY_ATTRIBUTE, "requiresappointment")
_GENDERS = {"male": "M", "female": "F"}


class DosError(Exception):
    """DoS gave no answer that can be used; the message says why, for the user."""


class DosClient:
    """Asks DoS."""

    def __init__(self, http: Http, settings: DeskSettings) -> None:
        self._http = http
        self._url = settings.dos_url
        self._user = {"username": settings.dos_user, "password": settings.dos_password}

    def services(self, encounter: Encounter) -> list[DosService]:
        """The services for the case (CheckCapacitySummary), in the order of DoS. Raises DosError."""
        answer = self._ask(encounter, "CheckCapacitySummary", {"serviceVersion": "1.5", "c": self.case(encounter)})
        return [
            DosService(
                _child(one, "id"),
                _child(one, "name"),
                ", ".join(part for part in (_child(one, "address"), _child(one, "postcode")) if part),
                self.requires_booking(_attributes(one)),
                _endpoints(one),
            )
            for one in _all(answer, "ServiceCareSummaryDestination")
            if _child(one, "id")
        ]

    def endpoints(self, encounter: Encounter, service_id: str) -> tuple[Endpoint, ...]:
        """The endpoints of a service (ServiceDetailsById). Raises DosError."""
        return _endpoints(
            self._ask(encounter, "ServiceDetailsById", {"serviceVersion": "1.0", "serviceId": service_id})
        )

    def requires_booking(self, attributes: Mapping[str, str]) -> str | None:
        """The value of the booking-only attribute, under either name."""
        return next((attributes[name] for name in BOOKING_ONLY if name in attributes), None)

    def case(self, encounter: Encounter) -> dict[str, object]:
        """The case, as far as DoS needs it to choose: no name, no NHS number."""
        caller, about = encounter.caller, encounter.task["encounter"]
        return {
            "caseRef": encounter.task["task"],
            "caseId": encounter.task["task"],
            "postcode": caller["address"]["postcode"],
            "surgery": "UNK",
            "age": _age(caller["birth_date"]),
            "ageFormat": "Years",
            "disposition": about["disposition"],
            "symptomGroup": "",
            "symptomDiscriminatorList": "",
            "searchDistance": "60",
            "gender": _GENDERS.get(caller["gender"], "I"),
        }

    def headers(self, operation: str) -> dict[str, str]:
        """The headers of a message."""
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}/{operation}"'}

    def message(self, operation: str, parts: Mapping[str, object]) -> bytes:
        """A message as it is sent."""
        return envelope(operation, parts)

    def _ask(self, encounter: Encounter, operation: str, parts: Mapping[str, object]) -> etree._Element:
        body = self.message(operation, {"userInfo": self._user, **parts})
        seconds = encounter.seconds_left()
        try:
            reply = self._http.send("POST", self._url, self.headers(operation), body, seconds=seconds)
        except NoReply as error:
            raise DosError(f"The Directory of Services gave no answer: {error}.") from None
        return _body(reply)


def envelope(operation: str, parts: Mapping[str, object]) -> bytes:
    """A SOAP 1.1 envelope with one operation; a mapping among its parts is an element with children."""
    # The types of lxml know no default namespace.
    prefixes: Any = {"soap": SOAP, None: NAMESPACE}
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap=prefixes)
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    _fill(etree.SubElement(body, f"{{{NAMESPACE}}}{operation}"), parts)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _fill(element: etree._Element, parts: Mapping[str, object]) -> None:
    for name, value in parts.items():
        child = etree.SubElement(element, f"{{{NAMESPACE}}}{name}")
        if isinstance(value, Mapping):
            _fill(child, value)
        else:
            # What XML cannot hold cannot be said to DoS either.
            child.text = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", str(value))


def _body(reply: Reply) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(reply.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DosError(f"The Directory of Services answered {reply.status}, and not in SOAP.") from None
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise DosError("The Directory of Services sent a document type, which SOAP forbids.")
    fault = next(_all(root, "Fault"), None)
    if fault is not None:
        said = _child(fault, "faultstring") or next((_text(one) for one in _all(fault, "Text")), "")
        raise DosError(f"The Directory of Services reports a fault: {said[:300] or 'no reason given'}")
    if reply.status != 200:
        raise DosError(f"The Directory of Services answered {reply.status}.")
    return root


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements below of a name, in whatever namespace."""
    return element.iter(f"{{*}}{name}")


def _child(element: etree._Element, name: str) -> str:
    return next((_text(one) for one in element.iterchildren(f"{{*}}{name}")), "")


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _attributes(service: etree._Element) -> dict[str, str]:
    return {_child(one, "name").lower(): _child(one, "value") for one in _all(service, "attribute")}


def _endpoints(element: etree._Element) -> tuple[Endpoint, ...]:
    texts = ("transport", "format", "interaction", "address")
    return tuple(Endpoint(*(_child(one, name) for name in texts)) for one in _all(element, "endpoint"))


def _age(birth_date: str) -> int:
    born, today = date.fromisoformat(birth_date), datetime.now(UTC).date()
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
