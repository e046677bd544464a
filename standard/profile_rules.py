"""The rules of the booking profiles that compare elements with each other, which JSON Schema cannot do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .editions import check_reading, in_range, position
from .levels import MUST, SHOULD, Level
from .names import NHS_NUMBER_SYSTEM
from .nhs_number import is_valid_nhs_number
from .problems import shown


@dataclass(frozen=True, slots=True)
class Setting:
    """Under what a resource is judged; `today` is in UTC. Raises ValueError for unknown names."""

    edition: str
    reading: str = ""
    today: date | None = None

    def __post_init__(self) -> None:
        position(self.edition)
        check_reading(self.reading)


@dataclass(frozen=True, slots=True)
class Ruling:
    """One fault: `place` is below the resource, such as `.slot[0].reference`."""

    requirement: str
    place: str
    expected: str
    actual: str
    level: Level = MUST


Rule = Callable[[dict[str, Any], Setting], Iterator[Ruling]]


def _slot_ends_after_start(slot: dict[str, Any], _: Setting) -> Iterator[Ruling]:
    start, end = _moment(slot.get("start")), _moment(slot.get("end"))
    if start and end and end < start:
        yield Ruling("RES-SLOT-03", ".end", f"not before start {slot['start']}", shown(slot["end"]))


def _total_is_the_matches(bundle: dict[str, Any], _: Setting) -> Iterator[Ruling]:
    """Where the answer is one of several pages, the total is of them all and cannot be compared."""
    total = bundle.get("total")
    paged = any(link.get("relation") in ("next", "previous", "prev") for link in _objects(bundle, "link"))
    if paged or total is None:
        return
    matches = sum(_matched(entry) for entry in _objects(bundle, "entry"))
    if total != matches:
        yield Ruling("RES-BND-01", ".total", f"{matches}, the number of matched slots", shown(total))


def _matched(entry: dict[str, Any]) -> bool:
    search = entry.get("search")
    mode = search.get("mode") if isinstance(search, dict) else None
    resource = entry.get("resource")
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return mode == "match" or (mode is None and kind == "Slot")


def _each_resource_once(bundle: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for index, entry in enumerate(_objects(bundle, "entry")):
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            continue
        kind, name = resource.get("resourceType"), resource.get("id")
        if not isinstance(kind, str) or not isinstance(name, str):
            continue
        place = f".entry[{index}].resource.id"
        first = seen.setdefault((kind, name), resource)
        if first is resource:
            continue
        if kind == "Schedule" and first != resource:
            yield Ruling("RES-SCH-01", place, "an id of one Schedule in the Bundle", shown(name))
        else:
            level = MUST if setting.reading == "scal-2020" else SHOULD
            yield Ruling("PRV-SRCH-25", place, f"{kind} {name} once in the Bundle", "again", level)


def _one_patient_takes_part(requirement: str, since: str) -> Rule:
    def rule(appointment: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
        patient = _contained(appointment, "Patient")
        if patient is None or not in_range(setting.edition, since):
            return
        target = f"#{patient.get('id')}"
        actors = [_reference(one.get("actor")) for one in _objects(appointment, "participant")]
        if actors.count(target) != 1:
            expected = f"exactly one participant whose actor is {target}, the contained Patient"
            yield Ruling(requirement, ".participant", expected, shown(actors))

    return rule


def _references_meet_their_types(appointment: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    since = position("0.1.16") <= position(setting.edition)
    late = position("1.0.0-RC1") <= position(setting.edition) or bool(setting.reading)
    for name, kind, requirement, level in (
        ("slot", "Slot", "RES-APT-05", MUST if since else None),
        ("supportingInformation", "DocumentReference", "RES-APT-11", MUST if late else SHOULD),
    ):
        member = _contained(appointment, kind)
        targets = [_reference(one) for one in _objects(appointment, name)]
        if level and member is not None and targets and f"#{member.get('id')}" not in targets:
            yield Ruling(requirement, f".{name}", f"#{member.get('id')}, the contained {kind}", shown(targets), level)


def _times_are_the_slots(appointment: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    slot = _contained(appointment, "Slot")
    if slot is None or not in_range(setting.edition, "0.1.16+"):
        return
    for name in ("start", "end"):
        ours, offered = _moment(appointment.get(name)), _moment(slot.get(name))
        if ours and offered and ours != offered:
            expected = f"{slot[name]}, as in the Slot"
            yield Ruling("RES-APT-02", f".{name}", expected, shown(appointment[name]))


def _actor_repeats_the_nhs_number(appointment: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    patient = _contained(appointment, "Patient")
    if patient is None:
        return
    old = position(setting.edition) <= position("0.1.17")
    level = MUST if old or setting.reading else SHOULD
    identifiers = _objects(patient, "identifier")
    numbers = [one.get("value") for one in identifiers if one.get("system") == NHS_NUMBER_SYSTEM]
    for index, one in enumerate(_objects(appointment, "participant")):
        actor = one.get("actor")
        if not isinstance(actor, dict) or actor.get("reference") != f"#{patient.get('id')}":
            continue
        place = f".participant[{index}].actor"
        identifier = actor.get("identifier")
        told = identifier if isinstance(identifier, dict) else {}
        if not numbers:
            if told:
                yield Ruling("RES-APT-09", f"{place}.identifier", "absent without NHS number", "present", SHOULD)
            continue
        if told.get("system") != NHS_NUMBER_SYSTEM or told.get("value") not in numbers:
            expected = "the NHS number of the Patient"
            yield Ruling("RES-APT-09", f"{place}.identifier", expected, shown(identifier), level)
        elif told.get("use") != "official":
            yield Ruling("RES-APT-09", f"{place}.identifier.use", "official", shown(told.get("use")), level)
        if not actor.get("display"):
            yield Ruling("RES-APT-09", f"{place}.display", "the full name", "absent", level)


def _nhs_number_is_valid(patient: dict[str, Any], _: Setting) -> Iterator[Ruling]:
    for index, one in enumerate(_objects(patient, "identifier")):
        value = one.get("value")
        if one.get("system") == NHS_NUMBER_SYSTEM and isinstance(value, str) and not is_valid_nhs_number(value):
            expected = "an NHS number with a right check digit (Modulus 11)"
            yield Ruling("RES-PAT-05", f".identifier[{index}].value", expected, shown(value))


def _born_in_the_past(patient: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    born = patient.get("birthDate")
    if setting.today and isinstance(born, str) and born[:10] > setting.today.isoformat()[: len(born[:10])]:
        yield Ruling("RES-PAT-08", ".birthDate", f"not after {setting.today}", shown(born))


def _one_first_contact(patient: dict[str, Any], setting: Setting) -> Iterator[Ruling]:
    points = list(_contact_points(patient))
    firsts = [(place, point) for place, point in points if point.get("rank") == 1]
    if in_range(setting.edition, "0.2.0+") and points and len(firsts) != 1:
        expected = "rank 1 exactly once over telecom and contact.telecom"
        yield Ruling("RES-PAT-13", ".telecom", expected, f"{len(firsts)} times")
    for place, point in firsts:
        value = point.get("value")
        if point.get("system") != "phone":
            yield Ruling("RES-PAT-15", f"{place}.system", "phone for rank 1", shown(point.get("system")), SHOULD)
        elif not isinstance(value, str) or not _UK_NUMBER.fullmatch(_PUNCTUATION.sub("", value)):
            yield Ruling("RES-PAT-15", f"{place}.value", "a plausible UK number", shown(value), SHOULD)
    for place, point in points:
        value = point.get("value")
        if point.get("system") == "email" and not (isinstance(value, str) and _is_email(value)):
            yield Ruling("RES-PAT-15", f"{place}.value", "an email address", shown(value), SHOULD)


_PUNCTUATION = re.compile(r"[\s()\-.]")
_UK_NUMBER = re.compile(r"(\+440?|00440?|0)[1-9][0-9]{8,9}")
MAX_EMAIL = 254  # RFC 5321; also keeps the pattern from a hostile length
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _is_email(value: str) -> bool:
    return len(value) <= MAX_EMAIL and _EMAIL.fullmatch(value) is not None


def _contact_points(patient: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, point in enumerate(_objects(patient, "telecom")):
        yield f".telecom[{index}]", point
    for outer, contact in enumerate(_objects(patient, "contact")):
        for index, point in enumerate(_objects(contact, "telecom")):
            yield f".contact[{outer}].telecom[{index}]", point


def _contained(resource: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """The one contained resource of a type; None when there is none or several."""
    found = [one for one in _objects(resource, "contained") if one.get("resourceType") == kind]
    return found[0] if len(found) == 1 else None


def _objects(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of an array element; [] if it is absent or of another form, which is judged elsewhere."""
    items = value.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _reference(value: object) -> str:
    reference = value.get("reference") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else ""


