"""Runs of a consumer that a person attends: the page over HTTP, with the bundled desk as the person's system."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from contextlib import ExitStack
from pathlib import Path

from ..support.person import Desk, Page, Person
from ..support.program import Done, Running, results
from ..support.within import here

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
PEOPLE = {"tester": "Ann <Tester>", "witness": "Bob Witness", "supports": ["dos", "sds", "ssp", "registry"]}


def free_ports() -> int:
    """The first of four ports that are free together."""
    for port in range(20_000 + os.getpid() * 13 % 10_000, 32_000, 4):
        with ExitStack() as probes:
            try:
                for number in range(port, port + 4):
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
        return port
    raise AssertionError("no ports are free")


class Session:
    """An attended run under way, and the person at its page."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder, self.out = folder, folder / "out"
        self.file = folder / "consumer.toml"
        self.file.write_text(
            f'capabilities = ["registry"]\n[consumer]\nname = "Our <desk>"\ndoor = "attended"\nport = {port}\n'
            'first = { asid = "918999198101", ods = "X9A01" }\nsecond = { asid = "918999198102", ods = "X9A02" }\n',
            encoding="utf-8",
        )
        self.running = Running("assure", "--config", self.file, "--out", self.out, *options)
        self.running.wait_for("The page for the tester is")
        self.person = Person(f"http://127.0.0.1:{port + 3}/")

    def end(self) -> Done:
        return self.running.end()


def test_a_person_attends_a_story(tmp_path: Path) -> None:
    """Story B: what the person tells is theirs in the verdicts, what passed on the wire is not."""
    session = Session(tmp_path, free_ports(), "--only", '"B · The patient calls"')
    person = session.person
    start = person.await_stage("start")
    assert "Testing Our <desk>" in start.words and "<desk>" not in start.text
    _is_guarded(person)
    assert "Write your name" in Page(person.send("people", {"tester": " "}).text).words
    assert person.send("people", PEOPLE).status_code == 303
    desk = Desk(person, tmp_path)
    try:
        first = person.await_stage("call")
        answer = desk.takes(first.call())
        _is_refused_with_a_reason(person, first)
        person.tells(first, answer)
        late = person.send("event", {"task": first.task, "what": "flagged"})
        assert "That call is over" in Page(late.text).words
        second = person.await_stage("call", after=first.task)
        assert "“Yes, cancel the appointment on" in second.words
        answer = desk.takes(second.call())
        assert "A cancellation was sent, Quarry Lane Urgent Treatment Centre: answered with 200" in person.page().words
        person.tells(second, answer, files={"picture": ("shot.png", PICTURE, "image/png")})
        assert person.await_stage("ended").words
        # The reports are being written, and who loads the page again sees the same.
        assert "That was all" in person.page().words and "That was all" in person.page().words
    finally:
        desk.close()
    done = session.end()
    assert done.status == 0, done.out + done.err
    found = {one["id"]: one for one in results(session.out)["requirements"]}
    assert found["WKF-03"]["verdict"] == "PASS"
    assert {found[name]["verdict"] for name in ("WKF-04", "WKF-05", "WKF-06", "CON-REB-04")} == {"ATTESTED"}
    assert found["WKF-04"]["reason"].startswith("told by Ann <Tester>, confirmed by Bob Witness, at ")
    told = [json.loads(line) for line in (session.out / "attended" / "events.jsonl").read_text("utf-8").splitlines()]
    assert {one["told_by"] for one in told} == {"Ann <Tester>"}
    shots = {one["picture"]: one["sha256"] for one in told if one["picture"]}
    for name, fingerprint in shots.items():
        assert hashlib.sha256((session.out / name).read_bytes()).hexdigest() == fingerprint
        assert fingerprint in found["WKF-04"]["reason"]
    assert shots and "<Tester>" not in (session.out / "report.html").read_text(encoding="utf-8")


def _is_guarded(person: Person) -> None:
    """Pages of elsewhere, and other names for this machine, have no say."""
    for headers, status in (
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "rebound.example"}, 421),
    ):
        assert person.send("people", PEOPLE, headers=headers).status_code == status
    assert person.page().stage == "start"


def _is_refused_with_a_reason(person: Person, page: Page) -> None:
    """Nothing is guessed: not which appointment, not whether before or after a booking; and only pictures are kept."""
    now = {"task": page.task, "when": "now", "about": "other"}
    for form, files, told in (
        ({**now, "what": "flagged", "when": ""}, {}, "Say when you saw it"),
        ({**now, "what": "cancel-offered", "about": []}, {}, "Tick which appointment"),
        ({**now, "what": "user-told"}, {}, "Write what the screen says"),
        ({**now, "what": "flagged"}, {"picture": ("x.png", b"<svg>")}, "neither PNG nor JPEG"),
        ({**now, "what": "flagged"}, {"picture": ("x.png", PICTURE + bytes(5_000_000))}, "larger than 5 MB"),
        ({**now, "what": "flagged"}, {"picture": ("x.png", PICTURE + bytes(9_000_000))}, "larger than 5 MB"),
        ({**now, "what": "nothing of ours"}, {}, "Press the button"),
    ):
        answer = person.send("event", form, files=files)
        assert answer.status_code == 200 and told in Page(answer.text).words, (form["what"], answer.status_code)
    assert "Write why" in Page(person.send("over", {"task": page.task, "how": "could-not"}).text).words
    assert person.send("event", {**now, "what": "flagged"}).status_code == 303
    assert person.send("remove", {"task": page.task, "number": "0"}).status_code == 303
    assert "Told so far Nothing yet" in person.page().words


