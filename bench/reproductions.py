"""How well scripts tell known faults: failing on the faulty system, passing on the clean one, in how many requests.

    python bench/reproductions.py [--kind KIND] [--sample N] [--seed S] [--out FILE] [--runs DIR] [NAME ...]

For each fault of a called system (those named, or a sample of those written by hand, made by operators, or both):
scenarios about its requirement run against it until one fails; of that a script is made and reduced as `uec-booking
reproduce` does, and run once more at both systems. All of it in one warm world with the fault and one without. Prints
the share that tells its fault, of those detected by these few scenarios, and the median number of requests. FILE gets
a line of JSON for each as it is done, and what it has is not done again: an interrupted measurement goes on. DIR keeps
what detected each fault, so that scripts can be made of it again.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.catalogue.traceability import tags_of_features
from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import NOT_MET, Run
from uec_booking.harness.judging.verdicts import FAIL, WARN, JudgedRun
from uec_booking.harness.proving.job import Job
from uec_booking.harness.proving.loop import Loop
from uec_booking.harness.proving.proof import bounds
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

Fault = dict[str, Any]
Result = dict[str, Any]
#: Scenarios in which what is checked on every exchange is looked for.
GENERAL = {"story-a", "story-wrong"}
#: Scenarios that are run against one fault at most.
MOST = 25
CLEAN = Job("clean", ())
KINDS = {"hand": ("defect",), "mechanical": ("mechanical",), "all": ("defect", "mechanical")}


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
        place_of(settings, CONFIG=str(config), LEAVE_BOOKINGS="yes", REGISTRY_SECONDS="5") as place,
    ):
        settings = replace(settings, limits=replace(settings.limits, **LIMITS))
        yield World(settings, place, Faults(settings))


class Reproducing(Loop):
    """Has each fault shown by a scenario, and its script made; ``tell`` is told of each as it is done."""

    def __init__(
        self,
        session: RunSession,
        systems: tuple[World, World],
        chosen: Sequence[Fault],
        runs: Path | None,
        tell: Callable[[Result], None],
    ) -> None:
        super().__init__(None, session, systems[0].faults)
        self._faulty, self._clean = systems
        self._chosen, self._runs, self._tell = chosen, runs, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for fault in self._chosen:
            started = time.monotonic()
            about = {key: fault[key] for key in ("name", "kind", "part", "requirement")}
            result = {**about, **self._result(fault, session)}
            self._tell({**result, "seconds": round(time.monotonic() - started, 1)})
        return True

    def _result(self, fault: Fault, session: pytest.Session) -> Result:
        job = Job(fault["name"], (fault["name"],))
        judged = self._stored(fault) or self._detected(job, fault, session)
        if judged is None:
            return {"detected": "", "requests": 0, "script": "", "at_once": False}
        wrong = next(one for one in judged.requirements if one.id == fault["requirement"])
        seen = [one.observation for one in wrong.observations if one.outcome == NOT_MET]
        result: Result = {"detected": judged.scenarios[0].record.id}
        result |= {"seen": "; ".join(f"{one.where}: {one.actual}" for one in seen[:3])[:600]}
        result |= {"requests": 0, "script": "", "at_once": False}
        # The scripts begin in worlds in which nothing has happened.
        self._switch(job)
        found = reproduced(
            on_request("reproduction")(judged, fault["requirement"]), self._faulty.place, self._clean.place
        )
        if found is not None and self._tells(found.script, job):
            result |= {"requests": found.requests, "script": found.script}
        at_once = on_request("script")(judged, fault["requirement"])
        if at_once and at_once == result["script"]:
            return {**result, "at_once": True}
        return {**result, "at_once": bool(at_once) and self._tells(at_once, job)}

    def _switch(self, job: Job) -> None:
        self._faulty.faults.switch_to(job)
        self._clean.faults.switch_to(CLEAN)

    def _tells(self, script: str, job: Job) -> bool:
        """The script as it was written, once more, in fresh worlds."""
        self._switch(job)
        return self._faulty.place.run(script) == SHOWS and self._clean.place.run(script) == SHOWS_NOT

    def _stored(self, fault: Fault) -> JudgedRun | None:
        """What detected the fault when its script was made before."""
        folder = self._folder(fault)
        if folder is None or not (folder / run_file.FILE).exists():
            return None
        # The worlds have other addresses now: a script is told those of the moment.
        return judge(run_file.read(folder), requirements.load())

    def _folder(self, fault: Fault) -> Path | None:
        return self._runs / str(fault["name"]).replace("/", "_") if self._runs else None

    def _detected(self, job: Job, fault: Fault, session: pytest.Session) -> JudgedRun | None:
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
            if any(one.id == fault["requirement"] and one.verdict in (FAIL, WARN) for one in judged.requirements):
                self._store(fault, run)
                return judged
        return None

    def _store(self, fault: Fault, run: Run) -> None:
        folder = self._folder(fault)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            now = datetime.now(UTC).isoformat()
            writer = run_file.Writer(folder)
            writer.begin(replace(run, started=now))
            writer.end(replace(run, started=now, finished=now))


def main() -> None:
    """Measure, and print."""
    options = _options()
    chosen, results = _chosen(options), []
    if options.out and options.out.exists():
        results = [json.loads(line) for line in options.out.read_text("utf-8").splitlines()]
    done = {one["name"] for one in results}

    def tell(result: Result) -> None:
        results.append(result)
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
        told = "not detected" if not result["detected"] else f"{result['requests'] or 'no script'}"
        print(f"{result['requirement']:14} {result['name']:70} {told} ({result['seconds']} s)", flush=True)

    with world() as faulty, world() as clean, tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        session = RunSession(faulty.settings, folder, str(Path(folder) / "leases"))
        left = [one for one in chosen if one["name"] not in done]
        run_engine([session, Reproducing(session, (faulty, clean), left, options.runs, tell)])
    names = {one["name"] for one in chosen}
    _sum_up([one for one in results if one["name"] in names])


def _chosen(options: argparse.Namespace) -> list[Fault]:
    called = [one for one in known_faults() if one["part"] != "consumer" and one["kind"] in KINDS["all"]]
    if options.names:
        return [one for one in called if one["name"] in options.names]
    chosen = [one for one in called if one["kind"] in KINDS[options.kind]]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    return chosen


def _sum_up(results: Sequence[Result]) -> None:
    detected = [one for one in results if one["detected"]]
    told = [one["requests"] for one in detected if one["requests"]]
    median = f"{statistics.median(told):g}" if told else "none"
    known = f"{len(results)} faults, {len(detected)} detected"
    low, high = bounds(len(told), len(detected)) or (0.0, 1.0)
    share = f"95 % bounds {low:.0%} to {high:.0%}"
    print(f"{known}, {len(told)} told by a script ({share}), median of requests: {median}")
    at_once = sum(one["at_once"] for one in detected)
    print(f"{at_once} are told by the script that the stored run alone gives, as it lies beside the page")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="faults (default: all of the kind)")
    parser.add_argument("--kind", choices=KINDS, default="hand", help="written by hand (default), by operators, or all")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only so many of them, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the results go, with the scripts")
    parser.add_argument("--runs", type=Path, metavar="DIR", help="where the runs that detected the faults are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