def _moment(value: object) -> datetime | None:
    """The moment of an instant with an offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


RULES: Mapping[str, tuple[Rule, ...]] = {
    "slot": (_slot_ends_after_start,),
    "slot-bundle": (_total_is_the_matches, _each_resource_once),
    "appointment": (_one_patient_takes_part("RES-APT-14", "0.1.16+"),),
    "appointment-request": (
        _one_patient_takes_part("RES-APT-07", "all"),
        _references_meet_their_types,
        _times_are_the_slots,
        _actor_repeats_the_nhs_number,
    ),
    "patient-request": (_nhs_number_is_valid, _born_in_the_past, _one_first_contact),
}

#: What of a setting they look at, where it is not the edition and the reading: that need not be asked twice.
LOOKS_AT: Mapping[Rule, Callable[[Setting], object]] = {
    _slot_ends_after_start: lambda _: None,
    _total_is_the_matches: lambda _: None,
    _each_resource_once: lambda setting: setting.reading == "scal-2020",
    _nhs_number_is_valid: lambda _: None,
    _born_in_the_past: lambda setting: setting.today,
}

#: The clauses of those that look at the edition or reading.
ASKED_OTHERWISE = frozenset(
    {"PRV-SRCH-25", "RES-APT-02", "RES-APT-05", "RES-APT-09", "RES-APT-11", "RES-APT-14", "RES-PAT-13", "RES-PAT-15"}
)
