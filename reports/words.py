"""The words that all reports share, so that a terminal and a page say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uec_booking.harness.judging.levels import capability_level, denied_level
from uec_booking.harness.judging.verdicts import (
    ATTESTED,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    INFO,
    NOT_APPLICABLE,
    NOT_RUN,
    PASS,
    TO_ATTEST,
    WARN,
    JudgedRun,
    Verdict,
)
from uec_booking.standard.roles import CONSUMER, PROVIDER

#: The standard's own scale of cancellation; a provider starts at 2 (it has no consultation).
CAPABILITY_LEVELS = {
    1: "an appointment can be cancelled within the consultation in which it was booked",
    2: "the organisation that booked an appointment can cancel it later",
    3: "another 111 organisation can cancel an appointment too",
    4: "any consumer organisation can cancel an appointment",
}

#: A mark for each verdict, so that colour is never the only signal.
SYMBOLS: Mapping[Verdict, str] = {
    PASS: "✓",
    FAIL: "✗",
    ERROR: "✗",
    INCONCLUSIVE: "?",
    WARN: "!",
    NOT_APPLICABLE: "–",
    TO_ATTEST: "–",
    NOT_RUN: "–",
    ATTESTED: "✓",
    INFO: "i",
}

#: What each verdict means, for readers who meet it for the first time.
VERDICT_MEANINGS: Mapping[Verdict, str] = {
    FAIL: "a MUST was not met",
    ERROR: "the harness broke; this says nothing about the system",
    INCONCLUSIVE: "tried, but it could not be observed",
    NOT_RUN: "this run, a part of the suite or cut off, did not come to it",
    WARN: "a SHOULD was not met, or a value that only another edition publishes was seen",
    TO_ATTEST: "a person has to state it, or this run had no means to see it",
    PASS: "observed, and met every time",
    ATTESTED: "stated by a person, with evidence",
    INFO: "optional (MAY): reported, not assessed",
    NOT_APPLICABLE: "binds another kind of system, another edition, or a capability that is not claimed",
}


def system_name(run: JudgedRun, key: str) -> str:
    """``Out of Hours Service (second provider)``: what a system is called, and as which part it was tested."""
    part = key.replace("_", " ")
    name = next((one.name for one in run.identity.systems if one.key == key), "")
    return f"{name} ({part})" if name and name != key else part


def levels(run: JudgedRun) -> Iterator[tuple[str, str]]:
    """The cancellation level of each system under test that has one, with what it is called."""
    under_test: Mapping[str, str] = run.system.get("under_test", {})
    tested = set(under_test.values())
    if CONSUMER.name in tested:
        yield "Consumer's level", capability(run.consumer_level)
    if CONSUMER.name not in tested or PROVIDER.name in tested:
        label = "Provider's level" if CONSUMER.name in tested else "Cancellation level"
        others = [key for key in PROVIDER.parts[1:] if key in under_test]
        names = {one.key: one.name for one in run.identity.systems}
        whose = f" ({names.get(PROVIDER.main, PROVIDER.main)})" if others else ""
        yield label, capability(run.capability_level, run.capability_at_least) + whose
        for key in others:
            yield label, f"{_level_seen(run, key)} ({names.get(key, key)})"


def _level_seen(run: JudgedRun, key: str) -> str:
    """The level of a further provider, which fewer scenarios look at."""
    seen = [observation for scenario in run.scenarios for observation in scenario.record.observations]
    level, denied = capability_level(seen, key), denied_level(seen, key)
    return f"below level {denied}" if level is None and denied is not None else capability(level)


def capability(level: int | None, at_least: bool = False) -> str:
    """``3: another 111 organisation can …``; says so when the run did not establish a level, or only a lower bound."""
    if level is None:
        return "not established by this run"
    meaning = CAPABILITY_LEVELS.get(level, "a level that the standard does not define")
    return f"{'at least level ' if at_least else ''}{level}: {meaning}"
