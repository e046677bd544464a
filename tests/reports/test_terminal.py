"""The terminal says what a person needs, in 100 columns, and lets nobody write escape codes to it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from uec_booking.harness.judging.verdicts import Identity, JudgedRun, SystemIdentity
from uec_booking.reports.terminal import TerminalReporter

from .runs import clean_run, hostile_run, judged, mixed_run, requirement, run, scenario


class Screen(io.TextIOWrapper):
    """A terminal of a given encoding that remembers what it was sent."""

    def __init__(self, encoding: str = "utf-8", tty: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def shown(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]


def shown(judged_run: JudgedRun, folder: Path, screen: Screen | None = None) -> str:
    screen = screen or Screen()
    reporter = TerminalReporter(screen)
    total = len(judged_run.scenarios)
    reporter.run_started(total, judged_run.system)
    for done, ended in enumerate(judged_run.scenarios, 1):
        reporter.scenario_finished(ended, done, total)
    reporter.run_judged(judged_run, folder)
    return screen.shown()


def test_a_line_for_each_scenario_as_it_ends(tmp_path: Path) -> None:
    lines = shown(mixed_run(), tmp_path).splitlines()
    assert "✗ 1/5 Mr Patient cancels 1.2 s" in lines
    assert "! 2/5 The slot is taken 1.2 s" in lines
    assert "? 3/5 A rejection 1.2 s" in lines
    assert "– 5/5 XML 1.2 s" in lines


def test_a_failure_says_all_that_is_needed(tmp_path: Path) -> None:
    text = shown(mixed_run(), tmp_path)
    start = text.index("FAIL  PRV-CAN-02  MUST")
    block = text[start : text.index("\n\n", start)]
    assert "A cancelled appointment says so when it is read." in block
    for label, value in (
        ("expected", "cancelled"),
        ("actual", "booked"),
        ("where", "Appointment.status"),
        ("scenario", "Mr Patient cancels"),
        ("step before", "Given Mr Patient is booked"),
        ("exchange", "x12 PUT https://provider.test/STU3/1/utc/Appointment/41 → 200"),
        ("rerun", "uec-booking assure --only PRV-CAN-02 --out reports/out-rerun"),
    ):
        assert re.search(rf"^  {label} +{re.escape(value)}$", block, re.M), label


def test_the_headline_level_and_counts(tmp_path: Path) -> None:
    text = shown(mixed_run(), tmp_path)
    assert re.search(r"^Verdict +NOT CONFORMANT$", text, re.M)
    assert re.search(r"^Cancellation level +3: another 111 organisation", text, re.M)
    assert re.search(r"^Requirements +2 FAIL, 1 ERROR, 1 INCONCLUSIVE, 1 WARN, 1 NOT-APPLICABLE$", text, re.M)
    assert re.search(r"^WARN PRV-BOOK-10 expected 409, actual 422$", text, re.M)
    assert "one appointment could not be cancelled" in text


def test_where_the_reports_are(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("{}")
    text = shown(clean_run(), tmp_path)
    assert str(tmp_path) in text
    assert "results.json" in text
    assert "junit.xml" not in text


def test_the_next_step_of_a_whole_run_is_what_a_person_has_to_state(tmp_path: Path) -> None:
    told = shown(run((), (), outstanding=52), tmp_path).splitlines()
    assert "52 statements are outstanding; this asks for them, and any may be left out" in told
    assert told[-1].endswith(f"uec-booking attest {tmp_path}")
    for nothing_to_ask in ({"outstanding": 0}, {"outstanding": 52, "partial": True}):
        assert "attest" not in shown(run((), (), **nothing_to_ask), tmp_path)


def test_a_run_that_could_not_be_finished_says_why(tmp_path: Path) -> None:
    text = shown(run((), (), "inconclusive", 2, reason="the provider is gone", capability_level=None), tmp_path)
    assert re.search(r"^Because +the provider is gone$", text, re.M)
    assert "not established by this run" in text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
@pytest.mark.parametrize("judged_run", [mixed_run(), hostile_run()], ids=["mixed", "hostile"])
def test_nobody_else_writes_escape_codes(judged_run: JudgedRun, encoding: str, tmp_path: Path) -> None:
    text = shown(judged_run, tmp_path, Screen(encoding))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
    # A command that was broken over lines could not be pasted.
    unbroken = ("Reports in", "  rerun ")
    assert [line for line in text.splitlines() if len(line) > 100 and not line.startswith(unbroken)] == []


def test_plain_ascii_where_the_terminal_has_no_utf8(tmp_path: Path) -> None:
    text = shown(mixed_run(), tmp_path, Screen("ascii"))
    assert text.isascii()
    assert "XX 1/5 Mr Patient cancels" in text


def test_colours_only_on_a_terminal_that_wants_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mFAIL\x1b[0m" in shown(mixed_run(), tmp_path, Screen(tty=True))
    assert "\x1b" not in shown(mixed_run(), tmp_path, Screen(tty=False))
    monkeypatch.setenv("NO_COLOR", "1")
    # What is left clears the line that passes by.
    assert "\x1b" not in shown(mixed_run(), tmp_path, Screen(tty=True)).replace("\x1b[K", "")


def test_when_everything_is_broken_it_stays_readable(tmp_path: Path) -> None:
    broken = tuple(requirement(f"PRV-X-{n:03}", "ERROR", reason=f"it broke {n} times") for n in range(300))
    lines = shown(run((), broken, "error", 4), tmp_path).splitlines()
    assert sum(line.startswith("ERROR") for line in lines) == 300
    assert len(lines) < 450


def test_one_reason_is_told_once_with_a_count(tmp_path: Path) -> None:
    broken = tuple(requirement(f"PRV-X-{n:03}", "ERROR", reason="the harness broke") for n in range(300))
    text = shown(run((), broken, "error", 4), tmp_path)
    assert [line for line in text.splitlines() if line.startswith("ERROR")] == [
        "ERROR  300 requirements, for one reason"
    ]


def test_no_line_is_a_command_of_github_actions(tmp_path: Path) -> None:
    trick = f"{'x ' * 40}::error title=mine::mine ##[error]mine ::add-mask::PASS "
    wrong = judged("PRV-CAN-02", "not met", actual=trick * 5)
    text = shown(
        run((scenario(trick, "FAIL", wrong),), (requirement("PRV-CAN-02", "FAIL", wrong, reason=trick * 5),)), tmp_path
    )
    assert "::error title=mine" in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert [line for line in text.splitlines() if line.lstrip().startswith("> ::")]


def test_lines_are_as_long_as_the_terminal_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    # What is to be pasted is never broken.
    whole = ("  rerun", "Reports in")
    assert max(len(line) for line in shown(mixed_run(), tmp_path).splitlines() if not line.startswith(whole)) <= 60
    monkeypatch.setenv("COLUMNS", "500")
    assert max(len(line) for line in shown(mixed_run(), tmp_path).splitlines() if not line.startswith(whole)) <= 100


def test_on_a_terminal_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    passing = "2 of 5 scenarios, 1 failed or inconclusive"
    seen = shown(mixed_run(), tmp_path, Screen(tty=True))
    assert passing in seen
    # The next line takes its place: it is never left standing.
    assert seen.count("\r\x1b[K") == seen.count(" of 5 scenarios, ")
    assert passing not in shown(mixed_run(), tmp_path)


def test_the_summary_of_a_whole_run_fits_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    left = ("report.html", "statement.html", "statement.pdf", "stories.html", "results.json", "junit.xml", "summary.md")
    for name in (*left, "allure-results", "run.jsonl", "results.sarif", "ctrf-report.json", "earl.jsonld"):
        (tmp_path / name).touch()
    kinds = ("PASS", "INFO", "NOT-RUN", "TO-ATTEST", "NOT-APPLICABLE")
    found = tuple(requirement(f"PRV-CAN-0{place}", verdict) for place, verdict in enumerate(kinds))
    systems = tuple(
        SystemIdentity(
            key, key, f"The {key}", f"https://{key}.example/a/long/path/STU3/1/booking", "Example Booking", "4"
        )
        for key in ("provider", "second_provider", "registry", "consumer")
    )
    identity = Identity("run-7", "0" * 64, {"name": "uec", "version": "0.1.0"}, {}, "A. Trust", ("registry",), systems)
    whole = run((), found, "conformant as tested", 0, outstanding=52, identity=identity)
    summary = shown(whole, tmp_path, Screen(tty=True)).rpartition("against:")[2]
    lines = summary[summary.index("──") :].splitlines()
    # The last line is the one that asks what to do next.
    assert len(lines) < 24, summary
    # A path or a command that was broken over lines could not be pasted.
    unbroken = ("Reports in", "  uec-booking ")
    wide = [line for line in lines if len(re.sub("\x1b[^m]*m", "", line)) > 80]
    assert [line for line in wide if not line.startswith(unbroken)] == []
