"""Good systems of other houses, which share no line with ours and choose otherwise: nothing of them may FAIL.

Each has a list of the warnings that it deserves; another one is an accusation, one less is a check gone blind.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ..support.foreign_runs import VERDICTS_ALONE, Run, assure, part, settings, taken
from ..support.within import here
from ..support.wsgi_serving import Served, serving
from . import generous_provider, minimal_provider
from .generous_provider import Options

MINIMAL = {"later": minimal_provider.SERVICE, "none": minimal_provider.EMPTY_SERVICE}
GENEROUS = {"later": generous_provider.SERVICE, "none": generous_provider.EMPTY_SERVICE}
BOTH_CLAIMS = 'capabilities = ["appointment-search", "xml"]'

#: No history is kept; no UTC; slots refer to their schedule by an absolute URL; no place is told; claims of another
#: form than the standard gives them are taken as they are.
MINIMAL_WARNINGS = {"FMT-19", "PRV-CAN-06", "PRV-GET-02", "PRV-SRCH-31", "RES-SLOT-02", "SEC-22"}
#: From 0.2.0 on: the statement has nothing of the template that is only recommended.
MINIMAL_STATEMENT = {f"PRV-CAP-{number}" for number in ("04", "07", "09", "10", "11", "13", "14")}
#: The tolerated value for each situation in which the documents differ.
GENEROUS_WARNINGS = {
    *("ERR-11", "FMT-06", "PRV-BOOK-04", "PRV-BOOK-06", "PRV-BOOK-10", "PRV-BOOK-12", "PRV-BOOK-14"),
    *("PRV-BOOK-15", "PRV-BOOK-19", "PRV-BOOK-20", "PRV-BOOK-21", "PRV-BOOK-24", "PRV-CAN-04"),
    *(
        "PRV-CAN-07",
        "PRV-CAN-08",
        "PRV-CAN-10",
        "PRV-CAN-12",
        "PRV-CAN-18",
        "PRV-GET-09",
        "PRV-GET-11",
        "PRV-SAPT-05",
        "PRV-SRCH-10",
        "PRV-SRCH-11",
    ),
    *("PRV-SRCH-36", "SEC-21", "SEC-22", "SEC-23", "SEC-24", "SEC-26", "SEC-27", "SSP-13"),
}


def assert_not_accused(run: Run) -> None:
    """Conformant as tested: no FAIL, no ERROR, and nothing that could not be seen."""
    assert run.done.status == 0, run.told("FAIL", "ERROR", "INCONCLUSIVE") + run.done.out[-2000:] + run.done.err
    assert not run.ids("FAIL") | run.ids("ERROR") | run.ids("INCONCLUSIVE")
    assert run.statuses()["PASS"] > 30


def assert_as_foretold(needs: dict[str, Any], out: Path) -> None:
    """What `doctor` said that a run would take is within 15 % of what its ledger has."""
    exchanges, bookings = taken(out)
    assert sum(needs["exchanges"].values()) == pytest.approx(exchanges, rel=0.15)
    assert needs["bookings"] == pytest.approx(bookings, rel=0.15)


def minimal(edition: str, audience: str = "") -> Callable[[str], Any]:
    return partial(minimal_provider.make_app, edition=edition, audience=audience)


def test_a_minimal_provider_over_https_beside_another_over_http(tmp_path: Path) -> None:
    app = minimal("1.0.0")
    with (
        serving(app, tmp_path, path="/STU3/1/minimal", tls=True) as one,
        serving(app, tmp_path, path="/STU3/1/minimal") as other,
    ):
        parts = part("provider", one, MINIMAL), part("second_provider", other, MINIMAL)
        run = assure(settings(tmp_path, *parts, ca=one.ca), tmp_path / "out")
    assert_not_accused(run)
    assert run.ids("WARN") == MINIMAL_WARNINGS | MINIMAL_STATEMENT
    assert run.found["capability_level"] == 2


@pytest.mark.parametrize("edition", minimal_provider.EDITIONS[:-1])
def test_a_minimal_provider_of_each_edition(edition: str, tmp_path: Path) -> None:
    """One system is both providers here, as some vendors will have it; and its TLS ends somewhere before it."""
    root = "https://minimal.example/STU3/1/minimal"
    with serving(minimal(edition, root), tmp_path, path="/STU3/1/minimal") as one:
        parts = part("provider", one, MINIMAL, root), part("second_provider", one, MINIMAL, root)
        run = assure(settings(tmp_path, *parts), tmp_path / "out", "--edition", edition, *VERDICTS_ALONE)
    assert_not_accused(run)
    newer = edition in minimal_provider.EDITIONS[3:]
    expected = MINIMAL_WARNINGS | (MINIMAL_STATEMENT if newer else set())
    assert run.ids("WARN") == expected


def test_workers_do_not_quarrel_over_the_slots_of_one_system(tmp_path: Path) -> None:
    with serving(minimal("1.0.0"), tmp_path, path="/STU3/1/minimal") as one:
        parts = part("provider", one, MINIMAL), part("second_provider", one, MINIMAL)
        only = "story-b or story-c or story-wrong"
        run = assure(settings(tmp_path, *parts), tmp_path / "out", "-n", "2", "--only", only, *VERDICTS_ALONE)
    assert run.done.status == 0, run.told("FAIL", "ERROR", "INCONCLUSIVE") + run.done.out[-2000:]


def test_a_generous_provider_with_a_thin_diary(tmp_path: Path) -> None:
    """Pages of four, a cap, connections closed, a trailing slash; 45 slots in two days are enough."""
    with (
        serving(generous_provider.make_app, tmp_path, path="/gw/STU3/2/urgent", tls=True, closing=True) as one,
        serving(generous_provider.make_app, tmp_path, path="/gw/STU3/2/urgent", closing=True) as other,
    ):
        published = Served(one.root + "/", one.ca)
        parts = part("provider", published, GENEROUS), part("second_provider", other, GENEROUS)
        config = settings(tmp_path, *parts, ca=one.ca, head=BOTH_CLAIMS)
        foretold = here("doctor", "--config", config, "--json")
        run = assure(config, tmp_path / "out")
    assert_not_accused(run)
    assert_as_foretold(json.loads(foretold.out)["needs"], tmp_path / "out")
    assert run.ids("WARN") == GENEROUS_WARNINGS
    assert run.found["capability_level"] == 4


def test_a_slow_provider(tmp_path: Path) -> None:
    slow = partial(generous_provider.make_app, options=Options(delay=0.3))
    with serving(slow, tmp_path, path="/STU3/1/slow", closing=True) as one:
        parts = part("provider", one, GENEROUS), part("second_provider", one, GENEROUS)
        run = assure(settings(tmp_path, *parts), tmp_path / "out", "--only", "story-a")
    assert run.done.status == 0, run.told("FAIL", "ERROR", "INCONCLUSIVE") + run.done.out[-2000:]
