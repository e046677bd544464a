"""``uec-booking load``: many users at once, the times of their requests, and whether their history can be."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from uec_booking.standard.roles import PROVIDER

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_HARNESS, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT
from ..loading.document import document
from ..loading.plan import Plan, Role
from ..running import preflight
from ..settings.model import Settings
from ..text import complain, say
from . import own_folder
from .load_options import command_line
from .systems import complete, settings_named

#: What was measured, in the folder of --out.
DOCUMENT = "load.json"
#: Seconds that the users have to end what they are at, beside the longest request.
_GRACE = 30.0


def main(arguments: Sequence[str]) -> int:
    """Make the load; returns 0, 1 where a slot's history cannot be, 2 where nothing could be measured."""
    options = command_line().parse_args(arguments)
    if find_spec("locust") is None:
        raise SettingsError(
            "load needs Locust, which is not installed: it comes with the extra `load`, as in "
            "`pip install '.[load]'` in this program's checkout, or by `pip install locust`."
        )
    named = settings_named(options)
    if named is not None and PROVIDER.name not in named.parts:
        raise SettingsError(
            "load is sent to a provider, and the settings name none: write [provider] into the file of --config, or "
            "give --provider URL and --service ID."
        )
    if named is None and options.worker:
        raise SettingsError("A worker sends to the provider that its master's settings name: give it --config, too.")
    own_folder.make(options.out)
    with _systems(options, named) as settings:
        for line in [*sweep(options.out / FILE, settings), *preflight.check(settings)]:
            say(f"note: {line}")
        with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
            plan = _plan(options, settings, Path(folder) / "measured.json")
            say(_announced(plan))
            status, interrupted = _carried_out(plan)
            notes = own_folder.clear_up(options.out, settings)
            if status and interrupted:
                return EXIT_INCONCLUSIVE
            if status:
                complain(f"the process that makes the load ended with status {status}.")
                return EXIT_HARNESS
            if plan.role == Role.WORKER:
                return EXIT_CONFORMANT
            measured = json.loads(Path(plan.measured).read_text(encoding="utf-8"))
        made = document(plan, measured, notes)
    own_folder.write(options.out, DOCUMENT, made, lambda each: each.load_measured(made, options.out))
    return _ending(made, options.out)


@contextmanager
def _systems(options: argparse.Namespace, named: Settings | None) -> Iterator[Settings]:
    """The provider alone: nobody else is needed, and no recording proxy. With none named, the bundled simulator's."""
    if named is not None:
        yield _alone(named, options.edition or named.edition)
        return
    with complete(options) as settings:
        yield _alone(settings, settings.edition)


def _alone(settings: Settings, edition: str) -> Settings:
    # What the bundled world has booked is given back, too, so that its log shows whether all was.
    provider = replace(settings.part("provider"), bundled=False)
    return replace(settings, parts={"provider": provider}, edition=edition, tap=None, consumer=None)


def _plan(options: argparse.Namespace, settings: Settings, measured: Path) -> Plan:
    role = Role.MASTER if options.master else Role.WORKER if options.worker else Role.ALONE
    return Plan(
        settings=settings,
        users=options.users,
        rate=options.rate,
        seconds=options.minutes * 60,
        think=options.think,
        role=role,
        host=options.master_host or ("127.0.0.1" if role == Role.WORKER else "*"),
        port=options.master_port,
        workers=options.workers,
        folder=str(options.out),
        measured=str(measured),
    )


def _announced(plan: Plan) -> str:
    if plan.role == Role.WORKER:
        return f"A worker of the master at {plan.host}:{plan.port}; it says how much."
    pace = f"{plan.rate:g} encounters a second" if plan.rate else f"{plan.think:g} s between two requests of a user"
    return (
        f"{plan.users} users for {plan.seconds / 60:g} minutes, {pace}, and at most "
        f"{plan.settings.load.most_bookings} bookings (load.most_bookings in the settings)."
    )


def _carried_out(plan: Plan) -> tuple[int, bool]:
    """Run the process that makes the load: how it ended, and whether it was interrupted.

    Ctrl-C ends it early, and what was measured by then counts.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "uec_booking.harness.loading.process"], stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    try:
        with process.stdin as pipe:
            json.dump(plan.to_json(), pipe)
        return process.wait(), False
    except KeyboardInterrupt:
        print("\nuec-booking: interrupted; the users end what they are at", file=sys.stderr)
        process.terminate()
        return process.wait(timeout=plan.settings.limits.total_seconds + _GRACE), True
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _ending(made: dict[str, Any], out: Path) -> int:
    print(f"\n{'':<10}{'requests':>9}{'failed':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'longest':>9}   seconds")
    for name, one in made["interactions"].items():
        times = "".join(f"{one[share]:>9.3f}" for share in ("p50", "p95", "p99", "max"))
        print(f"{name:<10}{one['requests']:>9}{one['failures']:>8}{times}")
    print()
    for target in made["targets"]:
        seen = "nothing was measured" if target["measured"] is None else f"{target['measured']:g} s were measured"
        say(f"{target['interaction']}: {target['target']:g} s are agreed for 95 of 100, {seen}.")
    for note in made["notes"]:
        say(f"note: {note}")
    history = made["history"]
    for one in history["impossible"]:
        say(f"WRONG: no order of events explains what was answered of slot {one['slot']}:")
        for operation in one["operations"]:
            say(operation, "  ", "    ")
    say(f"{history['operations']} bookings and cancellations of {history['slots']} slots: {_told(history)}.")
    say(f"{out / 'load.html'} shows it.")
    if not made["interactions"]:
        return EXIT_INCONCLUSIVE
    return EXIT_NOT_CONFORMANT if history["impossible"] else EXIT_CONFORMANT


def _told(history: dict[str, Any]) -> str:
    wrong = len(history["impossible"])
    return f"{wrong} slots have a history that cannot be" if wrong else "every answer can be explained"
