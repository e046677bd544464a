"""Mutants of the checks: each is loaded code while it is at work, and none leaves a trace."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from uec_booking.harness.checks import headers

from ..support.source import ROOT

pytestmark = pytest.mark.unit

FILE = "harness/checks/headers.py"
#: A Location of each form, with what the table of answers calls it.
FORMS = {
    "": "absent",
    "https://a.example/Appointment/1": "absolute-unversioned",
    "Appointment/1/_history/1": "relative-versioned",
}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the modules of the tool offer; it runs in the checkout."""
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT / "dev" / "mutation"))
    return {**vars(importlib.import_module("mutants")), **vars(importlib.import_module("mutant_code"))}


def forms() -> dict[str, str] | None:
    """What the check calls each Location; None where it raises."""
    try:
        return {location: headers.location_form(location) for location in FORMS}
    except Exception:
        return None


def test_each_mutant_of_a_function_shows_while_it_is_at_work_and_only_then(tool: dict[str, Any]) -> None:
    mutants = [one for one in tool["mutants_of"](FILE) if one.within == "location_form"]
    assert len({one.name for one in mutants}) == len(mutants) >= 6
    for mutant in mutants:
        with tool["at_work"](mutant):
            assert forms() != FORMS, mutant
        assert forms() == FORMS


def test_a_mutant_of_a_constant_is_at_work_where_the_constant_is_used(tool: dict[str, Any]) -> None:
    mutant = next(one for one in tool["mutants_of"](FILE) if not one.within and one.what == "3 for 2")
    with tool["at_work"](mutant):
        assert headers._CLOCKS_APART.total_seconds() == 3 * 3600
    assert headers._CLOCKS_APART.total_seconds() == 2 * 3600


def test_what_only_a_reader_sees_and_what_a_check_declares_stay_as_they_are(tool: dict[str, Any]) -> None:
    told = " ".join(one.what for one in tool["mutants_of"]("harness/checks/provider/slot_search/bundles.py"))
    assert "more than once" not in told and "the search told of nothing" not in told
    assert "another text for 'PRV-SRCH-17'" in told  # the key of the table, not what is declared
    assert "decides" not in told
