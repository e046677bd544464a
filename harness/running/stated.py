"""What a provider says of itself in its CapabilityStatement, as settings to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from uec_booking.standard.roles import PROVIDER

from ..actors import calls
from ..actors.consumer import ConsumerSystem
from ..errors import SettingsError, SystemAway
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from ..settings.model import Part, Settings, Tls
from ..settings.values import Wrong, address
from ..text import ended, one_line
from .certificate_files import check_files
from .preflight import reached
from .rejection import quoted


@dataclass(frozen=True)
class Stated:
    """Values by dotted key, and what else has to be told."""

    values: dict[str, Any]
    notes: tuple[str, ...]


def stated_at(url: str, tls: Tls) -> Stated:
    """Read the statement below a service root, or at its own address.

    Raises:
        SettingsError: it cannot be had there, or is one of another version of FHIR.
    """
    try:
        root = address(url).rstrip("/").removesuffix("/metadata")
    except Wrong as problem:
        raise SettingsError(f"--from: {ended(problem)}") from None
    part = Part(PROVIDER.main, PROVIDER.name, "the provider", root, root, tls=tls)
    settings = Settings({part.key: part})
    check_files(part, settings)
    reached(part, settings)
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    try:
        exchange = consumer.send(part, calls.metadata())
    except SystemAway as problem:
        raise SettingsError(f"--from: {ended(problem)}") from None
    finally:
        consumer.close()
    statement = exchange.resource
    if exchange.status != 200 or statement.get("resourceType") != "CapabilityStatement":
        raise SettingsError(
            f"--from: there is no CapabilityStatement of FHIR STU3 at {root}/metadata: {ended(_said(exchange))} Name "
            "the service root with --provider instead, and `uec-booking doctor` says what is wrong."
        )
    version = str(statement.get("fhirVersion", ""))
    if not version.startswith("3."):
        raise SettingsError(f"--from: {root} speaks FHIR {version}, and the standard is FHIR STU3 (3.0.1).")
    values: dict[str, Any] = {"provider.base_url": root, **_software(statement)}
    if claims := _claims(statement):
        values["capabilities"] = claims
    return Stated(values, tuple(_notes(statement, root, claims)))


def _said(exchange: Exchange) -> str:
    return exchange.error if exchange.response is None else quoted(exchange)


def _software(statement: dict[str, Any]) -> dict[str, str]:
    software = statement.get("software") or {}
    found = {"provider.software": software.get("name"), "provider.version": software.get("version")}
    found["provider.name"] = software.get("name")
    return {key: one_line(value) for key, value in found.items() if isinstance(value, str) and value.strip()}


def _claims(statement: dict[str, Any]) -> list[str]:
    claims = []
    for rest in statement.get("rest") or []:
        for resource in rest.get("resource") or []:
            codes = [interaction.get("code") for interaction in resource.get("interaction") or []]
            if resource.get("type") == "Appointment" and "search-type" in codes:
                claims.append("appointment-search")
    if any("xml" in str(each) for each in statement.get("format") or []):
        claims.append("xml")
    return list(dict.fromkeys(claims))


def _notes(statement: dict[str, Any], root: str, claims: list[str]) -> list[str]:
    notes = [f"claimed by its CapabilityStatement: {', '.join(claims)}"] if claims else []
    own = (statement.get("implementation") or {}).get("url")
    if isinstance(own, str) and own.rstrip("/") != root:
        notes.append(f"its own address is {one_line(own)}: if tokens are made out to that, name it with --audience")
    return [*notes, "DoS service ids are not in it: name one with --service"]
