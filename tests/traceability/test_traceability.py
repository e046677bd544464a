"""Each requirement is decided by something, or stands on the list of what waits."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter

import pytest
from uec_booking.harness.catalogue import traceability
from uec_booking.harness.catalogue.selection import is_requirement_id
from uec_booking.harness.cli import main
from uec_booking.harness.errors import SettingsError
from uec_booking.harness.judging.needs import NEEDS
from uec_booking.harness.running import suite
from uec_booking.standard import editions, requirements, waiting

CATALOGUE = requirements.load()


def test_what_nothing_decides_stands_on_the_list_and_nothing_else_does() -> None:
    undecided = {name for members in traceability.undecided().values() for name in members}
    listed = set(waiting.load())
    gaps, decided = sorted(undecided - listed), sorted(listed - undecided)
    assert not gaps, (
        f"nothing decides {', '.join(gaps)}: give a scenario the tag, declare it in DECIDES of a module of "
        "harness/checks, or say in the catalogue that it needs evidence"
    )
    assert not decided, (
        f"{', '.join(decided)}: decided now. Run `python -m uec_booking.harness.catalogue.traceability --update`"
    )
    assert waiting.FILE.read_text(encoding="utf-8") == traceability.not_yet_toml()


def test_the_features_are_tagged_with_requirements_that_exist_and_were_not_merged() -> None:
    tags = set(traceability.tags_of_features())
    assert sorted(tag for tag in tags if tag not in CATALOGUE) == []
    assert sorted(tag for tag in tags if CATALOGUE[tag].merged_into or CATALOGUE[tag].draft) == []


def test_what_is_checked_on_every_exchange_is_called_standing_in_the_catalogue() -> None:
    unknown = sorted(traceability.standing() - CATALOGUE.keys())
    assert unknown == []
    called = {name for name, requirement in CATALOGUE.items() if requirement.standing}
    # One that a scenario decides may be looked at on every exchange beside it.
    assert sorted(traceability.standing() - called - set(traceability.tags_of_features())) == []


def test_every_requirement_that_is_called_standing_is_decided_or_waits() -> None:
    called = {name for name, requirement in CATALOGUE.items() if requirement.standing}
    kinds = {name: traceability.decision(CATALOGUE[name]).kind for name in called}
    assert {name for name, kind in kinds.items() if kind == "attestation"} <= {"SEC-37"}


def test_a_merged_clause_is_decided_by_the_one_it_was_merged_into() -> None:
    for requirement in CATALOGUE.values():
        if requirement.merged_into:
            assert traceability.decision(requirement) == traceability.decision(CATALOGUE[requirement.merged_into])


# -- uec-booking requirements ---------------------------------------------------------------


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    assert main(["requirements", "--format", "json", *options]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_json_has_every_clause_with_what_decides_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys)
    assert [entry["id"] for entry in found] == list(CATALOGUE)
    for entry in found:
        decided = entry["decided_by"]
        assert isinstance(decided, dict)
        assert decided["kind"] in ("scenario", "standing", "attestation", "not-yet")
        assert decided["kind"] != "scenario" or decided["scenarios"]
        assert decided["kind"] not in ("attestation", "not-yet") or decided["why"]


@pytest.mark.parametrize("role", ["provider", "consumer", "registry", "any"])
def test_the_role_filters(capsys: pytest.CaptureFixture[str], role: str) -> None:
    assert {entry["id"] for entry in listed(capsys, "--role", role)} == {
        requirement.id for requirement in CATALOGUE.values() if requirement.role == role
    }


def test_the_scal_item_filters(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--scal", "P31")
    assert found
    assert {entry["id"] for entry in found} == {r.id for r in CATALOGUE.values() if "P31" in r.scal}


@pytest.mark.parametrize("edition", editions.EDITIONS)
def test_the_edition_filters_and_gives_the_level(capsys: pytest.CaptureFixture[str], edition: str) -> None:
    found = listed(capsys, "--edition", edition)
    assert {entry["id"]: entry["level"] for entry in found} == {
        r.id: r.level_in(edition) for r in CATALOGUE.values() if r.applies_in(edition)
    }


def test_a_reading_gives_its_levels(capsys: pytest.CaptureFixture[str]) -> None:
    levels = {entry["id"]: entry["level"] for entry in listed(capsys, "--reading", "tkw")}
    assert levels["FMT-02"] == "MUST"


def test_what_decides_filters_and_the_other_formats_agree(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = Counter(traceability.decision(r).kind for r in CATALOGUE.values())
    for kind, number in kinds.items():
        assert len(listed(capsys, "--decided-by", kind)) == number
    main(["requirements", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert Counter(row["decided_by"] for row in rows) == kinds
    assert [row["id"] for row in rows] == list(CATALOGUE)
    main(["requirements"])
    text = capsys.readouterr().out
    assert all(f"\n{name} " in text for name in CATALOGUE)
    assert max(map(len, text.splitlines())) <= 100


def test_filters_that_leave_nothing_say_so() -> None:
    assert main(["requirements", "--scal", "P999"]) == 3


# -- the language of expressions --------------------------------------------------------------


def test_a_sample_is_alike_each_time_and_no_larger_than_asked() -> None:
    from uec_booking.harness.catalogue.selection import chosen

    names = [f"thing-{number}" for number in range(50)]
    first = chosen("thing and sample:7", names, lambda name: [name])
    assert first == chosen("thing and sample:7", names, lambda name: [name])
    assert len(first) == 7
    assert first == [name for name in names if name in first]
    assert first != chosen("thing and sample:7", names, lambda name: [name], seed=1)
    assert chosen("sample:99", names, lambda name: [name]) == names
    with pytest.raises(SettingsError):
        chosen("sample:7 (", names, lambda name: [name])


def test_an_item_of_the_scripts_is_matched_whole() -> None:
    from uec_booking.harness.catalogue.selection import selects

    assert selects("P3", ["P3"])
    assert not selects("P3", ["P31", "P30"])


def test_the_ids_of_all_requirements_are_shaped_like_ids() -> None:
    assert all(is_requirement_id(name) for name in CATALOGUE)


def test_what_is_suggested_for_a_check_on_every_exchange_selects_something() -> None:
    for name in sorted(traceability.standing() - traceability.tags_of_features().keys()):
        found = re.search(r"--only '([^']+)'", suite.decided_elsewhere(name))
        assert found, name
        suite.check_selects(found[1])


def test_what_a_run_has_not_got_is_told_in_words() -> None:
    needed = {need for entry in CATALOGUE.values() for need in entry.needs}
    assert needed <= NEEDS.keys()
    assert "cannot cause" in traceability.decision(CATALOGUE["PRV-SRCH-37"]).why
