"""Does a resource keep to the Care Connect profiles and the booking overrides of an edition?

The rules are JSON Schemas (`schemas/<profile>.json`) and, for what a schema cannot say, the functions in
`profile_rules`. They are open-world: unknown elements, extensions and further participants are allowed. That
a resource is valid FHIR is asked of `uec_booking.standard.validation` first.

In a schema each member of `allOf` is one rule with keywords of our own: `x-requirement` the clause,
`x-expected` its words, `x-level` (MUST unless said) and `x-levels` (by range of editions, or by reading,
which goes first), `x-editions` the editions and `x-readings` the readings in which the rule stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema.exceptions import ValidationError

from .ecma import Validator
from .editions import READINGS, in_range
from .levels import MUST, Level
from .problems import Problem, shown
from .profile_rules import ASKED_OTHERWISE, LOOKS_AT, RULES, Rule, Ruling, Setting

FOLDER = Path(__file__).with_name("schemas")
PROFILES: tuple[str, ...] = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))

_SEARCHED: Mapping[str, str] = {
    "Slot": "slot",
    "Schedule": "schedule",
    "HealthcareService": "healthcare-service",
    "Practitioner": "practitioner",
    "PractitionerRole": "practitioner-role",
    "Organization": "organization",
    "Location": "location",
}
RETURNED: Mapping[str, str] = {
    **_SEARCHED,
    "Appointment": "appointment",
    "OperationOutcome": "operation-outcome",
    "CapabilityStatement": "capability-statement",
}
"""The profile of each resource type that a provider returns by itself or in a Bundle."""

_WITHIN: Mapping[str, Mapping[str, str]] = {
    "slot-bundle": _SEARCHED,
    "appointment-bundle": {"Appointment": "appointment"},
    "appointment-read": {
        "Patient": "patient",
        "Slot": "slot-within-appointment",
        "DocumentReference": "document-reference",
    },
    "appointment-request": {
        "Patient": "patient-request",
        "Slot": "slot-request",
        "DocumentReference": "document-reference-request",
    },
}


Known = dict[tuple[str, str], list[Problem]]
"""The faults of resources within others that were looked at before, by their profile and text. One for each edition
and reading: searches return the same few schedules and services again and again."""


def check_profile(
    resource: object,
    profile: str,
    edition: str,
    reading: str = "",
    *,
    today: date | None = None,
    known: Known | None = None,
    only: frozenset[str] | None = None,
) -> list[Problem]:
    """The faults of a resource, and of those within it, against a profile of `PROFILES`.

    Each problem has its requirement and level. `today` (in UTC) is the day on which a birth date must be
    past; without it that is not checked. `known` is kept from one call to the next. With `only`, the rules of
    other clauses than these are passed over. Raises ValueError for an unknown profile, edition or reading; never for
    what the resource holds.
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; known: {', '.join(PROFILES)}")
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    where = name if isinstance(name, str) else "$"
    checks = _Checks(Setting(edition, reading, today), {} if known is None else known, only=only)
    return list(dict.fromkeys(checks.faults(resource, profile, where)))


