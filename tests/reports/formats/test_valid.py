"""Each format holds to the schema that its makers publish, whatever a system sent, and is the same every time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from uec_booking.harness.judging.verdicts import Identity, JudgedRun, SystemIdentity
from uec_booking.reports.formats.ctrf import CtrfReporter
from uec_booking.reports.formats.earl import EarlReporter
from uec_booking.reports.formats.fhir_report import FhirReporter
from uec_booking.reports.formats.har import HarReporter
from uec_booking.reports.formats.sarif import SarifReporter
from uec_booking.reports.formats.summary import SummaryReporter

from ..runs import HOSTILE, clean_run, hostile_run, mixed_run, run
from . import valid

REPORTERS = (CtrfReporter, EarlReporter, FhirReporter, HarReporter, SarifReporter, SummaryReporter)
IDENTITY = Identity(
    run_id="53037687-3446-4ee4-a9ba-2a4fd994d439",
    run_sha256="0" * 64,
    harness={"name": "uec-booking-conformance", "version": "0.1.0", "commit": ""},
    operator="The tester",
    claims=("registry",),
    systems=(SystemIdentity("provider", "provider", "Urgent Treatment Centre", "https://provider.test/STU3/1/utc"),),
)
NASTY = replace(
    IDENTITY,
    run_id=HOSTILE,
    operator=HOSTILE,
    systems=(SystemIdentity("provider", "provider", HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),),
)
RUNS = {
    "clean": replace(clean_run(), identity=IDENTITY),
    "mixed": replace(mixed_run(), identity=IDENTITY),
    "hostile": replace(hostile_run(), identity=NASTY, edition=HOSTILE),
    "without identity": mixed_run(),
    "nothing": run((), (), "inconclusive", 2, reason="the provider refused the connection", started="", finished=""),
}


@pytest.fixture(scope="module", params=RUNS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all formats of one run are."""
    folder = tmp_path_factory.mktemp("formats")
    written(RUNS[request.param], folder)
    return folder


def written(judged_run: JudgedRun, folder: Path) -> None:
    for reporter in REPORTERS:
        reporter().run_judged(judged_run, folder)


def test_sarif(folder: Path) -> None:
    valid.sarif(valid.read(folder / "results.sarif"))


def test_ctrf(folder: Path) -> None:
    valid.ctrf(valid.read(folder / "ctrf-report.json"))


def test_har(folder: Path) -> None:
    valid.har(valid.read(folder / "exchanges.har"))


def test_fhir(folder: Path) -> None:
    report, script = (valid.read(folder / f"fhir-test-{name}.json") for name in ("report", "script"))
    valid.fhir(report, script)
    assert report["testScript"]["reference"] == f"TestScript/{script['id']}"
    assert [test["name"] for test in report["test"]] == [test["name"] for test in script["test"]]
    assert [len(test["action"]) for test in report["test"]] == [len(test["action"]) for test in script["test"]]


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    judged_run = RUNS[request.node.callspec.params["folder"]]
    written(copy.deepcopy(judged_run), tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("check", "name", "broken"),
    [
        (valid.sarif, "results.sarif", lambda found: found["runs"][0]["results"][0].update(level="grave")),
        (valid.ctrf, "ctrf-report.json", lambda found: found["results"]["tests"][0].update(status="green")),
        (valid.har, "exchanges.har", lambda found: found["log"]["entries"][0]["response"].pop("status")),
    ],
    ids=["sarif", "ctrf", "har"],
)
def test_what_is_wrong_is_found(
    check: Callable[[Any], None], name: str, broken: Callable[[Any], None], tmp_path: Path
) -> None:
    """The schemas above do reject something."""
    written(RUNS["mixed"], tmp_path)
    document = valid.read(tmp_path / name)
    broken(document)
    with pytest.raises(AssertionError):
        check(document)


@pytest.mark.parametrize("broken", [{"result": "green"}, {"status": ""}], ids=["a result of another name", "no status"])
def test_what_is_wrong_is_found_in_fhir(broken: dict[str, str], tmp_path: Path) -> None:
    written(RUNS["mixed"], tmp_path)
    report, script = (valid.read(tmp_path / f"fhir-test-{name}.json") for name in ("report", "script"))
    with pytest.raises((AssertionError, ValueError)):
        valid.fhir({**report, **broken}, script)


def test_the_schemas_are_schemas() -> None:
    for path in valid.SCHEMAS.rglob("*.json"):
        found = valid.schema(path)
        jsonschema.validators.validator_for(found).check_schema(found)
