"""How well scripts tell known faults: failing on the faulty system, passing on the clean one, in how many requests.

    python bench/reproductions.py [--sample N] [--seed S] [--out FILE] [NAME ...]

For each fault of a called system that was written by hand (or those named, or a sample): scenarios about its
requirement run against it until one fails; of that a script is made and reduced as `uec-booking reproduce` does, and
run once more at both systems. Prints the share that tells its fault, of those detected by these few scenarios, and the
median number of requests. FILE gets a line of JSON for each.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.catalogue.traceability import tags_of_features
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.verdicts import FAIL, JudgedRun
from uec_booking.harness.proving.job import Job
from uec_booking.harness.proving.loop import Loop
from uec_booking.harness.proving.worker import LIMITS, Faults
from uec_booking.harness.reproducing.places import SHOWS, SHOWS_NOT, Place, place_of
from uec_booking.harness.reproducing.trying import reproduced
from uec_booking.harness.running.engine import run_engine
from uec_booking.harness.running.items import scenario_id, words_of
from uec_booking.harness.running.local_simulator import completed, known_faults, written_world
from uec_booking.harness.running.reporters import on_request
from uec_booking.harness.running.session import RunSession
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import Settings
from uec_booking.standard import requirements

#: Scenarios in which what is checked on every exchange is looked for.
GENERAL = {"story-a", "story-wrong"}
#: Scenarios that are run against one fault at most.
MOST = 12
CLEAN = Job("clean", ())


@dataclass(frozen=True)
class World:
    """A world with its switches, as scripts know it."""

    settings: Settings
    place: Place
    faults: Faults


@contextmanager
def world() -> Iterator[World]:
    """A bundled world for the time of the block."""
    with (
        tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
        written_world(Path(folder), ["--mutual-tls"]) as config,
        completed(load.load(config)) as settings,
        place_of(settings, CONFIG=str(config), LEAVE_BOOKINGS="yes") as place,
    ):
        settings = replace(settings, limits=replace(settings.limits, **LIMITS))
        yield World(settings, place, Faults(settings))


class Reproducing(Loop):
    """Has each fault shown by a scenario, and its script made."""

    def __init__(self, session: RunSession, faulty: World, clean: World, chosen: Sequence[dict[str, Any]]) -> None:
        super().__init__(None, session, faulty.faults)
        self._faulty, self._clean, self._chosen = faulty, clean, chosen
        self.results: list[dict[str, Any]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for fault in self._chosen:
            started = time.monotonic()
            result = {"name": fault["name"], "requirement": fault["requirement"], **self._result(fault, session)}
            self.results.append({**result, "seconds": round(time.monotonic() - started, 1)})
            told = "not detected" if not result["detected"] else f"{result['requests'] or 'no script'}"
            print(f"{fault['requirement']:14} {fault['name']:50} {told}", flush=True)
        return True

    def _result(self, fault: dict[str, Any], session: pytest.Session) -> dict[str, Any]:
        job = Job(fault["name"], (fault["name"],))
        judged = self._detected(job, fault, session)
        if judged is None:
            return {"detected": False, "requests": 0, "script": "", "at_once": False}
        # The scripts begin in worlds in which nothing has happened.
        self._faulty.faults.switch_to(job)
        self._clean.faults.switch_to(CLEAN)
        found = reproduced(
            on_request("reproduction")(judged, fault["requirement"]), self._faulty.place, self._clean.place
        )
        if found is None or not self._tells(found.script, job):
            return {"detected": True, "requests": 0, "script": "", "at_once": False}
        at_once = on_request("script")(judged, fault["requirement"])
        told = bool(at_once) and self._tells(at_once, job)
        return {"detected": True, "requests": found.requests, "script": found.script, "at_once": told}

    def _tells(self, script: str, job: Job) -> bool:
        """The script as it was written, once more, in fresh worlds."""
        self._faulty.faults.switch_to(job)
        self._clean.faults.switch_to(CLEAN)
        return self._faulty.place.run(script) == SHOWS and self._clean.place.run(script) == SHOWS_NOT

    def _detected(self, job: Job, fault: dict[str, Any], session: pytest.Session) -> JudgedRun | None:
        """The run of the one scenario that shows the fault; None where none of the few does."""
        self._begin(job)
        tagged = tags_of_features().get(str(fault.get("near") or fault["requirement"]), ())
        about = [one for one in self._about(session) if scenario_id(one) in tagged]
        general = [one for one in self._about(session) if GENERAL & words_of(one)]
        for item in [*about, *(one for one in general if one not in about)][:MOST]:
            self._records = []
            self._run_one(item, session)
            run = replace(self._run(tuple(self._records)), settings=self._session.settings.public())
            judged = judge(run, requirements.load())
            if any(one.id == fault["requirement"] and one.verdict == FAIL for one in judged.requirements):
                return judged
        return None


def main() -> None:
    """Measure, and print."""
    options = _options()
    called = [one for one in known_faults() if one["kind"] == "defect" and one["part"] != "consumer"]
    chosen = [one for one in called if one["name"] in options.names] if options.names else called
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    with world() as faulty, world() as clean, tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        session = RunSession(faulty.settings, folder, str(Path(folder) / "leases"))
        reproducing = Reproducing(session, faulty, clean, chosen)
        run_engine([session, reproducing])
    if options.out:
        options.out.write_text("".join(json.dumps(one) + "\n" for one in reproducing.results), encoding="utf-8")
    detected = [one for one in reproducing.results if one["detected"]]
    told = [one["requests"] for one in detected if one["requests"]]
    median = f"{statistics.median(told):g}" if told else "none"
    print(f"{len(chosen)} faults, {len(detected)} detected, {len(told)} told by a script, median of requests: {median}")
    at_once = sum(one["at_once"] for one in detected)
    print(f"{at_once} are told by the script that the stored run alone gives, as it lies beside the page")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="faults (default: all that were written by hand)")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only so many of them, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the results go, with the scripts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
