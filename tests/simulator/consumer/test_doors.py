"""The doors of the desk: by command, a task a line, and as a webhook; and what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from uec_booking.standard.consumer_contract import problem_of_answer, problem_of_task

from ...support.program import uec
from ...support.simulator_client import nhs_number
from .conftest import World
from .playing import Desk, serving, task

HELLO = task("", kind="hello")


def test_the_program_has_the_desk(tmp_path: Path) -> None:
    done = uec("desk", "--help")
    assert done.status == 0 and "--sds-url" in done.out and "UEC_BOOKING_SDS_URL" in done.out


def test_hello_says_who_is_there_and_what_is_supported(tmp_path: Path) -> None:
    answer = Desk(tmp_path).asked(HELLO).content
    assert answer["name"] == "111 desk" and answer["version"] and answer["outcome"] == "finished"
    assert {"xml", "cancel-later"} <= {*answer["supports"]} and "dos" not in answer["supports"]
    answer = (
        Desk(tmp_path, "--dos-url", "http://localhost/dos", "--registry-url", "http://localhost/r").asked(HELLO).content
    )
    assert {"dos", "registry"} <= {*answer["supports"]}


def _broken() -> dict[str, Any]:
    return {
        "no JSON": "{",
        "no object": "[1]",
        "deep": "[" * 100_000,
        "large": "x" * 300_000,
        "another version": json.dumps({**HELLO, "contract": 2}),
        "a field too few": json.dumps({name: value for name, value in HELLO.items() if name != "choose"}),
        "a field too many": json.dumps({**HELLO, "more": 1}),
        "a real NHS number": json.dumps(task("1234567881")),
        "no such day": json.dumps({**HELLO, "caller": {**HELLO["caller"], "birth_date": "1980-02-31"}}),
        "no such slot": json.dumps(task("", slot="tomorrow")),
    }


def test_what_is_no_task_gets_an_answer_and_the_next_one_too(tmp_path: Path) -> None:
    given = "".join(f"{text}\n" for text in [*_broken().values(), json.dumps(HELLO)])
    status, out, err = Desk(tmp_path).run("lines", given)
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and "Traceback" not in err and len(lines) == len(_broken()) + 1
    assert [line["outcome"] for line in lines] == ["could-not"] * len(_broken()) + ["finished"]
    for line in lines:
        assert not problem_of_answer(line)
    assert all(line["why"] for line in lines[:-1])


def test_the_hook_answers_a_task_with_200(tmp_path: Path) -> None:
    with serving("hook", "--memory", str(tmp_path / "desk.db")) as url:
        for path in ("", "tasks/here"):
            answer = requests.post(url + path, json=HELLO, timeout=30)
            assert answer.status_code == 200 and answer.json()["name"] == "111 desk"
        answer = requests.post(url, data=b"{", timeout=30)
        assert answer.status_code == 200 and answer.json()["outcome"] == "could-not"
        assert requests.get(url, timeout=30).status_code == 405
        answer = requests.post(url, json=HELLO, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30)
        assert answer.status_code == 403


def test_a_call_without_a_directory_could_not_be_carried_out(tmp_path: Path) -> None:
    answer = Desk(tmp_path).call(service="2000000001")
    assert answer.outcome == "could-not" and "UEC_BOOKING_DOS_URL" in answer.content["why"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dos-url", "dos.example"), "--dos-url"),
        (("--sds-url", "http://localhost"), "ldap://"),
        (("--ca", "nowhere.pem"), "--ca"),
        (("--asid", "12"), "twelve digits"),
        (("--edition", "9"), "1.0.0-RC1"),
        (("--client-key", __file__), "--client-certificate"),
        (("--memory", "/proc/nothing/desk.db"), "--memory"),
        (("--known-service", "x"), "SERVICE=ASID@URL"),
        (("--defect", "cancels-frist"), "cancels-first"),
        (("--variant", "cancels-first"), "no defect or variant"),
    ],
)
def test_settings_that_cannot_be_used_are_told_in_a_line(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    status, out, err = Desk(tmp_path, *options).run("call", json.dumps(HELLO))
    assert status == 3 and not out and said in err and len(err.splitlines()) == 1, err


def test_the_contract_accepts_each_kind_of_task_that_the_tests_make() -> None:
    for made in (HELLO, task(nhs_number(), slot="change"), task("", cancel=("2026-01-01T10:00:00Z at Here", "all"))):
        assert problem_of_task(made) == ""
    assert "deadline_s" in problem_of_task(task("", deadline=-1))


def test_variables_stand_for_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UEC_BOOKING_SSP_URL", "https://ssp.example")
    monkeypatch.setenv("UEC_BOOKING_ASID", "")
    assert "ssp" in Desk(tmp_path).asked(HELLO).content["supports"]


def test_a_known_service_needs_no_directory(tmp_path: Path, found_world: World) -> None:
    row = next(iter(found_world.addresses["providers"].values()))
    service = row["services"][0]
    desk = Desk(
        tmp_path, "--ca", found_world.addresses["ca"], "--known-service", f"{service}={row['asid']}@{row['root']}"
    )
    assert desk.call(service=service).of("booked-shown")
    assert desk.call(cancel=("all",)).of("cancelled-shown")
