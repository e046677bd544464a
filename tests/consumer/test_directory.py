"""A consumer is configured once: the directory gives each scenario a service of its own, the same in every run."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from jsonschema import Draft202012Validator
from uec_booking.harness.consumer import directory

from ..support.source import ROOT

FEATURES = sorted((ROOT / "features" / "consumer").glob("*.feature"))
_SERVICE = re.compile(r'(?:at|of) "([^"<]+)"')


def test_it_is_as_the_simulated_world_wants_it() -> None:
    schema = json.loads((ROOT / "standard" / "directory.schema.json").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(directory.as_json()))


def test_ids_and_asids_stay_the_same() -> None:
    """New services come behind the others."""
    rows = list(directory.services().values())
    assert (rows[0].name, rows[0].id, rows[0].asid) == (
        "Alderley Urgent Treatment Centre",
        "2000100001",
        "918999190001",
    )
    assert (rows[43].name, rows[43].id) == ("Yeadon Urgent Treatment Centre", "2000100044")
    assert len({row.id for row in rows}) == len(rows)
    asids = [asid for row in rows for asid in row.asids]
    assert len(set(asids)) == len(asids)


def test_every_service_that_a_scenario_names_is_there_and_is_that_of_one_scenario() -> None:
    named = defaultdict(set)
    for feature in FEATURES:
        for number, block in enumerate(re.split(r"\n  Scenario", _without_comments(feature))):
            for name in _SERVICE.findall(block):
                named[name].add((feature.name, number))
    assert named
    assert set(named) <= set(directory.services())
    # Outlines about one error after the other share theirs.
    assert {name for name, places in named.items() if len(places) > 1} <= {
        "Ringmer Urgent Treatment Centre",
        "Hawksworth Urgent Treatment Centre",
    }


def _without_comments(feature: Path) -> str:
    return re.sub(r"(?m)^\s*#.*$", "", feature.read_text(encoding="utf-8"))
