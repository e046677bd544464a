"""``prove --sealed``: the file of an outside author, its functions at work, and what is made of them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from uec_booking.harness.proving.clean import Clean
from uec_booking.harness.proving.job import Outcome
from uec_booking.harness.proving.sealed import kit
from uec_booking.harness.proving.sealed.acting import Acting
from uec_booking.harness.proving.sealed.findings import counts, finding
from uec_booking.harness.proving.sealed.kit import Ask, Entry, Forward, Memory, Reply
from uec_booking.reports import assurance

from ..support.program import uec
from ..support.within import here

HEAD = """from kit import Ask, Forward, Memory, Reply, fault, variation

"""
TWO = (
    HEAD
    + '''
import helping

@fault("provider", breaks="PRV-CAP-01")
def says_nothing(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """The capability statement is not there."""
    return helping.gone() if ask.is_a("GET", "metadata") else forward(ask)

@variation("provider", allowed_by="PRV-CAP-01")
def says_more(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """A header of its own."""
    return forward(ask).with_headers(X_Own="1")

@variation("provider", allowed_by="PRV-CAP-01")
def does_nothing(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """Nothing."""
    return forward(ask)
'''
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file"),
        ("x = (", "was never closed (faults.py, line 1)"),
        ("import nowhere", "No module named 'nowhere' (faults.py, line 1)"),
        ("", "it enters nothing"),
        (HEAD + "@fault('provider', breaks='PRV-XX-99')\ndef a(x, y, z):\n    'D.'", "a names PRV-XX-99"),
        (HEAD + "@fault('provider', breaks='PRV-CAP-01')\ndef a(x, y, z): pass", "a has no docstring"),
        (HEAD + "@fault('dentist', breaks='PRV-CAP-01')\ndef a(x, y, z):\n    'D.'", "'dentist' is none of"),
        (HEAD + "@fault('provider', breaks='')\ndef a(x, y, z):\n    'D.'", "a names no requirement"),
    ],
    ids=["not there", "syntax", "import", "empty", "unknown id", "no docstring", "unknown role", "no id"],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "faults.py"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    done = here("prove", "--sealed", file, "--out", tmp_path / "out")
    assert done.status == 3
    assert said in " ".join(done.err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.e2e
def test_a_round_says_what_became_of_each_and_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "faults.py"
    file.write_text(TWO, encoding="utf-8")
    (tmp_path / "helping.py").write_text("from kit import Reply\n\ndef gone():\n    return Reply(404, {})\n", "utf-8")
    command = ("prove", "--sealed", file, "--quick", "-n", "1", "--out", tmp_path / "out")
    done = uec(*command)
    document = json.loads((tmp_path / "out" / "sealed.json").read_text(encoding="utf-8"))
    schema = resources.files(kit.__package__).joinpath("sealed.schema.json").read_text(encoding="utf-8")
    assert list(Draft202012Validator(json.loads(schema)).iter_errors(document)) == []
    assert document["clean_failed"] == []
    assert document["sha256"].keys() == {"faults.py", "helping.py"}
    became = {one["name"]: one["became"] for one in (*document["faults"], *document["variations"])}
    assert became == {"says-nothing": "detected", "says-more": "not accused", "does-nothing": "never showed"}
    assert document["faults"][0]["localised"]
    assert document["faults"][0]["changes"].keys() == {"GET metadata: not passed on"}
    assert done.status == 2, done.out
    told = " ".join(done.out.split())
    assert "DETECTED provider says-nothing (PRV-CAP-01) · seen:" in told
    assert "PRV-CAP-01 FAIL" in told
    # Nothing is left to be run, so nothing is started.
    again = here(*command)
    assert again.status == 2
    assert "0 to go" in again.out


def asked(method: str = "GET", body: bytes = b"") -> Ask:
    return Ask(method, "/p/Appointment/1", {"accept": "x"}, body)


def good(_: Ask) -> Reply:
    return Reply(200, {"etag": '"1"'}, b'{"a": 1}')


def raising(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    raise KeyError(reply.json["b"])


def in_place(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    reply.headers["etag"] = '"2"'
    return reply


CHANGES = {
    "": lambda ask, forward, memory: forward(ask).telling(forward(ask).json),
    "body": lambda ask, forward, memory: forward(ask).telling({"a": 2}),
    "request+status": lambda ask, forward, memory: Reply(
        404, forward(ask.with_headers(Accept=None)).headers, b'{"a":1}'
    ),
    "headers": in_place,
    "not passed on": lambda ask, forward, memory: Reply(200, {}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_function_changes_is_seen_by_what_passes(change: str) -> None:
    acting = Acting(lambda ask, role: "p")
    acting.begin(Entry("one", CHANGES[change], "provider", ("PRV-CAP-01",), "why", allowed=False))
    acting(asked(), good, Memory())
    assert dict(acting.changes) == ({f"GET Appointment: {change}": 1} if change else {})


def test_a_booking_that_is_sent_twice_is_a_change_and_a_look_beside_it_is_none() -> None:
    acting = Acting(lambda ask, role: "p")
    twice = Entry("one", lambda a, f, m: (f(a), f(a))[1], "provider", ("PRV-CAP-01",), "why", allowed=False)
    acting.begin(twice)
    acting(asked("POST"), good, Memory())
    acting(asked("GET"), good, Memory())
    assert dict(acting.changes) == {"POST Appointment: repeated": 1}


def dated(ask: Ask) -> Reply:
    return Reply(200, {"etag": '"1"', "date": "x"}, b"{}")


@pytest.mark.parametrize(
    ("act", "has_one"),
    [(lambda a, f, m: Reply(404, {}), True), (lambda a, f, m: f(a).with_headers(date=None), False)],
    ids=["an answer of his own", "taken away"],
)
def test_an_answer_of_the_authors_own_has_a_date_as_any_other_unless_it_was_taken_away(
    act: kit.Fault, has_one: bool
) -> None:
    acting = Acting(lambda ask, role: "p")
    acting.begin(Entry("one", act, "provider", ("PRV-CAP-01",), "why", allowed=False))
    assert ("date" in acting(asked(), dated, Memory()).headers) == has_one


def test_a_function_that_raises_changes_nothing() -> None:
    acting = Acting(lambda ask, role: "p")
    acting.begin(Entry("one", raising, "provider", ("PRV-CAP-01",), "why", allowed=False))
    assert acting(asked(), good, Memory()) == good(asked())
    assert (dict(acting.changes), len(acting.raised)) == ({}, 1)
    assert acting.raised[0].startswith("KeyError: 'b'")


def outcome(verdicts: dict[str, str], used: int, raised: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        "one", 1.0, verdicts, {"a": "PASS"}, {}, {}, {}, {}, used, raised=raised, changes={"GET: body": used}
    )


GOOD = {"PRV-CAP-01": "PASS", "PRV-CAP-02": "WARN"}
CLEAN = Clean([outcome(GOOD, 0)])


@pytest.mark.parametrize(
    ("run", "allowed", "became", "localised"),
    [
        (outcome({**GOOD, "PRV-CAP-01": "FAIL"}, 1), False, "detected", True),
        (outcome({**GOOD, "PRV-CAP-03": "WARN"}, 1), False, "detected", False),
        (outcome(GOOD, 1), False, "missed", False),
        (outcome({**GOOD, "PRV-CAP-01": "INCONCLUSIVE"}, 1), False, "missed", False),
        (outcome({**GOOD, "PRV-CAP-01": "FAIL"}, 0), False, "never showed", False),
        (outcome(GOOD, 0, ("KeyError",)), False, "crashed", False),
        (outcome({**GOOD, "PRV-CAP-01": "WARN"}, 1), True, "accused", True),
        (outcome(GOOD, 1), True, "not accused", False),
        (Outcome.lost("one", "hung"), False, "not finished", False),
        (None, False, "not run", False),
    ],
)
def test_what_becomes_of_an_entry(run: Outcome | None, allowed: bool, became: str, localised: bool) -> None:
    entry = Entry("one", raising, "provider", ("PRV-CAP-01",), "why", allowed)
    found = finding(entry, run, None, CLEAN)
    assert (found.became, found.localised) == (became, localised)


def test_what_never_showed_counts_as_not_detected_and_what_was_not_run_counts_as_nothing() -> None:
    entry = Entry("one", raising, "provider", ("PRV-CAP-01",), "why", allowed=False)
    runs = [outcome({**GOOD, "PRV-CAP-01": "FAIL"}, 1), outcome(GOOD, 0), None]
    counted = counts([finding(entry, run, None, CLEAN) for run in runs], allowed=False)
    assert (counted["rate"], counted["of_those_that_showed"], counted["not_run_or_finished"]) == (0.5, 1.0, 1)


def test_chapmans_estimate() -> None:
    # The example of the textbooks: 10 and 15 caught, 5 of them twice.
    found = assurance.Estimate(10, 15, 5)
    assert found.total == pytest.approx(28.33, abs=0.01)
    assert found.bounds[0] >= found.known == 20

    def entry(requirement: str, change: str) -> assurance.Entry:
        return {"clauses": [requirement], "changes": {f"GET Slot: {change}": 3, "POST Slot: status": 1}}

    never_showed = {**entry("A-01", "headers"), "changes": {}}
    one = [entry("A-01", "body"), entry("A-01", "status"), never_showed]
    other = [entry("A-01", "body"), entry("B-01", "body")]
    assert assurance.estimate(one, other) == assurance.Estimate(2, 2, 1)


def test_what_was_not_detected_is_compared_where_two_rounds_met_one_suite() -> None:
    compared = "| requirements of which a fault was not detected | first-a, {} |"
    assert compared.format("first-b") in assurance.page()
    assert compared.format("second-a") not in assurance.page()
    assert "| kinds of faults | first-a, second-a |" in assurance.page()


def test_the_page_of_assurance_is_up_to_date() -> None:
    again = "python -m uec_booking.reports.assurance --update"
    assert assurance.PAGE.read_text(encoding="utf-8") == assurance.page(), f"write it anew: {again}"
