"""The catalogue of requirements: complete, well formed, and faithful to its sources."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from uec_booking.standard import editions as ed
from uec_booking.standard import requirements as rq
from uec_booking.standard.topics import in_order

CATALOGUE = rq.load()

# How many clauses each prefix has. Numbers run from 01 without a gap, so a dropped clause shows.
CLAUSES = {
    "PRV-CAP": 16, "CON-CAP": 3, "PRV-SRCH": 41, "CON-SRCH": 19, "PRV-BOOK": 34, "CON-BOOK": 21,
    "PRV-SMS": 2, "PRV-GET": 14, "PRV-CAN": 21, "CON-CAN": 12, "CON-REB": 4, "PRV-SAPT": 9, "CON-SAPT": 2,
    "PRV-XTI": 6, "CON-XTI": 4, "SEC": 40, "SSP": 15, "SDS": 12, "DOS": 18, "FMT": 25, "RES-SLOT": 5,
    "RES-SCH": 3, "RES-HCS": 2, "RES-PRAC": 2, "RES-ORG": 1, "RES-BND": 1, "RES-ANY": 1, "RES-APT": 14,
    "RES-PAT": 18, "RES-DOC": 5, "ERR": 15, "REG": 26, "WKF": 15, "NFR": 21, "REP": 3, "REP-PROV": 5,
    "REP-CONS": 12,
}  # fmt: skip

# The documents' own ways of naming an edition.
_API = r"\d\.\d\.\d"
_STANDARD = r"(?:0\.1\.1[567]|0\.2\.0|1\.0\.0-RC1|1\.0\.0)"
EDITIONS_OF_A_SOURCE = {
    "nhs-booking-api": rf"all|{_API}\+?|{_API}\.\.{_API}",
    "uec-appts": rf"all|{_STANDARD}\+?|(?:{_STANDARD}|2019-0[36])\.\.{_STANDARD}|2019-10\+|before 2019-10"
    r"|2020-07-24|446b119 2019-03-28",
    "seed": r"5685f39 2020-07-03",
    "scal-provider": r"2020-07",
    "scal-consumer": r"2020-07",
    "tkw": r"[0-9a-f]{7}(?: 2021-06-21)?",
}


def test_all_467_clauses_are_there() -> None:
    assert len(CATALOGUE) == 467
    expected = {f"{prefix}-{n:02}" for prefix, count in CLAUSES.items() for n in range(1, count + 1)}
    assert set(CATALOGUE) == expected


@pytest.mark.parametrize("area", rq.areas())
def test_a_file_meets_the_schema(area: str) -> None:
    schema = json.loads((rq.FOLDER.parent / "requirements.schema.json").read_text(encoding="utf-8"))
    data = tomllib.loads((rq.FOLDER / f"{area}.toml").read_text(encoding="utf-8"))
    faults = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(data)]
    assert faults == []


def test_a_file_of_no_topic_is_named() -> None:
    with pytest.raises(ValueError, match=r"^provider/bookings.toml: 'bookings' is no topic of provider: capability, "):
        in_order("provider/bookings.toml")


def test_every_source_names_its_edition_in_a_known_way() -> None:
    strange = [
        (requirement.id, source.doc, source.editions)
        for requirement in CATALOGUE.values()
        for source in requirement.sources
        if not re.fullmatch(EDITIONS_OF_A_SOURCE[source.doc], source.editions)
    ]
    assert strange == []


def test_a_clause_has_the_editions_of_its_published_pages_or_says_why_not() -> None:
    unexplained = [
        (requirement.id, requirement.editions)
        for requirement in CATALOGUE.values()
        if requirement.optional != "registry"  # withdrawn text: the head of registry.toml says why
        and set(ed.editions_in(requirement.editions)) != _published(requirement)
        and not requirement.note
    ]
    assert unexplained == []


def _published(requirement: rq.Requirement) -> set[str]:
    """The editions of the published pages; all, if only scripts or test tool have the clause."""
    pages = [s for s in requirement.sources if s.doc in ("nhs-booking-api", "uec-appts", "seed")]
    if not pages:
        return set(ed.EDITIONS)
    return {edition for page in pages for edition in ed.EDITIONS if _says(page, edition)}


def _says(page: rq.Source, edition: str) -> bool:
    if page.doc == "seed":  # the workflow page stood up to 0.2.0
        return ed.in_range(edition, "..0.2.0")
    if page.editions in ("all", "2019-10+", "2020-07-24"):  # dated pages that were not withdrawn
        return True
    if page.editions == "before 2019-10":
        return False
    if page.editions.startswith("446b119"):
        return ed.in_range(edition, "..0.1.17")
    numbers = {"": -1, "2019-03": -1, "2019-06": -1}
    if page.doc == "nhs-booking-api":
        older = ("1.0.3", "1.0.4", "1.0.5")
        numbers |= {name: n for n, name in enumerate((*older, *ed.API_VERSION.values()))}
        mine = numbers[ed.API_VERSION[edition]]
    else:
        numbers |= {name: n for n, name in enumerate(ed.EDITIONS)}
        mine = numbers[edition]
    if page.editions.endswith("+"):
        return mine >= numbers[page.editions[:-1]]
    first, dots, last = page.editions.partition("..")
    return numbers[first] <= mine <= numbers[last if dots else first]


@pytest.mark.parametrize("reading", ed.READINGS)
def test_a_reading_never_lowers_a_level(reading: str) -> None:
    for requirement in CATALOGUE.values():
        for edition in ed.EDITIONS:
            plain, read = requirement.level_in(edition), requirement.level_in(edition, reading)
            assert rq.LEVELS.index(read) >= rq.LEVELS.index(plain), requirement.id


def test_no_edition_is_given_two_levels() -> None:
    for requirement in CATALOGUE.values():
        ranges = [key for key in requirement.levels if key not in (*ed.READINGS, rq.API_PAGES_ALONE)]
        named = Counter(edition for key in ranges for edition in ed.editions_in(key))
        assert all(count == 1 for count in named.values()), requirement.id
        assert ed.DEFAULT not in named, f"{requirement.id}: level is that of the default edition"


def test_levels_by_edition_and_reading() -> None:
    ignored = CATALOGUE["PRV-SRCH-09"]
    assert [ignored.level_in(edition) for edition in ("0.1.17", "0.2.0", "1.0.0")] == [
        "SHOULD",
        "MUST",
        "MUST",
    ]
    assert not ignored.applies_in("0.1.16")
    included = CATALOGUE["PRV-SRCH-17"]
    assert included.level_in("1.0.0") == "SHOULD"
    assert included.level_in("1.0.0", "scal-2020") == included.level_in("0.1.17") == "MUST"
    assert CATALOGUE["PRV-CAN-05"].level_in("1.0.0") == "SHOULD"


def test_a_merged_clause_says_so_on_both_sides() -> None:
    merged = [requirement for requirement in CATALOGUE.values() if requirement.merged_into]
    assert [requirement.id for requirement in merged] == ["PRV-GET-08", "FMT-25"]
    for requirement in merged:
        target = CATALOGUE[requirement.merged_into]
        assert requirement.note and requirement.id in target.note
        assert not target.merged_into and target.role == requirement.role
        assert set(requirement.conflicts) <= set(target.conflicts)


def test_standing_clauses_can_be_seen_on_any_exchange_with_a_provider_or_of_a_consumer() -> None:
    standing = [requirement for requirement in CATALOGUE.values() if requirement.standing]
    assert standing
    for requirement in standing:
        assert requirement.role in ("provider", "consumer", "any"), requirement.id
        seen_at = {"provider": "driving-provider", "consumer": "observing-consumer"}
        assert requirement.how in (
            seen_at.get(requirement.role),
            *([] if requirement.role != "any" else seen_at.values()),
        )
        assert not (requirement.draft or requirement.merged_into or requirement.scope), requirement.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[requirement]]\nid = "FMT-01"\ntext = "x"\nsources = []\nlevle = "MUST"',
            "FMT-01: unknown field 'levle'",
        ),
        ('[[requirement]]\nid = "FMT-01"\ntext = "x"', "FMT-01: 'sources'"),
        ('[usual]\neditions = "2.0.4"\n[[requirement]]\nid = "FMT-01"\nsources = []', "FMT-01:"),
        ("[[requirement", "area.toml:"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_entry(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "area.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(rq.CatalogueError) as caught:
        rq.read_area(file)
    assert str(caught.value).startswith("area.toml: ")
    assert message in str(caught.value)


def test_reading_the_data_imports_nothing_heavy() -> None:
    modules = "requirements, conflicts, answers, editions, names"
    program = f"import sys; from uec_booking.standard import {modules}; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    heavy = {"fhir", "jsonschema", "lxml", "pydantic", "requests", "sqlalchemy", "pytest", "flask"}
    assert not heavy & set(answer.stdout.split())
