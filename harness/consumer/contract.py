"""The contract with a consumer under test, version 1: the task that it is given, and the answer that it gives.

The schema is ``standard/consumer_contract.schema.json``. What a consumer answers says what its *user* saw and did;
what went over the wire is never taken from it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from uec_booking.standard import consumer_contract

from ..actors.patients import Patient
from ..text import clean

VERSION = consumer_contract.VERSION
#: An answer longer than this is no answer.
LONGEST_ANSWER = 1_000_000


class Outcome(StrEnum):
    """How a task ended, as the consumer says."""

    FINISHED = "finished"
    UNSUPPORTED = "unsupported"
    COULD_NOT = "could-not"


class Saw(StrEnum):
    """What the user of a consumer saw or did (``what`` of an event)."""

    EXISTING_SHOWN = "existing-appointments-shown"
    FLAGGED = "flagged"
    REASSESSED = "reassessment-finished"
    SERVICES_SHOWN = "services-shown"
    SLOTS_SHOWN = "slots-shown"
    CANCEL_OFFERED = "cancel-offered"
    CONFIRMED = "patient-confirmed"
    DECLINED = "patient-declined"
    BOOKED_SHOWN = "booked-shown"
    CANCELLED_SHOWN = "cancelled-shown"
    NOT_CANCELLED_SHOWN = "not-cancelled-shown"
    TOLD = "user-told"
    REFERRAL_BLOCKED = "referral-blocked"
    REFERRAL_SENT = "referral-sent"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the user saw or did, at an aware moment, about these appointments (their URLs).

    ``to_the_second``: the moment was told in whole seconds, cut or rounded.
    """

    at: datetime
    what: str
    about: tuple[str, ...] = ()
    text: str = ""
    to_the_second: bool = False

    @property
    def earliest(self) -> datetime:
        """Before this moment it was not: times to the second may have been rounded up."""
        return self.at - timedelta(milliseconds=500) if self.to_the_second else self.at

    @property
    def latest(self) -> datetime:
        """After this moment it was not: times to the second may have been cut."""
        return self.at + timedelta(seconds=1) if self.to_the_second else self.at


@dataclass(frozen=True, slots=True)
class Answer:
    """What a consumer answered to a task. ``supports``, ``name`` and ``version`` come with the answer to hello."""

    outcome: Outcome
    why: str
    events: tuple[Event, ...]
    name: str = ""
    version: str = ""
    supports: frozenset[str] = frozenset()
    #: The person who told the events, when, and with which pictures; empty where a system told them.
    told_by: str = ""

    def saw(self, what: Saw) -> list[Event]:
        """The events of one kind, in the order in which they were told."""
        return [event for event in self.events if event.what == what]

    def by_our_clock(self, given: datetime, answered: datetime) -> Answer:
        """The answer with the times of its events as far as they can be known by our clock.

        They are the consumer's own, and the clocks of two systems differ. What it told happened after the task was
        given and before it answered: as much as they lie outside of that they are moved, all alike.
        """
        if not self.events:
            return self
        ahead = max(event.earliest for event in self.events) - answered
        behind = given - min(event.latest for event in self.events)
        if ahead > timedelta(0):
            shift = -ahead
        elif behind > timedelta(0):
            shift = behind
        else:
            return self
        return replace(self, events=tuple(replace(event, at=event.at + shift) for event in self.events))


class NoAnswer(Exception):
    """A door that broke, or an answer that is none: what was wrong, in a sentence. It says nothing of the consumer."""


class Ended(NoAnswer):
    """A consumer that is kept running ended in the midst of a task."""


