"""What `doctor` says of settings before a run: what is wrong, that all is good, and what will decide nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..support.program import World, uec
from ..support.within import here
from .wrong_settings import WRONG, patient


@pytest.mark.parametrize("name", ["rejected port", "wrong service id", "expired client certificate"])
def test_the_doctor_says_it_before_a_run(name: str, world: World) -> None:
    change, words = WRONG[name]
    done = here("doctor", "--config", world.settings(f"ill-{name.replace(' ', '-')}", change(world)))
    said = " ".join(done.out.split())
    assert done.status == 3
    assert "WRONG provider" in said
    assert [word for word in words if word not in said] == []


def test_the_doctor_finds_good_settings_good(world: World) -> None:
    done = here("doctor", "--config", world.file)
    assert (done.status, done.err) == (0, ""), done.out
    assert "WRONG" not in done.out


def test_the_doctor_finds_the_bundled_world_good(tmp_path: Path) -> None:
    done = uec("doctor", cwd=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert "A run is possible." in done.out


def test_the_doctor_says_where_the_tap_is(world: World) -> None:
    done = here("doctor", "--config", world.file)
    assert (done.status, done.err) == (0, "")
    assert f"the recording proxy listens at https://{world.config['registry']['tap']}/" in " ".join(done.out.split())


@pytest.mark.parametrize(("count", "words"), [(1, "Declare 2 more"), (3, "3 test patients are declared; nothing is")])
def test_the_doctor_says_how_many_patients_are_needed(count: int, words: str, world: World) -> None:
    numbers = ("9990000018", "9990000026", "9990000034")[:count]
    tables = "".join(map(patient, numbers))
    done = here("doctor", "--config", world.settings(f"patients-{count}", lambda text: text + tables))
    assert done.status == (2 if count == 1 else 0), done.out
    assert words in " ".join(done.out.split())


def test_the_doctor_notes_what_will_decide_nothing_and_asids_that_look_odd(world: World) -> None:
    def change(text: str) -> str:
        before, _, after = text.replace('asid = "918999198999"', 'asid = "PROVIDER-1"').partition("[registry]")
        rest = after.partition("[organisations.first_111]")
        return before + rest[1] + re.sub('asid = ".*"', 'asid = "12"', rest[2], count=1)

    config = world.settings("claimed-only", change)
    done = here("doctor", "--config", config)
    said = " ".join(done.out.split())
    assert done.status == 0, done.out
    assert f'note capabilities in {config} claims "registry", and [registry] is not there: the scenarios of the' in said
    assert "will decide nothing about the systems under test" in said
    assert f"note 'PROVIDER-1' is no ASID as Spine gives them, which have 12 digits (provider.asid in {config})" in said
    assert "note '12' is no ASID" in said
    assert said.count("is no ASID") == 2
