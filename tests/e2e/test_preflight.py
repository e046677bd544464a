"""What `doctor` says of a system that rejects a good search, or keeps another time: what to do about it."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from ..support.program import World, assured
from .answering_server import made_out_to, outcome, serving
from .conftest import Doctor


def test_the_refusal_is_quoted(doctor: Doctor) -> None:
    with serving(outcome(403, "ASID 999000000001 is not on the list")) as url:
        status, said = doctor(url, 'asid = "918999198777"')
    assert status == 3
    assert "WRONG provider: service 1: the slot search is not answered" in said
    assert "403 with OperationOutcome: ASID 999000000001 is not on the list" in said
    # What the settings have to do with it.
    assert f"made out to {url}" in said and "Ssp-To is 918999198777" in said
    assert "WRONG registry: a search by patient is answered with 403" in said and "[registry.oauth]" in said
    assert "A run is possible" not in said
    assert "3 of the systems cannot be tested" in said


def test_a_refusal_in_another_form_is_quoted_by_its_first_words(doctor: Doctor) -> None:
    page = b"<html><head><title>502</title></head><body><h1>Bad Gateway</h1>" + b"padding " * 1000
    with serving(lambda path, headers: (502, {"Content-Type": "text/html"}, page)) as url:
        status, said = doctor(url)
    assert status == 3
    assert "502 with text/html: 502 Bad Gateway padding" in said
    assert said.count("padding") < 100
    assert "A run is possible" not in said


def test_an_assured_system_that_refuses_is_judged_and_the_refusal_told(world: World, tmp_path: Path) -> None:
    """It may be the fault of the system: the run goes on, and says beside its verdicts what was rejected."""
    config = world.settings("other-audience", lambda text: text.replace('booking"  # the', 'booking/x"  # the', 1))
    done = assured("--config", config, "--only", "PRV-SRCH-01", "--out", tmp_path / "out")
    said = " ".join(done.out.split())
    assert "the slot search is not answered with 200" in said
    assert f'write audience = "{world.config["provider"]["base_url"]}"' in said


def test_a_redirect_is_told_with_where_it_leads(doctor: Doctor) -> None:
    with serving(lambda path, headers: (302, {"Location": "https://login.example/"}, b"")) as url:
        status, said = doctor(url)
    assert status == 3
    assert "It leads to https://login.example/" in said and "provider.base_url" in said


@pytest.mark.parametrize(
    ("audience", "right"),
    [("", "{url}/"), ("{url}/", "{url}"), ("https://gateway.example/STU3/1", "{url}")],
    ids=["without the slash", "with a slash", "another host"],
)
def test_the_audience_that_would_be_right_is_named(doctor: Doctor, audience: str, right: str) -> None:
    with serving(made_out_to(right)) as address:
        line = f'audience = "{audience.format(url=address)}"' if audience else ""
        status, said = doctor(address, line)
    assert status == 3
    assert f'write audience = "{right.format(url=address)}" (provider.audience' in said


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (2, "2 min ahead of the clock of this machine"),
        (-3, "3 min behind the clock of this machine"),
        (8, "8 min ahead of the clock of this machine: tokens, which hold for 5 min, will most likely be rejected"),
    ],
)
def test_clocks_that_differ(doctor: Doctor, minutes: int, words: str) -> None:
    date = format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes), usegmt=True)
    with serving(outcome(403, "The token has expired", Date=date)) as url:
        _, said = doctor(url)
    mark = "WRONG" if abs(minutes) > 5 else "note"
    assert f"{mark} provider: the clock of the system (header Date) is {words}" in said
    assert f"Note that the clock of the system (header Date) is {words}" in said


@pytest.mark.parametrize("date", ["", "yesterday", "now"])
def test_clocks_that_agree_or_are_not_told(doctor: Doctor, date: str) -> None:
    date = format_datetime(datetime.datetime.now(datetime.UTC), usegmt=True) if date == "now" else date
    with serving(outcome(403, "No", **({"Date": date} if date else {}))) as url:
        _, said = doctor(url)
    assert "header Date" not in said