def test_what_did_not_work_out_is_said_with_its_reason(tmp_path: Path) -> None:
    session = Session(tmp_path, free_ports(), "--only", "RES-PAT-03 or CON-SRCH-09 or FMT-10")
    session.person.await_stage("start")
    session.person.send("people", PEOPLE)
    task = ""
    for how in ("unsupported", "could-not", "ended"):
        page = session.person.await_stage("call", after=task)
        assert session.person.send("over", {"task": page.task, "how": how, "why": f"So {how}."}).status_code == 303
        task = page.task
    session.end()
    found = {one["id"]: (one["verdict"], one["reason"]) for one in results(session.out)["requirements"]}
    assert found["RES-PAT-03"] == ("NOT-APPLICABLE", "the consumer does not support it: So unsupported.")
    assert found["FMT-10"][0] == "INCONCLUSIVE"
    assert found["CON-SRCH-09"][0] == "INCONCLUSIVE" and "says: So ended." in found["CON-SRCH-09"][1]


def test_a_session_is_paused_resumed_and_done_again(tmp_path: Path) -> None:
    """What is finished is kept; addresses stay; other settings are rejected; one scenario is run again."""
    port = free_ports()
    session = Session(tmp_path, port, "--only", "RES-PAT-03 or CON-SRCH-09")
    addresses = session.person.await_stage("start").facts()
    session.person.send("people", PEOPLE)
    first = session.person.await_stage("call")
    session.person.send("over", {"task": first.task, "how": "could-not", "why": "At first."})
    session.person.await_stage("call", after=first.task)
    assert "--resume" in Page(session.person.send("pause", {}).text).words
    done = session.end()
    assert done.status == 2 and "--resume" in " ".join(done.out.split())
    assert (
        here("assure", "--config", session.file, "--only", "x or FMT-10", "--resume", "--out", session.out).status == 3
    )
    session = Session(tmp_path, port, "--resume")
    resumed = session.person.await_stage("start")
    assert "Scenario 2 of 2" in resumed.words
    same = ("Directory of Services (SOAP)", "Spine Directory Service (LDAP)", "Appointment Registry")
    assert [resumed.facts()[name] for name in same] == [addresses[name] for name in same]
    session.person.send("people", PEOPLE)
    second = session.person.await_stage("call")
    session.person.send("over", {"task": second.task, "how": "unsupported", "why": "Not here."})
    session.end()
    assert _reasons(session.out) == {"RES-PAT-03": "INCONCLUSIVE", "CON-SRCH-09": "NOT-APPLICABLE"}
    assert any("resumed at" in note and "1 scenarios" in note for note in results(session.out)["notes"])
    nothing_left = here("assure", "--config", session.file, "--resume", "--out", session.out)
    assert nothing_left.status == 3 and "nothing to resume" in nothing_left.paragraph()
    session = Session(tmp_path, port, "--again", "RES-PAT-03")
    session.person.await_stage("start")
    session.person.send("people", PEOPLE)
    once_more = session.person.await_stage("call")
    session.person.send("over", {"task": once_more.task, "how": "unsupported", "why": "After all."})
    session.end()
    assert _reasons(session.out) == {"RES-PAT-03": "NOT-APPLICABLE", "CON-SRCH-09": "NOT-APPLICABLE"}
    other = session.file.read_text("utf-8").replace("X9A02", "X9A03").replace('["registry"]', "[]")
    session.file.write_text(other, encoding="utf-8")
    refused = here("assure", "--config", session.file, "--again", "RES-PAT-03", "--out", session.out)
    assert refused.status == 3 and "cannot go on: " in refused.paragraph()


def _reasons(folder: Path) -> dict[str, str]:
    wanted = ("RES-PAT-03", "CON-SRCH-09")
    return {one["id"]: one["verdict"] for one in results(folder)["requirements"] if one["id"] in wanted}


def test_one_person_needs_one_worker(tmp_path: Path) -> None:
    file = tmp_path / "consumer.toml"
    file.write_text('[consumer]\ndoor = "attended"\nfirst = { asid = "918999198101", ods = "X9A01" }\n', "utf-8")
    done = here("assure", "--config", file, "-n", "2", "--out", tmp_path / "out")
    assert done.status == 3
    assert "leave out -n" in done.paragraph()