@dataclass(frozen=True, slots=True)
class Known:
    """An appointment that the caller or the desk knows of before the call."""

    url: str
    start: str
    service: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call is about: who calls which 111 service, what is chosen, and what the patient says.

    ``service`` is the id of the service to choose, empty where nothing is to be booked. ``slot`` is first, last, a
    time, or ``change``: the first one is booked, and then the patient cannot come at that time after all.
    ``cancel`` names the appointments that the patient lets go, as ``TIME at SERVICE``, or is ``all`` or ``none``.
    """

    caller: Patient
    service_111: str = "first"
    within_hours: float = 2
    reason: str = "Abdominal pain"
    service: str = ""
    slot: str = "first"
    cancel: tuple[str, ...] = ()
    declines: bool = False
    known_before: tuple[Known, ...] = ()
    seconds: float = field(default=60.0)


#: The caller of a task that is about none.
NOBODY = Patient("", "Nobody", "No", "unknown", "1970-01-01", "LS1 4AP", "0113 496 0000")


def hello() -> dict[str, Any]:
    """The task that asks a consumer who it is, and what it supports."""
    return {**call(Wanted(NOBODY)), "kind": "hello"}


def call(wanted: Wanted) -> dict[str, Any]:
    """The task of one call to 111."""
    caller = wanted.caller
    return {
        "contract": VERSION,
        "task": str(uuid.uuid4()),
        "kind": "call",
        "caller": {
            "nhs_number": caller.nhs_number,
            "family": caller.family,
            "given": [caller.given],
            "gender": caller.gender,
            "birth_date": caller.birth_date,
            "phone": caller.phone,
            "address": {"line": [caller.address_line], "city": "Leeds", "postcode": caller.postcode},
        },
        "encounter": {
            "service_111": wanted.service_111,
            "reason": wanted.reason,
            "disposition": f"To be seen within {wanted.within_hours:g} hours",
            "within_hours": wanted.within_hours,
        },
        "choose": {"service": wanted.service, "slot": wanted.slot},
        "patient_says": {"cancel": list(wanted.cancel), "declines": wanted.declines},
        "known_before": [{"url": k.url, "start": k.start, "service": k.service} for k in wanted.known_before],
        "deadline_s": wanted.seconds,
    }


def answer_to(task: Mapping[str, Any], text: bytes) -> Answer:
    """The answer in what came through a door.

    Raises:
        NoAnswer: it is not an answer to this task, as the schema has it.
    """
    data = _read(text)
    wrong = consumer_contract.problem_of_answer(data)
    if wrong:
        raise NoAnswer(f"its answer is not as the contract has it: {clean(wrong)[:400]}")
    _of_this(task, data)
    return Answer(
        outcome=Outcome(data["outcome"]),
        why=clean(data["why"])[:1000],
        events=tuple(map(_event, data["events"])),
        name=clean(data.get("name", ""))[:200],
        version=clean(data.get("version", ""))[:100],
        supports=frozenset(map(str, data.get("supports", ()))),
    )


def is_answer(text: bytes) -> bool:
    """Whether what a webhook posted is to be an answer, and not events on the way to one.

    Raises:
        NoAnswer: it is neither.
    """
    data = _read(text)
    return not isinstance(data, Mapping) or "events" not in data or "outcome" in data


def events_posted(task: Mapping[str, Any], text: bytes) -> tuple[Event, ...]:
    """The events that a webhook posted before its answer.

    Raises:
        NoAnswer: they are not of this task, or not as the schema has it.
    """
    data = _read(text)
    wrong = consumer_contract.problem_of_events(data)
    if wrong:
        raise NoAnswer(f"its events are not as the contract has them: {clean(wrong)[:400]}")
    _of_this(task, data)
    return tuple(map(_event, data["events"]))


def _read(text: bytes) -> Any:
    if len(text) > LONGEST_ANSWER:
        raise NoAnswer(f"its answer is longer than {LONGEST_ANSWER} bytes")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NoAnswer(f"its answer is not JSON: {_shown(text)}") from None


def _of_this(task: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    if data["task"] != task["task"]:
        raise NoAnswer(f"it answered another task ({clean(data['task'])[:40]})")


def _event(data: Mapping[str, Any]) -> Event:
    try:
        at = datetime.fromisoformat(data["at"])
    except ValueError:
        raise NoAnswer(f"the time of an event cannot be read: {clean(data['at'])[:60]}") from None
    if at.tzinfo is None:
        raise NoAnswer(f"the time of an event has no offset: {clean(data['at'])[:60]}")
    about: Sequence[Mapping[str, Any]] = data.get("about", ())
    # What is not known is empty: who sees a screen may know no addresses.
    urls = tuple(str(one["url"]) for one in about if one.get("url"))
    return Event(at, data["what"], urls, clean(data.get("text", ""))[:2000], not at.microsecond)


def _shown(text: bytes) -> str:
    shown = clean(text[-300:].decode("utf-8", "replace")).strip()
    return shown or "nothing came"