class Difference:
    """Between two editions, each in a reading: what one of them finds in a resource and the other does not.

    Only the rules that the two do not share are looked at, so it is told much sooner than by two checks. ``clauses``
    are those of which they do not share all rules.
    """

    def __init__(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        first, second = Setting(*one), Setting(*other)
        self._checks = (_Checks(first, {}, second), _Checks(second, {}, first))
        found = (_validator(profile, one.setting, one.than)[0] for profile in PROFILES for one in self._checks)
        self.clauses: frozenset[str] = ASKED_OTHERWISE | {rule["x-requirement"] for rules in found for rule in rules}

    def is_in(self, resource: object, profile: str) -> bool:
        """Whether the two find other faults in a resource, or the same faults at another level."""
        one, other = (set(checks.faults(resource, profile, "")) for checks in self._checks)
        return one != other

    def is_possible(self, profile: str, within: bool = True) -> bool:
        """Whether any resource of this profile could have one, be it in a resource ``within``."""
        return any(checks.has_rules(profile, within) for checks in self._checks)


@dataclass(frozen=True, slots=True)
class _Checks:
    """The rules of one edition and reading; with ``than``, those of them that bind otherwise there; or of ``only``."""

    setting: Setting
    known: Known
    than: Setting | None = None
    only: frozenset[str] | None = None

    def has_rules(self, profile: str, within: bool = True) -> bool:
        """Whether anything is asked of a resource of this profile, or of one within it."""
        own = _validator(profile, self.setting, self.than, self.only)[0] or _functions(profile, self.setting, self.than)
        return bool(own) or (within and any(map(self.has_rules, _WITHIN.get(profile, {}).values())))

    def faults(self, resource: object, profile: str, where: str) -> Iterator[Problem]:
        setting = self.setting
        rules, validator = _validator(profile, setting, self.than, self.only)
        if not isinstance(resource, dict):
            for rule in rules[:1]:
                yield Problem(where, "a resource, as an object", shown(resource), rule["x-requirement"], MUST)
            return
        for error in validator.iter_errors(resource) if rules else ():
            rule = rules[int(error.absolute_schema_path[1])]
            level = _level(rule, setting)
            place = where + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
            for name, actual in _actual(error):
                # Of several that are required the reader has to know which one is not there.
                one_of_many = error.validator == "required" and len(error.validator_value) > 1
                expected = f"{name[1:]} (of {rule['x-expected']})" if one_of_many else rule["x-expected"]
                yield Problem(place + name, expected, actual, rule["x-requirement"], level)
        for function in _functions(profile, setting, self.than):
            yield from (_problem(ruling, where) for ruling in function(resource, setting))
        wanted = {kind: inner for kind, inner in _WITHIN.get(profile, {}).items() if self.has_rules(inner)}
        for place, member in _members(resource, where) if wanted else ():
            kind = member.get("resourceType")
            inner = wanted.get(kind, "") if isinstance(kind, str) else ""
            if inner:
                yield from (replace(fault, where=place + fault.where) for fault in self._within(member, inner))

    def _within(self, member: dict[str, Any], profile: str) -> list[Problem]:
        """The faults of a resource within another one; the same is looked at once."""
        key = (profile, json.dumps(member, default=str))
        if key not in self.known:
            self.known[key] = list(self.faults(member, profile, ""))
        return self.known[key]


def _members(resource: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The resources within a Bundle or a resource, each with its place."""
    for name, inner in (("entry", "resource"), ("contained", "")):
        items = resource.get(name)
        for index, item in enumerate(items if isinstance(items, list) else []):
            member = item.get(inner) if inner and isinstance(item, dict) else item
            if isinstance(member, dict):
                yield f"{where}.{name}[{index}]" + (f".{inner}" if inner else ""), member


def _actual(error: ValidationError) -> list[tuple[str, str]]:
    """What was there: for a missing name its place below, otherwise the value itself."""
    if error.validator == "required" and isinstance(error.instance, dict):
        required: Any = error.validator_value
        return [(f".{name}", "absent") for name in required if name not in error.instance]
    return [("", shown(error.instance))]


def _problem(ruling: Ruling, where: str) -> Problem:
    return Problem(where + ruling.place, ruling.expected, ruling.actual, ruling.requirement, ruling.level)


def _level(rule: Mapping[str, Any], setting: Setting) -> Level:
    levels: Mapping[str, str] = rule.get("x-levels", {})
    if setting.reading in levels:
        return Level(levels[setting.reading])
    for key, level in levels.items():
        if key not in READINGS and in_range(setting.edition, key):
            return Level(level)
    return Level(rule.get("x-level", MUST))


@cache
def _functions(profile: str, setting: Setting, than: Setting | None) -> tuple[Rule, ...]:
    def seen_by(rule: Rule, one: Setting) -> object:
        return LOOKS_AT[rule](one) if rule in LOOKS_AT else (one.edition, one.reading)

    functions = RULES.get(profile, ())
    return tuple(one for one in functions if than is None or seen_by(one, setting) != seen_by(one, than))


def _binding(rule: Mapping[str, Any], setting: Setting) -> Level | None:
    """The level of a rule; none where it does not stand."""
    stands = in_range(setting.edition, rule.get("x-editions", "all"))
    if not stands or setting.reading not in rule.get("x-readings", (setting.reading,)):
        return None
    return _level(rule, setting)


@cache
def _validator(
    profile: str, setting: Setting, than: Setting | None = None, only: frozenset[str] | None = None
) -> tuple[list[dict[str, Any]], Any]:
    """The rules that stand under a setting, and one validator of them all, built once."""
    schema = json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8"))
    rules = [
        rule
        for rule in schema["allOf"]
        if (binds := _binding(rule, setting))
        and (than is None or binds != _binding(rule, than))
        and (only is None or rule["x-requirement"] in only)
    ]
    return rules, Validator({**schema, "allOf": rules})
