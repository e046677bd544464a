"""A defect is written in one place, and finds the method that it replaces."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from uec_booking.simulator.fault_making import breaks
from uec_booking.simulator.known_defects import DEFECTS
from uec_booking.simulator.registry.rules import RegistryRules
from uec_booking.simulator.registry.tokens import RegistryTokenCheck
from uec_booking.simulator.seams import UNDECIDABLE, WARNED, Switchboard, catalogue


class Rules:
    def next_version(self, version: int) -> int:
        return version + 1


class StricterRules(Rules):
    """A system may have rules of its own."""


@breaks("PRV-CAN-02", Rules.next_version, near="PRV-GET-02")
def versions_stand_still(original: Any, version: int) -> int:
    """The version id stays
    as it was.

    No client would notice before its second update.
    """
    return original(version) - 1


def test_a_function_says_all_of_its_defect() -> None:
    fault = versions_stand_still
    assert (fault.name, fault.requirement, fault.near) == ("versions-stand-still", "PRV-CAN-02", "PRV-GET-02")
    assert fault.summary == "The version id stays as it was."
    assert fault.part == "provider" and fault.rewrite is None


def test_without_a_method_it_rewrites_answers() -> None:
    fault = breaks("REG-01", part="registry", warned=True)(lambda request, response: None)
    assert fault.replacement is None and fault.rewrite is not None
    assert (fault.part, fault.kind) == ("registry", WARNED)
    assert breaks("REG-01", undecidable="Nobody can see it.")(lambda *_: None).kind == UNDECIDABLE


def test_the_part_is_the_one_that_has_the_method() -> None:
    for method in (RegistryRules.query, RegistryTokenCheck.caller):
        assert breaks("REG-15", method)(lambda original: None).part == "registry"


def test_the_method_is_found_in_a_subclass_too_and_given_back() -> None:
    system = SimpleNamespace(name="a system", rules=StricterRules())
    switchboard = Switchboard([versions_stand_still])
    switchboard.connect("provider", system)
    switchboard.switch_to(["versions-stand-still"])
    assert system.rules.next_version(3) == 3
    assert switchboard.used() == {"versions-stand-still": 1}
    switchboard.switch_to([])
    assert system.rules.next_version(3) == 4


def test_a_system_without_the_method_is_told() -> None:
    switchboard = Switchboard([versions_stand_still])
    switchboard.connect("provider", SimpleNamespace(name="a system"))
    with pytest.raises(LookupError, match="no Rules"):
        switchboard.switch_to(["versions-stand-still"])


def test_no_defect_is_found_twice() -> None:
    assert len(catalogue(DEFECTS)) == len(DEFECTS)
