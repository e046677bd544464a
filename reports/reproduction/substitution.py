"""Puts in the place of what was true in one run what is true when a script runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from .answers import LONG, Known, leaves
from .texts import Moment, Reference, Setting, Text, joined, references

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
#: Seconds. A time in a body that is so near to when it was sent means "now".
_NOW = 600
#: How long a provider may take to tell a registry, where the run does not say it.
_REGISTRY_SECONDS = 10
#: Beyond so many characters a body is not looked through for values of earlier answers.
_LONGEST = 50_000


@dataclass(frozen=True)
class World:
    """Where the systems of a run are, and who calls: from its stored settings."""

    #: Address as it is asked for, with the part that it is of.
    roots: Mapping[str, str]
    #: Ids of services and systems, with the setting of the script that holds each.
    ids: Mapping[str, Setting]
    #: The key of each organisation that the harness plays, by its name.
    organisations: Mapping[str, str]
    #: The settings of the script: their names, and what they are unless something else is given.
    settings: Mapping[str, str]

    @classmethod
    def of(cls, run: JudgedRun) -> World:
        """From the settings that a stored run has."""
        parts: Mapping[str, Any] = run.system.get("parts") or {}
        roots: dict[str, str] = {}
        settings: dict[str, str] = {}
        ids: dict[str, Setting] = {}
        for key, part in parts.items():
            base = str(part.get("base_url") or "")
            through = f"{str(part['ssp_url']).rstrip('/')}/{base}" if part.get("ssp_url") else base
            roots[through] = settings[key.upper()] = key.upper()
            settings[key.upper()] = through
            named = {f"{key}_service_{purpose}": id for purpose, id in (part.get("services") or {}).items()}
            for name, id in {f"{key}_asid": part.get("asid"), **named}.items():
                if id and str(id) not in ids:
                    settings[name.upper()] = str(id)
                    ids[str(id)] = Setting(name.upper())
        limits: Mapping[str, Any] = run.system.get("limits") or {}
        settings["REGISTRY_SECONDS"] = f"{float(limits.get('registry_seconds') or _REGISTRY_SECONDS):g}"
        organisations = run.system.get("organisations") or {}
        for key, organisation in organisations.items():
            if organisation.get("asid") and organisation["asid"] not in ids:
                settings[f"{key}_asid".upper()] = organisation["asid"]
                ids[organisation["asid"]] = Setting(f"{key}_asid".upper())
        return cls(roots, ids, {str(one["name"]): key for key, one in organisations.items()}, settings)

    def root_of(self, url: str, part: str) -> tuple[str, Reference] | None:
        """The root that an address begins with, and the setting that holds it."""
        fitting = [root for root in self.roots if root and url.startswith(root)]
        fitting.sort(key=lambda root: (self.roots[root] == part.upper(), len(root)))
        return (fitting[-1], Setting(self.roots[fitting[-1]])) if fitting else None


class Substitution:
    """Finds in a text of a request what was known before it was sent."""

    def __init__(self, world: World, known: Known) -> None:
        self._world = world
        self._known = known
        self._sent: datetime | None = None

    def now(self, text: str) -> None:
        """When the request at hand was sent."""
        try:
            self._sent = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            self._sent = None

    def text(self, value: str, *, exact: bool = False, times: bool = False) -> Text:
        """``value`` with references; ``exact``: only where all of it is known, be it short."""
        if value in self._world.ids:
            return (self._world.ids[value],)
        if (exact or len(value) >= LONG) and (found := self._known.find(value)) is not None:
            return (found,)
        if exact or len(value) > _LONGEST:
            return (value,)
        return self._within(value, times)

    def resource_text(self, text: str, resource: Mapping[str, Any], written: Callable[[str], str]) -> Text:
        """A body as it was written, with references in its texts, which stand there as ``written`` says."""
        parts: Text = (text,)
        if len(text) > _LONGEST:
            return parts
        for path, value in leaves(resource):
            made = self._leaf(path, value)
            if references(made):
                parts = _put_in(parts, written(value), made)
        return parts

    def _leaf(self, path: str, value: str) -> Text:
        name = path.rpartition(".")[2]
        if name in ("created", "indexed") and _INSTANT.fullmatch(value):
            return self._times(value, _NOW)
        kind, _, id = value.rpartition("/")
        if name == "reference" and kind in ("Slot", "Appointment") and (found := self._known.find(id)) is not None:
            return (f"{kind}/", found)
        return self._within(value, times=False) if len(value) >= LONG else (value,)

    def _within(self, value: str, times: bool) -> Text:
        parts: Text = (value,)
        for root, name in self._world.roots.items():
            if root and root in value:
                parts = _put_in(parts, root, (Setting(name),))
        for long in self._known.long_values():
            if any(isinstance(part, str) and long in part for part in parts):
                found = self._known.find(long)
                assert found is not None
                parts = _put_in(parts, long, (found,))
        if times:
            parts = joined(one for part in parts for one in (self._times(part) if isinstance(part, str) else (part,)))
        return parts

    def _times(self, text: str, most: float = float("inf")) -> Text:
        """The instants in a text as so many seconds from when it was sent, unless they are more than ``most``."""
        made: list[str | Reference] = []
        end = 0
        for found in _INSTANT.finditer(text):
            away = self._away(found[0])
            if away is None or abs(away) > most:
                continue
            # In the zone that it was written in.
            zone = datetime.fromisoformat(found[0].replace("Z", "+00:00")).utcoffset() or timedelta()
            seconds = round(away + zone.total_seconds())
            made += [text[end : found.start()], Moment(seconds, f"{found[2] or ''}{found[3]}")]
            end = found.end()
        return joined([*made, text[end:]])

    def _away(self, text: str) -> float | None:
        try:
            at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return None
        return (at.astimezone(UTC) - self._sent).total_seconds() if self._sent else None


def _put_in(parts: Text, known: str, replacement: Text) -> Text:
    made: list[str | Reference] = []
    for part in parts:
        if not isinstance(part, str) or known not in part:
            made.append(part)
            continue
        pieces = part.split(known)
        for number, piece in enumerate(pieces):
            made += [*(replacement if number else ()), piece]
    return joined(made)
