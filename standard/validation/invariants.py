"""The invariants of STU3 that concern what a booking uses, each under the key that HL7 gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from ..problems import Problem, shown

Rule = Callable[[dict[str, Any], str], Iterator[Problem]]
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


def broken_invariants(type_name: str, value: dict[str, Any], where: str) -> Iterator[Problem]:
    """The invariants of a type that an object of it breaks; wrong JSON types are left to the walk."""
    rule = _RULES.get(type_name)
    if rule is not None:
        yield from rule(value, where)


def _extension(value: dict[str, Any], where: str) -> Iterator[Problem]:
    has_value = any(key.lstrip("_").startswith("value") for key in value)
    if has_value == ("extension" in value):
        yield Problem(where, "either a value or extensions (ext-1)", "both" if has_value else "neither")


def _period(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if ends_before_start(value.get("start"), value.get("end")):
        yield Problem(f"{where}.end", f"not before start {value['start']} (per-1)", shown(value["end"]))


def _contact_point(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if "value" in value and "system" not in value:
        yield Problem(f"{where}.system", "present beside a value (cpt-2)", "absent")


def _attachment(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if "data" in value and "contentType" not in value:
        yield Problem(f"{where}.contentType", "present beside data (att-1)", "absent")


def _patient_contact(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if not value.keys() & {"name", "telecom", "address", "organization"}:
        yield Problem(where, "contact details or an organization (pat-1)", shown(value))


def _participant(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if not value.keys() & {"type", "actor"}:
        yield Problem(where, "a type or an actor (app-1)", shown(value))


def _appointment(value: dict[str, Any], where: str) -> Iterator[Problem]:
    if ("start" in value) != ("end" in value):
        yield Problem(where, "both start and end, or neither (app-2)", "start" if "start" in value else "end")
    elif "start" not in value and value.get("status") not in ("proposed", "cancelled"):
        yield Problem(f"{where}.start", "present unless proposed or cancelled (app-3)", "absent")


def _rest(value: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from _repeated(value.get("resource"), "type", f"{where}.resource", "once in a mode (cpb-9)")


def _rest_resource(value: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from _repeated(value.get("searchParam"), "name", f"{where}.searchParam", "once in a resource (cpb-12)")


def _repeated(items: object, key: str, where: str, expected: str) -> Iterator[Problem]:
    """The items whose value at the key another one had before."""
    seen: set[str] = set()
    for index, item in enumerate(items if isinstance(items, list) else []):
        value = item.get(key) if isinstance(item, dict) else None
        if not isinstance(value, str):
            continue
        if value in seen:
            yield Problem(f"{where}[{index}].{key}", expected, shown(value))
        seen.add(value)


def _bundle(value: dict[str, Any], where: str) -> Iterator[Problem]:
    kind = value.get("type")
    if "total" in value and kind not in ("searchset", "history"):
        yield Problem(f"{where}.total", "only in a searchset or history (bdl-1)", f"in a {kind}")
    entries = value.get("entry")
    seen: set[tuple[object, object]] = set()
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if not isinstance(entry, dict):
            continue
        place = f"{where}.entry[{index}]"
        if "search" in entry and kind != "searchset":
            yield Problem(f"{place}.search", "only in a searchset (bdl-2)", f"in a {kind}")
        if not entry.keys() & {"resource", "request", "response"}:
            yield Problem(f"{place}.resource", "present (bdl-5)", "absent")
        full_url = entry.get("fullUrl")
        resource = entry.get("resource")
        yield from _full_url(full_url, resource, f"{place}.fullUrl")
        meta = resource.get("meta") if isinstance(resource, dict) else None
        version = meta.get("versionId") if isinstance(meta, dict) else None
        if isinstance(full_url, str) and isinstance(version, str | None):
            if (full_url, version) in seen:
                yield Problem(f"{place}.fullUrl", "once in the Bundle for a version (bdl-7)", shown(full_url))
            seen.add((full_url, version))


def _full_url(full_url: object, resource: object, where: str) -> Iterator[Problem]:
    """bundle.html: the fullUrl shall not disagree with the id in the resource; a urn: says nothing of it."""
    if not isinstance(full_url, str) or not full_url.startswith(("http://", "https://")):
        return
    kind, name = (resource.get("resourceType"), resource.get("id")) if isinstance(resource, dict) else (None, None)
    if isinstance(kind, str) and isinstance(name, str):
        told = full_url.split("/_history/")[0].rstrip("/")
        if not told.endswith(f"/{kind}/{name}"):
            yield Problem(where, f"a URL that ends in {kind}/{name}, as the resource says", shown(full_url))


def ends_before_start(start: object, end: object) -> bool:
    """True when both are dates or dateTimes and `end` is the earlier, however they are read.

    A date in part stands for all of its days, so it is compared as far as both are told. A date beside a time
    says nothing of its zone: there it may be off by a day. Formats are judged by the walk.
    """
    if not isinstance(start, str) or not isinstance(end, str):
        return False
    try:
        if "T" in start and "T" in end:
            return datetime.fromisoformat(end) < datetime.fromisoformat(start)
        first = _day(start, -timedelta(days=1)) if "T" in start else start
        last = _day(end, timedelta(days=1)) if "T" in end else end
    except (ValueError, TypeError, OverflowError):
        return False
    told = min(len(first), len(last))
    return bool(_DATE.fullmatch(first) and _DATE.fullmatch(last)) and last[:told] < first[:told]


def _day(moment: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(moment).date() + shift).isoformat()


_RULES: dict[str, Rule] = {
    "Appointment": _appointment,
    "AppointmentParticipant": _participant,
    "Attachment": _attachment,
    "Bundle": _bundle,
    "CapabilityStatementRest": _rest,
    "CapabilityStatementRestResource": _rest_resource,
    "ContactPoint": _contact_point,
    "Extension": _extension,
    "PatientContact": _patient_contact,
    "Period": _period,
}
