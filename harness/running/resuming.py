"""A stored run that goes on: what is left of one that was broken off, or some of its scenarios again.

What is finished is taken over as it was recorded. That is honest only where the same harness asks the same systems the
same: where settings or versions differ it is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from uec_booking.standard import requirements

from ..catalogue.selection import chosen
from ..errors import SettingsError
from ..http.client import now_text
from ..judging import run_file, run_storage
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import Run, ScenarioRecord
from ..settings.model import Settings
from . import publishing, suite
from .scenario_record import ENDS_THE_RUN

#: What of the settings says nothing of the systems, and may differ.
_FREE = ("source", "options", "operator")
#: What is another one each time that the bundled world plays a part.
_ADDRESSES = ("base_url", "audience", "ssp_url")


@dataclass(frozen=True)
class Earlier:
    """A stored run in ``place``, and the ids of its scenarios that are run again; empty: those that did not finish."""

    place: Path
    stored: Run
    again: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[ScenarioRecord, ...]:
        """The records that are taken over."""
        if self.again:
            return tuple(record for record in self.stored.scenarios if record.id not in self.again)
        return tuple(
            record for record in self.stored.scenarios if not (record.problem and record.problem.kind in ENDS_THE_RUN)
        )

    def continued(self, begun: Run, settings: Settings) -> Run:
        """The run that begins now as the stored one that goes on.

        Raises:
            SettingsError: it would not be the same run; says what differs.
        """
        differing = list(_differing(self.stored, begun, settings))
        if differing:
            raise SettingsError(
                f"The run in {self.place} cannot go on: {'; '.join(differing)}. What is stored was seen under other "
                "terms. Use the same settings and the same version of this program, or begin a new run without "
                "--resume and --again. Nothing was run."
            )
        return replace(
            begun,
            started=self.stored.started,
            # What is run again may meet another build: that is another result, and has a name of its own.
            id=begun.id if self.again else self.stored.id,
            only=self.stored.only,
            partial=self.stored.partial,
            evidence=begun.evidence or self.stored.evidence,
            scenarios=self.kept,
        )

    def notes(self) -> list[str]:
        """What the reader has to know of it, beside the notes of the stored run."""
        begun = f"the run that began at {self.stored.started} ({self.stored.id or 'without an id'})"
        if self.again:
            told = (
                f"{v.RUN_AGAIN} {now_text()}: {len(self.again)} of {len(self.stored.scenarios)} scenarios, in place of "
                f"what {begun} had recorded: {', '.join(self.again)}"
            )
        else:
            told = (
                f"resumed at {now_text()}: {len(self.kept)} scenarios that {begun} had finished were taken over and "
                "not run again; what is held against the whole run was held against the rest alone"
            )
        return [*self.stored.notes, told]

    def broken(self) -> Mapping[str, Any]:
        """What was wrong with the stored run and still is, when scenarios of it were run again."""
        if not self.again or not self.stored.broken:
            return {}
        return {"broken": self.stored.broken, "broken_status": self.stored.broken_status}


def resumed(out: Path) -> Earlier:
    """The run in ``out`` that was broken off, or the one of a part beside it.

    Raises:
        SettingsError: there is none.
    """
    stored = run_file.read(out)
    if stored.broken:
        return Earlier(out, stored)
    beside = out / publishing.PARTIAL
    if run_storage.is_in(beside) and (part := run_file.read(beside)).broken:
        return Earlier(beside, part)
    raise SettingsError(
        f"The run in {out} came to its end: there is nothing to resume. Run a scenario of it again with "
        "--again SCENARIO, or begin a new run without --resume."
    )


def again(out: Path, expression: str) -> Earlier:
    """The stored run in ``out``, or the one of a part beside it, with the scenarios of it that are to run again.

    Raises:
        SettingsError: there is no stored run, or the expression selects none of its scenarios.
    """
    suite.check_selects(expression, "--again")
    wanted = {one.id for one in chosen(expression, suite.scenarios(), lambda one: one.words)}
    for place in (out, out / publishing.PARTIAL):
        if place != out and not run_storage.is_in(place):
            continue
        stored = run_file.read(place)
        ids = tuple(record.id for record in stored.scenarios if record.id in wanted)
        if ids:
            return Earlier(place, stored, ids)
    raise SettingsError(
        f"The run in {out} has no record of what --again {expression!r} selects. Name a scenario that has run, as the "
        "reports name it, or begin a run of it with --only."
    )


def failed(out: Path) -> Earlier:
    """The stored run in ``out``, with the scenarios of it that failed, were inconclusive or broke off.

    Raises:
        SettingsError: there is no stored run, or nothing in it failed.
    """
    stored = run_file.read(out)
    judged = judge(stored, requirements.load())
    ids = tuple(one.record.id for one in judged.scenarios if one.status in (v.FAIL, v.INCONCLUSIVE, v.ERROR))
    if not ids:
        raise SettingsError(
            f"No scenario of the run in {out} failed or was inconclusive: there is nothing to run again. "
            "Run one again by its name with --again."
        )
    return Earlier(out, stored, ids)


def _differing(stored: Run, begun: Run, settings: Settings) -> Iterator[str]:
    for key in ("name", "version", "commit"):
        if stored.tool.get(key, "") != begun.tool.get(key, ""):
            yield (
                f"the {key} of the harness was {stored.tool.get(key) or 'unknown'}, and is "
                f"{begun.tool.get(key) or 'unknown'}"
            )
    if set(stored.suite) != set(begun.suite):
        yield "the suite has other scenarios now"
    for name, was, now in (
        ("edition", stored.edition, begun.edition),
        ("reading", stored.reading, begun.reading),
        ("systems under test", dict(stored.systems_under_test), dict(begun.systems_under_test)),
    ):
        if was != now:
            yield f"the {name} differ" if name.endswith("test") else f"the {name} was {was or 'none'}, and is {now}"
    was_set, is_set = (_comparable(run.settings, settings) for run in (stored, begun))
    for key in sorted({*was_set, *is_set}):
        if was_set.get(key) != is_set.get(key):
            yield f"{key} in the settings differs"


def _comparable(public: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The settings by their keys, in values as JSON has them, without what may differ."""
    flat = {key: run_file.as_stored(value) for key, value in public.items() if key not in (*_FREE, "parts")}
    for key, part in public.get("parts", {}).items():
        now = settings.parts.get(key)
        left_out = _ADDRESSES if now is not None and now.bundled else ()
        flat[key] = run_file.as_stored({name: value for name, value in part.items() if name not in left_out})
    return flat
