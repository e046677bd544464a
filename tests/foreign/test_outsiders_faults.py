"""Outsiders' faults: a proxy that does one thing wrong stands before a good provider, and the run must say so.

``make test`` tries a third of them, always the same; ``FOREIGN_FAULTS=all`` tries all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from uec_booking.harness.proving.sealed.kit import Fault
from uec_booking.harness.proving.sealed.proxy import nothing, proxying

from ..support.foreign_runs import VERDICTS_ALONE, Run, assure, part, settings
from ..support.wsgi_serving import Served, serving
from . import generous_provider
from .faults import CASES
from .faults_of_appointments import document_gets_another_identifier, phone_numbers_are_shortened
from .generous_provider import Options

ROOT = "/STU3/1/outside"
SERVICES = {"later": generous_provider.SERVICE, "none": generous_provider.EMPTY_SERVICE}
#: The provider behind the proxy is not thin: what is tried here is the fault.
PLENTY = Options(slots=120, page=200, most=200)

#: Those that earlier versions of the suite let through are always tried.
ONCE_SURVIVED = (
    "full-urls-are-shuffled",
    "self-link-of-another-search",
    "created-answer-lacks-the-patient",
    "books-the-next-slot-too",
    "location-of-another-when-cancelled",
    "nothing-without-status",
    "unknown-parameters-find-nothing",
    "audience-of-the-same-host",
    "slots-without-zone",
    "gzip-in-name-only",
)


def chosen() -> list[str]:
    names = sorted(CASES)
    if os.environ.get("FOREIGN_FAULTS") == "all":
        return names
    return sorted({*ONCE_SURVIVED, *names[::6]})


def run_behind(fault: Fault, only: str, folder: Path, before: bytes = b"", after: bytes = b"") -> Run:
    """Run a part of the suite against the generous provider, with the fault before it.

    ``before`` and ``after`` are bytes on the wire around each answer.
    """
    with proxying(fault) as proxy:
        proxy.before, proxy.after = before, after
        root = proxy.root + ROOT
        app = generous_provider.make_app(root, PLENTY)
        with serving(lambda _: app, folder, path=ROOT) as behind:
            proxy.stands_before(behind.root)
            front = Served(root)
            parts = part("provider", front, SERVICES), part("second_provider", front, SERVICES)
            # A registry is named so that no bundled world is started for each fault; no scenario asks for it.
            registry = f'[registry]\nbase_url = "{root}"\n'
            head = 'capabilities = ["appointment-search", "xml"]'
            return assure(
                settings(folder, *parts, head=head, tail=registry), folder / "out", "--only", only, *VERDICTS_ALONE
            )


def test_the_proxy_by_itself_breaks_nothing(tmp_path: Path) -> None:
    run = run_behind(nothing, "PRV-SRCH-* or story-a or PRV-SAPT-01 or FMT-*", tmp_path)
    assert run.done.status == 0, run.told("FAIL", "ERROR", "INCONCLUSIVE") + run.done.out[-2000:]


def test_there_are_many() -> None:
    assert len(CASES) >= 25
    assert set(ONCE_SURVIVED) <= CASES.keys()


@pytest.mark.parametrize("name", chosen())
def test_the_fault_is_caught(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    run = run_behind(case.fault, case.only, tmp_path)
    seen = run.ids("FAIL") | run.ids("WARN")
    assert not run.ids("ERROR"), run.told("ERROR")
    assert run.done.status != 4, run.done.out[-1500:]
    assert seen & case.caught_by, f"{sorted(case.caught_by)} not among {sorted(seen)}\n{run.done.out[-1500:]}"


def test_interim_answers_are_read_past(tmp_path: Path) -> None:
    """RFC 7231 section 6.2: a client must be able to take one or more of them before the final answer."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    run = run_behind(nothing, "story-a or PRV-SRCH-01", tmp_path, before=hints)
    assert run.done.status == 0, run.told("FAIL", "ERROR", "INCONCLUSIVE") + run.done.out[-2000:]


def test_a_slip_of_http_costs_one_requirement(tmp_path: Path) -> None:
    """Bytes after the end of each answer: told once, and everything else is judged as if they were not there."""
    run = run_behind(nothing, "story-a or PRV-SRCH-01", tmp_path, after=b"\r\n")
    assert run.ids("FAIL") == {"FMT-22"}, run.told("FAIL", "ERROR", "INCONCLUSIVE")
    assert not run.ids("ERROR") | run.ids("INCONCLUSIVE")


@pytest.mark.parametrize("fault", [phone_numbers_are_shortened, document_gets_another_identifier])
def test_what_a_provider_may_alter_is_told(fault: Fault, tmp_path: Path) -> None:
    """PRV-BOOK-28 is a MAY: content that is stored otherwise than it was sent is no fault, but a reader is told."""
    run = run_behind(fault, "PRV-BOOK-28", tmp_path)
    told = next(r for r in run.found["requirements"] if r["id"] == "PRV-BOOK-28")
    assert any("Appointment." in o["actual"] for o in told["observations"]), told
