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
from .problems import Problem, shown
from .profile_rules import ASKED_OTHERWISE, RULES, Ruling, Setting

FOLDER = Path(__file__).with_name("schemas")
#: The keywords by which a rule stands, or binds, by edition or reading.
_BY_EDITION = frozenset({"x-editions", "x-levels", "x-readings"})
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
    otherwise: bool = False,
) -> list[Problem]:
    """The faults of a resource, and of those within it, against a profile of `PROFILES`.

    Each problem has its requirement and level. `today` (in UTC) is the day on which a birth date must be
    past; without it that is not checked. `known` is kept from one call to the next. With `otherwise` only the
    clauses of `asked_otherwise` are looked at. Raises ValueError for an unknown profile, edition or reading; never
    for what the resource holds.
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; known: {', '.join(PROFILES)}")
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    where = name if isinstance(name, str) else "$"
    checks = _Checks(Setting(edition, reading, today), {} if known is None else known, otherwise)
    found = list(dict.fromkeys(checks.faults(resource, profile, where)))
    return [problem for problem in found if problem.requirement in asked_otherwise()] if otherwise else found


@cache
def asked_otherwise() -> frozenset[str]:
    """The clauses of profiles that some edition or reading asks otherwise than the others."""
    schemas = [json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8")) for profile in PROFILES]
    rules = [rule for schema in schemas for rule in schema["allOf"]]
    return ASKED_OTHERWISE | {rule["x-requirement"] for rule in rules if _BY_EDITION & rule.keys()}


@dataclass(frozen=True, slots=True)
class _Checks:
    """The rules of one edition and reading, or those of them that others have not."""

    setting: Setting
    known: Known
    otherwise: bool

    def faults(self, resource: object, profile: str, where: str) -> Iterator[Problem]:
        setting = self.setting
        rules, validator = _validator(profile, setting.edition, setting.reading, self.otherwise)
        if not isinstance(resource, dict):
            for rule in rules[:1]:
                yield Problem(where, "a resource, as an object", shown(resource), rule["x-requirement"], "MUST")
            return
        for error in validator.iter_errors(resource) if rules else ():
            rule = rules[int(error.absolute_schema_path[1])]
            level = _level(rule, setting)
            place = where + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
            for name, actual in _actual(error):
                yield Problem(place + name, rule["x-expected"], actual, rule["x-requirement"], level)
        for function in RULES.get(profile, ()):
            yield from (_problem(ruling, where) for ruling in function(resource, setting))
        for place, member in _members(resource, where):
            kind = member.get("resourceType")
            inner = _WITHIN.get(profile, {}).get(kind) if isinstance(kind, str) else None
            if inner is not None:
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


def _level(rule: Mapping[str, Any], setting: Setting) -> str:
    levels: Mapping[str, str] = rule.get("x-levels", {})
    if setting.reading in levels:
        return levels[setting.reading]
    for key, level in levels.items():
        if key not in READINGS and in_range(setting.edition, key):
            return level
    return str(rule.get("x-level", "MUST"))


@cache
def _validator(profile: str, edition: str, reading: str, otherwise: bool) -> tuple[list[dict[str, Any]], Any]:
    """The rules that stand in an edition and reading, and one validator of them all, built once."""
    schema = json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8"))
    rules = [
        rule
        for rule in schema["allOf"]
        if in_range(edition, rule.get("x-editions", "all"))
        and ("x-readings" not in rule or reading in rule["x-readings"])
        and (not otherwise or rule["x-requirement"] in asked_otherwise())
    ]
    return rules, Validator({**schema, "allOf": rules})
