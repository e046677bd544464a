"""Consumers of other stacks, each at its own door: not accused of what they do right, and found in what they do wrong.

They are written from the standard, import nothing of ours, and have the habits of their libraries: colons left as they
are, a ``?`` behind every address, one trace id for a call, gzip, JSON on many lines, no CapabilityStatement, a cache of
the Spine Directory.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from . import consumers
from .consumers import Starting, judged

#: Found, booked, listed, cancelled; halted where it is not clear what to book; conflicts and lost answers survived.
RIGHT = "CON-REB-02 or CON-CAN-06 or DOS-03 or SDS-07 or DOS-11 or CON-XTI-02"
#: What a call itself is worth knowing of; what else is wrong with its requests is seen beside it.
REBOOKED = "CON-REB-02"

#: One trace id for a call and colons left as they are: at most a warning, in whatever scenario is run.
HABITS = {"SSP-05", "CON-SRCH-06"}
#: Two tokens of one second may be alike; that one of them was kept shows where requests are further apart.
IF_SLOW = {"SEC-09"}


@pytest.mark.parametrize(
    "starting", [consumers.script, consumers.fhirpy, consumers.npm, consumers.browser], ids=lambda one: one.__name__
)
def test_nobody_is_accused_of_what_is_right(starting: Starting, tmp_path: Path) -> None:
    run = judged(starting, tmp_path, RIGHT)
    told = run.told("FAIL", "INCONCLUSIVE", "ERROR")
    assert not told
    # From the look-up to the cancellation, and with what the user saw.
    assert {"DOS-03", "SDS-07", "SSP-01", "CON-SRCH-02", "CON-BOOK-03", "CON-CAN-03", "WKF-06"} <= run.ids("PASS")
    assert run.found["consumer_level"] == 2, "it cancels later what it booked itself"


@pytest.mark.parametrize(
    ("starting", "only", "faults", "found"),
    [
        (
            consumers.script,
            "CON-XTI-02",
            # To take any format that the provider likes is no fault, and gives none.
            ("content-type-json", "one-token", "plus-as-it-is", "new-id-on-resend", "any-accept"),
            {"FMT-07", "SEC-11", "CON-SRCH-06", "CON-XTI-02"},
        ),
        (
            consumers.fhirpy,
            REBOOKED,
            ("library-content-type", "headers-once", "no-version"),
            {"FMT-07", "CON-XTI-01", "CON-CAN-03"},
        ),
        (consumers.fhirpy, REBOOKED, ("patches",), {"WKF-01"}),
        (
            consumers.npm,
            REBOOKED,
            ("float-times", "cached-version", "library-content-type", "one-token"),
            {"SEC-08", "CON-CAN-01", "FMT-07", "SEC-11"},
        ),
        (
            consumers.browser,
            f"{REBOOKED} or WKF-10",
            ("remembers-slots", "one-trace", "hopes", "cached-version"),
            # WKF-11 is a SHOULD. Who hopes that it is booked tells of no failure, and cancels the original: one cause.
            {"WKF-11", "SSP-04", "WKF-15", "CON-CAN-01"},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None) or (" ".join(value) if isinstance(value, tuple) else ""),
)
def test_habits_that_are_faults_are_found_where_they_are(
    starting: Starting, only: str, faults: tuple[str, ...], found: set[str], tmp_path: Path
) -> None:
    run = judged(starting, tmp_path, only, faults)
    seen = run.ids("FAIL") | run.ids("WARN")
    assert found <= seen <= found | HABITS | IF_SLOW, run.told("FAIL", "WARN", "INCONCLUSIVE")
    assert not run.ids("ERROR")
