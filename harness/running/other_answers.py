"""Answers that are no FHIR STU3: what the address leads to instead, and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..http.exchange import Exchange
from ..settings.model import Part, Settings
from .findings import Finding, Mark

#: The versions of FHIR by the beginning of ``fhirVersion``; the standard's is STU3 (3.0).
_VERSIONS = {"0.": "DSTU1", "1.": "DSTU2", "3.": "STU3", "4.0": "R4", "4.": "R4B", "5.": "R5"}
_STATEMENTS = ("CapabilityStatement", "Conformance")


def instead_of_fhir(part: Part, settings: Settings, exchange: Exchange) -> str:
    """What answers where no FHIR does: a redirect, a web page, or nothing at that path; empty where FHIR answers."""
    place = settings.place(f"{part.key}.base_url")
    if exchange.response is None or exchange.response.resource_type:
        return ""
    if 300 <= exchange.status < 400:
        leads = f" It leads to {exchange.header('Location')}." if exchange.header("Location") else ""
        return f"It is a redirect, which is not followed.{leads} If the system is there, correct {place}."
    if exchange.status == 404:
        path = urlsplit(part.base_url).path
        what = f"nothing at the path {path!r}" if path else "nothing without a path"
        return (
            f"No FHIR answers there: the server has {what}. Write the whole service root, as in "
            f"https://host/STU3/1/service, without /metadata or /Slot, and correct {place}."
        )
    if _is_web_page(exchange) and exchange.status not in (401, 403):
        return (
            "It is a web page and no FHIR: a login page, a gateway or a portal stands there. See in a browser what it "
            f"is, let this machine through, and correct {place} if it is the wrong address."
        )
    return ""


def _is_web_page(exchange: Exchange) -> bool:
    assert exchange.response is not None
    beginning = exchange.response.body[:500].lstrip().lower()
    return exchange.response.media_type == "text/html" or beginning.startswith((b"<!doctype html", b"<html"))


def other_version(part: Part, settings: Settings, exchange: Exchange) -> Iterator[Finding]:
    """A finding where the system says of itself that it speaks another version of FHIR."""
    # As it came in: the statement of another version is none that can be read.
    stated = (exchange.response.resource if exchange.response else None) or {}
    said = stated.get("fhirVersion")
    if stated.get("resourceType") not in _STATEMENTS or not isinstance(said, str):
        return
    name = next((name for begins, name in _VERSIONS.items() if said.startswith(begins)), "")
    if name == "STU3":
        return
    known = f"FHIR {name}" if name else "no known version of FHIR"
    yield Finding(
        part.key,
        f"it speaks {known} (fhirVersion {said} in its {stated['resourceType']}), and the standard is FHIR "
        f"STU3 (3.0.1): write the address of its STU3 service ({settings.place(f'{part.key}.base_url')})",
        Mark.WRONG,
    )
