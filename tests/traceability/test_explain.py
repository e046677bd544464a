"""uec-booking explain: whatever stands in a report by its id can be asked for."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.catalogue import traceability
from uec_booking.harness.catalogue.explanation import explanation
from uec_booking.harness.cli import main
from uec_booking.standard import conflicts, requirements

from ..support.source import ROOT

CATALOGUE = requirements.load()


def explained(capsys: pytest.CaptureFixture[str], *ids: str) -> str:
    assert main(["explain", *ids]) == 0
    return " ".join(capsys.readouterr().out.split())


def _line(check: str) -> int:
    """The line at which a check of bookings begins, with its decorator."""
    lines = (ROOT / "harness/checks/provider/booking/booked.py").read_text(encoding="utf-8").splitlines()
    defined = next(number for number, line in enumerate(lines) if line.startswith(f"def {check}("))
    return next(number for number in range(defined, 0, -1) if lines[number - 1].startswith("@decides("))


def test_a_requirement_is_told_with_all_that_bears_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "prv-book-10")
    entry = CATALOGUE["PRV-BOOK-10"]
    for part in (
        f"PRV-BOOK-10 {entry.text}",
        "MUST: in every edition",
        "Binds providers (book)",
        "book_an_appointment.md, version 1.0.3+",
        "P29, P30",
        conflicts.load()["CF-02"].treatment,
        "A slot that is taken cannot be booked again — Booking a slot (provider/booking.feature)",
        "“Then the booking is rejected because the slot is taken, and the answer says so”: "
        f"harness/checks/provider/booking/booked.py:{_line('taken_and_says_so')} taken_and_says_so",
        "Run it uec-booking assure --only PRV-BOOK-10",
    ):
        assert part in text, part


def test_what_is_checked_on_every_exchange_names_its_module(capsys: pytest.CaptureFixture[str]) -> None:
    name = next(n for n in sorted(traceability.standing()) if n not in traceability.tags_of_features())
    text = explained(capsys, name)
    assert "Decided by a check on every exchange of a run" in text
    for module in traceability.standing_modules()[name]:
        place = f"harness/checks/{module.replace('.', '/')}.py"
        assert f"{place}:" in text and (ROOT / place).is_file()


def test_a_script_item_leads_to_its_requirements_and_a_conflict_to_its_treatment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = explained(capsys, "P31")
    assert all(f"{one.id} {one.text}" in text for one in CATALOGUE.values() if "P31" in one.scal)
    entry = conflicts.load()["CF-02"]
    text = explained(capsys, "CF-02")
    assert entry.title in text and entry.treatment in text
    assert all(source.says in text for source in entry.sources)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_requirement_can_be_explained(name: str) -> None:
    found = explanation(name)
    assert found is not None
    told = dict(found.in_words())
    assert told["Level"] and told["Sources"] and told["Decided by"]
    assert json.loads(json.dumps(found.to_json()))["id"] == name
    decided = traceability.decision(CATALOGUE[name])
    assert len(found.scenarios) == len(decided.scenarios)
    assert bool(found.run) == (decided.kind != traceability.NOT_YET)


def test_levels_by_edition_are_those_of_the_catalogue() -> None:
    for name, entry in CATALOGUE.items():
        found = explanation(name)
        assert found is not None
        if len(entry.levels) and not any(key in ("nhs-booking-api", "scal-2020", "tkw") for key in entry.levels):
            assert len(found.levels) > 1, name


def test_json_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", "PRV-BOOK-10", "CF-02"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["id"], first["conflicts"][0]["id"], second["id"]) == ("PRV-BOOK-10", "CF-02", "CF-02")
    assert {"feature", "scenario", "file"} == first["scenarios"][0].keys()
    taken = next(one for one in first["sentences"] if "says so" in one["sentence"])
    assert taken["file"] == "provider/booking.feature"
    assert [check["name"] for check in taken["checks"]] == ["provider.booking.booked.taken_and_says_so"]
    assert second["treatment"] == conflicts.load()["CF-02"].treatment


@pytest.mark.parametrize(
    ("slip", "meant"), [("PRV-BOK-10", "PRV-BOOK-10"), ("PRVBOOK10", "PRV-BOOK-10"), ("CF02", "CF-02")]
)
def test_an_unknown_id_is_answered_with_near_ones(slip: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", slip]) == 3
    said = capsys.readouterr().err
    assert f"nothing called {slip}" in said
    assert meant in said


def test_an_id_like_no_other_is_answered_with_the_shapes_of_ids(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "\x1b[2Jnonsense\u202e"]) == 3
    said = capsys.readouterr().err
    assert "Ids look like" in said
    assert "\x1b" not in said and "\u202e" not in said
