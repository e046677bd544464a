"""Slots as a provider offered them, with what a user should see of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uec_booking.standard import names

from .encounter import moment_of
from .wire.answers import dicts, of_type

#: What a search returned, by type and id.
_Included = Mapping[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class OfferedSlot:
    """One slot; `text` says for the user what is known of it."""

    resource: Mapping[str, Any]
    moment: datetime
    text: str

    @property
    def start(self) -> str:
        return str(self.resource["start"])

    @property
    def key(self) -> str:
        """By what it is known again in another search."""
        identifier = next(dicts(self.resource, "identifier"), {})
        return str(identifier.get("value") or self.resource.get("id", ""))


def slots_in(bundle: Mapping[str, Any] | None) -> list[OfferedSlot]:
    """The slots of a search answer, by time. One without times or a key is no offer; nothing else is needed."""
    found = []
    included = _included(bundle)
    for resource in of_type(bundle, "Slot"):
        moment, end = moment_of(resource.get("start")), moment_of(resource.get("end"))
        if moment is None or end is None or str(resource.get("status", "free")) != "free":
            continue
        slot = OfferedSlot(resource, moment, _text(resource, included))
        if slot.key:
            found.append(slot)
    return sorted(found, key=lambda slot: slot.moment)


def _text(slot: Mapping[str, Any], included: _Included) -> str:
    schedule = _resolve(included, _reference(slot.get("schedule")))
    actors = [_resolve(included, _reference(actor)) for actor in dicts(schedule, "actor")]
    service = _first(actors, "HealthcareService")
    practitioner, role = _first(actors, "Practitioner"), _first(actors, "PractitionerRole")
    location = next((_resolve(included, _reference(one)) for one in dicts(service, "location")), {})
    place = [str(location.get("name") or ""), _address(location.get("address"))]
    said = {
        "how": _channel(slot) or "not supplied",
        "service": str(service.get("name") or ""),
        "where": ", ".join(part for part in place if part),
        "with": ", ".join(
            part for part in (_name(practitioner), _role(role), str(practitioner.get("gender") or "")) if part
        ),
    }
    known = "; ".join(f"{name}: {value}" for name, value in said.items() if value)
    return f"{slot['start']} to {slot['end']}; {known}"


def _channel(slot: Mapping[str, Any]) -> str:
    """The delivery channel; never assumed where none is given (CON-SRCH-13)."""
    return next(
        (
            str(e.get("valueCode") or "")
            for e in dicts(slot, "extension")
            if e.get("url") == names.DELIVERY_CHANNEL_EXTENSION
        ),
        "",
    )


def _reference(value: object) -> str:
    return str(value.get("reference") or "") if isinstance(value, dict) else ""


def _included(bundle: Mapping[str, Any] | None) -> _Included:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in dicts(bundle, "entry"):
        one = entry.get("resource")
        if isinstance(one, dict):
            found.setdefault((str(one.get("resourceType", "")), str(one.get("id", ""))), one)
    return found


def _resolve(included: _Included, reference: str) -> dict[str, Any]:
    kind, _, id_ = "/".join(reference.split("/")[-2:]).partition("/")
    return included.get((kind, id_), {}) if kind and id_ else {}


def _first(resources: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next((one for one in resources if one.get("resourceType") == kind), {})


def _name(practitioner: Mapping[str, Any]) -> str:
    name = next(dicts(practitioner, "name"), {})
    parts = [*_texts(name.get("prefix")), *_texts(name.get("given")), str(name.get("family") or "")]
    return " ".join(part for part in parts if part)


def _role(role: Mapping[str, Any]) -> str:
    codings = (coding for code in dicts(role, "code") for coding in dicts(code, "coding"))
    return next((str(coding["display"]) for coding in codings if coding.get("display")), "")


def _address(address: object) -> str:
    if not isinstance(address, dict):
        return ""
    parts = [*_texts(address.get("line")), str(address.get("city") or ""), str(address.get("postalCode") or "")]
    return ", ".join(part for part in parts if part)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
