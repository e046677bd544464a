"""Mrs Patient's story, one step at a time: she is booked, rings another 111 service, and is booked elsewhere.

Each step sends what the standard has sent there, to the systems of this world; nothing is played back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..consumer.settings import Identity
from ..consumer.slots import OfferedSlot, slots_in
from ..consumer.wire.answers import Answer, dicts, of_type
from ..control.levers import ControlError
from ..settings import Settings
from ..shared.nhs_number import synthetic_number
from ..world import SECOND as OTHER_PROVIDER
from ..world import UTC as FIRST_PROVIDER
from ..world import ProviderProfile
from .sending import CALLER, FIRST, SECOND, Sender, Sent

PATIENT = "Mrs Patient"


@dataclass(frozen=True)
class Step:
    """`said` is what is spoken when it begins: by whom, to whom, and what."""

    title: str
    told: str
    said: tuple[str, str, str] | None = None


STEPS: tuple[Step, ...] = (
    Step(
        "Mrs Patient rings 111",
        f"She has hurt her ankle. {FIRST.name} asks the {FIRST_PROVIDER.name} for its free slots.",
        (PATIENT, FIRST.name, "rings: a hurt ankle"),
    ),
    Step(
        "The first slot is booked",
        "The provider keeps the appointment, and tells the registry where it is: who has it, when, and its address.",
        (PATIENT, FIRST.name, "takes the first time"),
    ),
    Step(
        "She feels worse, and rings again",
        f"This time {SECOND.name} answers. It has booked nothing for her, so it asks the registry what there is.",
        (PATIENT, SECOND.name, "rings again: it is worse"),
    ),
    Step(
        "The appointment is read where it is kept",
        "The registry has the address only. The provider's answer tells when and where, and which version it is in.",
    ),
    Step(
        "She is assessed again",
        f"She should be seen at the {OTHER_PROVIDER.name}. The first appointment stands until there is another.",
        (SECOND.name, PATIENT, "asks: shall it be changed?"),
    ),
    Step(
        "The new appointment is booked",
        "It is a booking like any other: nothing in it says that it stands in for another one.",
        (PATIENT, SECOND.name, "agrees"),
    ),
    Step(
        "Only now the first one is cancelled",
        "It is read once more, and cancelled in the version that was read (If-Match). So a re-booking is a booking and "
        "then a cancellation, and at no moment has she none.",
    ),
    Step(
        "What the registry knows now",
        "Both providers have told it: one appointment that is booked, and one that is cancelled.",
    ),
)


@dataclass
class _Telling:
    """How far the story is. `begun` is the number of the last exchange before it."""

    begun: int
    done: int = 0
    caller: dict[str, Any] = field(default_factory=lambda: {**CALLER, "nhs_number": synthetic_number()})
    slot: OfferedSlot | None = None
    first: str = ""
    second: str = ""
    #: By X-Request-ID: at the registry nothing else tells who asks.
    senders: dict[str, str] = field(default_factory=dict)
    #: The number of the last exchange before each of them.
    spoken: list[tuple[int, tuple[str, str, str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """What a page needs to know of the story so far."""

    begun: int
    done: int
    senders: dict[str, str]
    spoken: Sequence[tuple[int, tuple[str, str, str]]]


class Story:
    """The story of one world; `last` gives the number of its last exchange."""

    def __init__(self, settings: Settings, sender: Sender, last: Callable[[], int]) -> None:
        self._sender, self._last = sender, last
        self._lock = threading.Lock()
        self._now = _Telling(last())
        here = {profile.key: profile for profile in settings.providers}
        self._first = here.get(FIRST_PROVIDER.key, FIRST_PROVIDER)
        self._other = here.get(OTHER_PROVIDER.key, OTHER_PROVIDER)
        self._acts = (
            lambda: self._find(FIRST, self._first),
            self._book_first,
            lambda: self._ask_the_registry(1),
            lambda: self._read(self._now.first),
            lambda: self._find(SECOND, self._other),
            self._book_second,
            self._cancel,
            lambda: self._ask_the_registry(2),
        )

    def so_far(self) -> Told:
        """How far it is."""
        now = self._now
        return Told(now.begun, now.done, dict(now.senders), list(now.spoken))

    def begin_again(self) -> None:
        """Forget what was told, and have another patient; what was booked stays."""
        with self._lock:
            self._now = _Telling(self._last())

    def go_on(self) -> None:
        """Take the next step. Raises ControlError where the world does not let it; then it can be tried again."""
        with self._lock:
            now = self._now
            if now.done >= len(STEPS):
                raise ControlError("The story has been told to its end: begin it again.")
            if not now.done:
                # What others sent until its first step is none of it.
                now.begun = self._last()
            said = STEPS[now.done].said
            if said and (not now.spoken or now.spoken[-1][1] != said):
                now.spoken.append((self._last(), said))
            self._acts[now.done]()
            now.done += 1

    def _find(self, identity: Identity, profile: ProviderProfile) -> None:
        service = dict(profile.purposes)["later"]
        answer = self._kept(identity, self._sender.search(identity, profile, service))
        slots = slots_in(answer.resource)
        if not slots:
            raise ControlError(f"{profile.name} offers no free slot in the next day: the story waits here.")
        self._now.slot = slots[0]

    def _book_first(self) -> None:
        self._now.first = self._book(FIRST, self._first)

    def _book_second(self) -> None:
        self._now.second = self._book(SECOND, self._other)

    def _book(self, identity: Identity, profile: ProviderProfile) -> str:
        assert self._now.slot is not None
        sent, url = self._sender.book(identity, profile, self._now.slot, self._now.caller)
        self._now.senders[sent.request_id] = identity.name
        if not url:
            raise ControlError(
                f"The booking was answered with {sent.status or sent.answer}: begin the story again for another slot."
            )
        return url

    def _ask_the_registry(self, entries: int) -> None:
        answer = self._kept(SECOND, self._sender.registered(SECOND, str(self._now.caller["nhs_number"])))
        found = sum(any(dicts(one, "identifier")) for one in of_type(answer.resource, "Appointment"))
        if found < entries:
            raise ControlError(
                f"The registry has {found} of her {entries} appointments: a provider has not told it yet. Ask again."
            )

    def _read(self, url: str) -> Answer:
        return self._kept(SECOND, self._sender.read(SECOND, self._first, url))

    def _cancel(self) -> None:
        read = self._read(self._now.first)
        self._kept(SECOND, self._sender.cancel(SECOND, self._first, self._now.first, read))

    def _kept(self, identity: Identity, made: tuple[Sent, Answer]) -> Answer:
        """The answer, where it is a good one; whose request it was is remembered."""
        sent, answer = made
        self._now.senders[sent.request_id] = identity.name
        if answer.status != 200 or answer.resource is None:
            raise ControlError(f"{sent.what}: answered with {sent.status or sent.answer}. The story waits here.")
        return answer
