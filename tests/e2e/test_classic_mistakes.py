"""Each classic mistake of the table in the documentation is met, and `doctor` says of it what stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import jsonschema
import pytest
from uec_booking.harness.running import effort
from uec_booking.harness.running.suite import scenarios

from ..foreign import generous_provider
from ..support.program import Done
from ..support.source import ROOT
from ..support.within import here
from ..support.wsgi_serving import Served, serving
from .clinic import Clinic
from .mistakes import MISTAKES

#: Mistake: what is said, and what is to be done.
ROWS = {
    name: (said, todo)
    for name, said, todo in re.findall(
        r"^\| (.*?) \| `(.*?)` \| `(.*)` \|$",
        (ROOT / "docs/doctor.md").read_text(encoding="utf-8").partition("## The classic mistakes")[2],
        re.MULTILINE,
    )
}
#: A run would be of some use: what the diary lacks is INCONCLUSIVE.
PARTLY = ("no free slots in the next two hours", "the token of the control interface is wrong")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A provider that is not ours, over HTTPS."""
    folder = tmp_path_factory.mktemp("good")
    with serving(generous_provider.make_app, folder, path="/gw/STU3/2/urgent", tls=True) as served:
        yield served


@pytest.fixture
def clinic(good: Served, tmp_path: Path) -> Iterator[Clinic]:
    with ExitStack() as ends:
        yield Clinic(good, tmp_path, ends)


def ask(clinic: Clinic, text: str | bytes, *options: str) -> Done:
    path = clinic.folder / "settings.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return here("doctor", "--config", path, *options)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_table_and_the_tests_have_the_same_mistakes() -> None:
    assert ROWS.keys() == MISTAKES.keys()
    assert len(ROWS) > 25


@pytest.mark.parametrize("name", MISTAKES)
def test_a_classic_mistake_is_named_with_its_fix(name: str, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    said, todo = ROWS[name]
    if "proxy" in name:
        monkeypatch.setenv("HTTPS_PROXY", "http://me:hush@proxy.example:8080")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
    text = MISTAKES[name](clinic)
    if text:
        done = ask(clinic, text)
    else:
        done = here("doctor", "--config", clinic.folder / ("" if "folder" in name else "absent.toml"))
    # Long paths are broken into lines.
    told = flat(done.out + done.err)
    assert [words for words in (said, todo) if words not in told] == [], told
    assert done.status == (2 if name in PARTLY else 3), told
    assert "A run is possible" not in told
    assert "Traceback" not in told and "hush" not in told


def _with_slash(clinic: Clinic) -> str:
    return clinic.settings(url=clinic.good.root + "/")


SLIPS: dict[str, Callable[[Clinic], str | bytes]] = {
    "nothing": lambda clinic: clinic.settings(),
    "CRLF": lambda clinic: clinic.settings().replace("\n", "\r\n"),
    "byte order mark": lambda clinic: clinic.settings().encode("utf-8-sig"),
    "trailing slash": _with_slash,
    "a proxy that is not needed": lambda clinic: clinic.settings(),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_makes_no_difference(slip: str, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "" if "proxy" in slip else "localhost")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hush@proxy.example:8080")
    done = ask(clinic, SLIPS[slip](clinic))
    told = flat(done.out)
    assert (done.status, done.err) == (0, ""), told
    assert told.endswith("A run is possible.")
    noted = "note provider: HTTPS_PROXY is set, and is not honoured: requests go straight to the system"
    assert (noted in told) == ("proxy" in slip)
    assert "hush" not in told


@pytest.mark.parametrize(
    ("name", "run"),
    [("nothing", "possible"), ("no free slots in the next two hours", "partly"), ("a misspelt key", "not-possible")],
)
def test_the_same_as_json(name: str, run: str, clinic: Clinic) -> None:
    done = ask(clinic, {**SLIPS, **MISTAKES}[name](clinic), "--json")
    found = json.loads(done.out)
    schema = json.loads((ROOT / "harness/running/doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert (found["run"], found["exit_status"], done.err) == (run, done.status, "")
    assert (found["needs"] is None) == (run == "not-possible")


def test_the_effort_is_that_of_the_scenarios_there_are() -> None:
    """A few new ones may be missing from the count, and few of it may be gone; else it is to be made anew."""
    there = {one.id for one in scenarios()}
    known = set(effort.counted())
    assert len(known - there) <= 0.05 * len(known), "python -m uec_booking.harness.running.effort reports/out"
    assert len(known & there) >= 0.85 * len(there), "python -m uec_booking.harness.running.effort reports/out"
