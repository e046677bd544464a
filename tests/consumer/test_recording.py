"""A consumer is judged from what passed: by what the recording shows to be wrong, and by nothing else."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.consumer.recording import bounds
from uec_booking.harness.errors import SettingsError

from ..support.program import Running, World, results, uec
from ..support.within import here
from .recorded import PATIENTS, Between, between

pytestmark = pytest.mark.simulator

Archive = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Between]:
    with World(tmp_path_factory.mktemp("world")) as world:
        yield between(world)


@pytest.fixture(scope="module")
def clean(made: Between) -> Path:
    """The folder of a recording that the program made of a desk without defects, as record and as HAR."""
    folder = made.world.folder
    running = Running("record", "--config", made.file, "--har", folder / "record.har")
    running.wait_for("Ctrl-C")
    root = next(word for word in running.said.split() if word.startswith("https://"))
    made.desk(root, folder / "record.ca.pem", folder / "desk.db", ())
    running.signal_group(signal.SIGINT)
    done = running.end()
    assert done.status == 0, done.err
    assert "18 requests" in done.out and "5 × booking" in done.out and "3 patients" in " ".join(done.out.split())
    return folder


def test_a_desk_without_defects_has_no_failure(made: Between, clean: Path, tmp_path: Path) -> None:
    """The whole suite: what needs tasks or a screen is left to a person, and nothing is inconclusive."""
    done = uec("assure", "--config", made.file, "--only", "consumer", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    verdicts = {one["id"]: one for one in results(tmp_path / "out")["requirements"]}
    assert not [name for name, one in verdicts.items() if one["verdict"] in ("FAIL", "WARN", "INCONCLUSIVE", "ERROR")]
    for decided in ("SSP-01", "SSP-07", "SEC-11", "CON-CAN-01", "CON-CAN-03", "CON-REB-02", "WKF-11"):
        assert verdicts[decided]["verdict"] == "PASS", verdicts[decided]
    assert verdicts["WKF-06"]["verdict"] == "TO-ATTEST"
    assert "recording" in verdicts["WKF-06"]["reason"]
    assert verdicts["CON-XTI-02"]["verdict"] == "NOT-APPLICABLE"
    assert "no answer to a booking was lost" in verdicts["CON-XTI-02"]["reason"]


def test_an_archive_says_the_same_as_the_record(made: Between, clean: Path, tmp_path: Path) -> None:
    """In any order, with a byte order mark, and beside what is of no concern."""
    archive: Archive = json.loads((clean / "record.har").read_text(encoding="utf-8"))
    entries = archive["log"]["entries"]
    entries.append(json.loads(json.dumps(entries[0]).replace("https://localhost", "https://elsewhere.example")))
    random.Random(1).shuffle(entries)
    shuffled = tmp_path / "shuffled.har"
    shuffled.write_text("\ufeff" + json.dumps(archive), encoding="utf-8")
    assert told(made, shuffled) == told(made, clean / "record.jsonl")


def told(made: Between, file: Path) -> set[tuple[str, str, str, str]]:
    return {(one.requirement, one.outcome, one.expected, one.actual) for one in made.observed(file)}


def test_no_secret_is_kept(clean: Path) -> None:
    """Of a token its claims, which are what is judged; not the header."""
    for name in ("record.jsonl", "record.har"):
        text = (clean / name).read_text(encoding="utf-8")
        assert "Bearer ey" not in text and "Bearer [redacted]" in text
        assert "requested_scope" in text
    assert (clean / "record.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("defect", "requirement", "faults"),
    [
        ("cancels-first", "CON-REB-02", []),
        ("names-a-stale-version", "CON-CAN-03", []),
        ("keeps-the-slot-list-of-the-call", "WKF-11", []),
        ("new-request-id-on-each-try", "CON-XTI-02", [{"call": "book", "do": "cut-after", "times": 1}]),
        ("asks-for-every-scope", "SEC-11", []),
        ("leaves-plus-signs-unencoded", "CON-SRCH-06", []),
    ],
)
def test_a_known_fault_is_found(
    defect: str, requirement: str, faults: list[dict[str, Any]], made: Between, tmp_path: Path
) -> None:
    assert requirement in made.failed(made.recorded(tmp_path, "--defect", defect, faults=faults))


def test_conformant_variations_are_not_accused(made: Between, tmp_path: Path) -> None:
    names = ("reads-twice", "asks-for-xml", "encodes-all-but-letters", "cancels-with-contained-in-another-order")
    options = [word for name in names for word in ("--variant", name)]
    lost = [{"call": "book", "do": "cut-after", "times": 1}]
    assert made.failed(made.recorded(tmp_path, *options, faults=lost)) == set()


def altered(clean: Path, tmp_path: Path, change: Callable[[list[Archive]], None]) -> Path:
    archive: Archive = json.loads((clean / "record.har").read_text(encoding="utf-8"))
    change(archive["log"]["entries"])
    file = tmp_path / "altered.har"
    file.write_text(json.dumps(archive), encoding="utf-8")
    return file


def header(entry: Archive, name: str, value: str | None = None) -> str:
    found: dict[str, str] = next(one for one in entry["request"]["headers"] if one["name"].lower() == name)
    if value is not None:
        found["value"] = value
    return found["value"]


def test_another_patients_appointment_is_known_by_the_trace(made: Between, clean: Path, tmp_path: Path) -> None:
    """Where a consumer has one trace id in a call: it cancels the appointment of another than whom it has booked."""

    def change(entries: list[Archive]) -> None:
        booking = next(one for one in entries if one["request"]["method"] == "POST")
        cancel = [one for one in entries if one["request"]["method"] == "PUT"][-1]
        header(cancel, "ssp-traceid", header(booking, "ssp-traceid"))

    assert "WKF-03" in made.failed(altered(clean, tmp_path, change))


REGISTRY = "https://registry.example/registry/STU3"


def asking(entries: list[Archive], start: str, numbers: Sequence[str], through: str = "") -> None:
    """Searches of the registry for these patients, before all else."""
    for number in numbers:
        url = (
            f"{through}{REGISTRY}/Appointment?patient.identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{number}"
        )
        entries.append(
            {
                "startedDateTime": start,
                "request": {"method": "GET", "url": url, "headers": [{"name": "Authorization", "value": "Bearer x"}]},
                "response": {"status": 200, "headers": [], "content": {}},
            }
        )


@pytest.mark.parametrize(
    ("asked", "proxy", "wrong"), [(3, False, set()), (2, False, {"REG-23"}), (3, True, {"REG-22"})]
)
def test_the_registry_is_asked_about_each_patient(
    asked: int, proxy: bool, wrong: set[str], made: Between, clean: Path, tmp_path: Path
) -> None:
    def change(entries: list[Archive]) -> None:
        root = entries[0]["request"]["url"].split("https://")[1]
        numbers = [patient.nhs_number for patient in PATIENTS[:asked]]
        asking(entries, entries[0]["startedDateTime"], numbers, f"https://{root}" if proxy else "")

    failed = made.failed(altered(clean, tmp_path, change), REGISTRY)
    assert {name for name in failed if name.startswith("REG-")} == wrong


def test_the_registry_is_no_question_where_the_recording_has_nothing_of_it(made: Between, clean: Path) -> None:
    assert not [name for name in made.failed(clean / "record.jsonl", REGISTRY) if name.startswith("REG-")]


def test_what_an_archive_lacks_is_held_against_nobody(made: Between, clean: Path, tmp_path: Path) -> None:
    """No bodies, as browsers export them at times; and one that begins in the midst of a call."""

    def bare(entries: list[Archive]) -> None:
        for entry in entries:
            entry["request"].pop("postData", None)
            entry["response"]["content"].pop("text", None)

    assert made.failed(altered(clean, tmp_path, bare)) == set()

    def cut(entries: list[Archive]) -> None:
        first = next(n for n, one in enumerate(entries) if one["request"]["method"] == "PUT")
        del entries[:first]

    assert made.failed(altered(clean, tmp_path, cut)) == set()


def test_what_was_recorded_behind_the_proxy_says_nothing_of_its_address(
    made: Between, clean: Path, tmp_path: Path
) -> None:
    def change(entries: list[Archive]) -> None:
        for entry in entries:
            entry["request"]["url"] = "https://" + entry["request"]["url"].split("/https://")[1]

    file = altered(clean, tmp_path, change)
    assert made.failed(file) == set()
    assert not [one for one in made.observed(file) if one.requirement == "SSP-01"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "neither a record nor JSON"),
        (b"<html>", "neither a record nor JSON"),
        (b'{"log": {"entries": {}}}', "a list is expected"),
        (b'{"log": {"entries": [{"startedDateTime": "yesterday"}]}}', "entry 1, startedDateTime"),
        (b'{"log": {"entries": []}}', "no request to https://"),
        (b"[" * 100_000, "neither a record nor JSON"),
        (b'{"uec_booking_recording": 9}\n', "version 9"),
        (b'{"uec_booking_recording": 1}\n{"started": 1}\n', "line 2"),
        (b'{"uec_booking_recording": 1}\n{"started": "2026-01-01T00:00:00Z", "seco', "no request to https://"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_paragraph(
    content: bytes, words: str, made: Between, tmp_path: Path
) -> None:
    file = tmp_path / "recording"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as problem:
        made.observed(file)
    assert words in str(problem.value) and str(file) in str(problem.value)


def test_a_recording_has_bounds(made: Between, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ENTRIES", 5)
    with pytest.raises(SettingsError, match="more than 5"):
        made.observed(clean / "record.jsonl")
    monkeypatch.setattr(bounds, "LARGEST_FILE", 1_000_000)
    with pytest.raises(SettingsError, match="larger than 1 MB"):
        made.observed(clean / "record.jsonl")


def test_a_recording_that_is_not_there_is_a_wrong_setting(made: Between, tmp_path: Path) -> None:
    text = made.file.read_text(encoding="utf-8").replace("record.jsonl", "nowhere.jsonl")
    file = made.file.with_name("nowhere.toml")
    file.write_text(text, encoding="utf-8")
    done = here("assure", "--config", file, "--only", "recorded", "--out", tmp_path / "out")
    assert done.status == 3
    assert "uec-booking record" in done.paragraph()
