"""How it is written down what the operators are applied to, and which requirement each application breaks.

Where no requirement is broken, the application is *equivalent*: a system may do that, and the reason says why.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """No requirement forbids it; `why` says so in plain words."""

    why: str


Breaks = str | Allowed
"""A requirement that is broken, or the reason why none is. ``OWN`` and ``SHOWN`` stand for the answer kind's own
one: on the content, and on what must be there at all."""

OWN = "OWN"
SHOWN = "SHOWN"
OPTIONAL = Allowed("No clause asks for this element.")
REPEATS = Allowed("FHIR lets the element repeat, and no clause limits it.")
PROFILE = Allowed("The profile must be named by a Slot and an Appointment only.")
OPEN = Allowed("The standard fixes no code system and no value here.")
ELSEWHERE = Allowed("A reference to a resource outside the answer need not be resolved (FMT-16).")
UNCHECKABLE = Allowed("Whether the time is the right one is known to the provider only.")


@dataclass(frozen=True)
class Row:
    """One element of some answers. What a field leaves empty is not applied.

    `structure` is the requirement that a value of no FHIR form breaks (empty, of another type, twice where
    it may stand once); left empty it stands for the answer kind's own. `empty` is what an empty value breaks, where
    that is another one: FHIR has no empty values, so that nothing is left of an element that another clause asks for.
    """

    path: str
    drop: Breaks
    code: Breaks = ""
    system: Breaks = ""
    reference: Breaks = ""
    shift: Breaks = ""
    repeat: Breaks = ""
    structure: Breaks = ""
    empty: Breaks = ""


@dataclass(frozen=True)
class Header:
    """One header of some answers: what its absence breaks, an empty or other value, and a second value."""

    name: str
    drop: Breaks
    wrong: Breaks
    repeat: Breaks = Allowed("Which of two values counts is left open by HTTP (RFC 9110 section 5.3).")


@dataclass(frozen=True)
class Answers:
    """A kind of answer: the interactions whose success it is (none: any rejection), and its rows.

    `own` is the requirement on the content of this kind, `shown` that on what must be there at all,
    `structure` that on the form. `near` is a requirement whose scenarios meet the answer; empty stands for `own`.
    """

    kind: str
    part: str
    interactions: tuple[str, ...]
    own: str
    structure: str
    rows: tuple[Row, ...] = ()
    headers: tuple[Header, ...] = ()
    shown: str = ""
    near: str = ""
