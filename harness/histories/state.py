"""A slot and its appointments, and what each operation makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .operations import Came, Kind, Operation

#: What a version is where no answer told it.
_UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class State:
    """``holder``: the appointment that has the slot; empty: none. ``known``: appointment, version, whether booked.

    ``done``: the request ids under which something was done, and with what result.
    """

    holder: str = ""
    known: tuple[tuple[str, str, bool], ...] = ()
    done: frozenset[tuple[str, str]] = frozenset()

    def of(self, appointment: str) -> tuple[str, bool] | None:
        """Version of the appointment, and whether it is booked; None where nothing is known of it."""
        return next(((version, booked) for name, version, booked in self.known if name == appointment), None)

    def with_(self, appointment: str, version: str, booked: bool) -> State:
        rest = tuple(one for one in self.known if one[0] != appointment)
        holder = appointment if booked else "" if self.holder == appointment else self.holder
        return replace(self, holder=holder, known=tuple(sorted((*rest, (appointment, version, booked)))))

    def without(self, appointment: str) -> State:
        return replace(self, known=tuple(one for one in self.known if one[0] != appointment))


def after(state: State, operation: Operation) -> Iterator[State]:
    """The states that may follow when the operation is done now; none: it cannot have been done now.

    A slot is claimed once, until its appointment is cancelled (PRV-BOOK-03, PRV-BOOK-10); a cancellation is done of
    the current version of what is booked (PRV-CAN-08, PRV-CAN-18); what was sent again under its X-Request-ID may be
    answered as the first time.
    """
    if operation.came == Came.REFUSED:
        yield state
    elif operation.kind == Kind.BOOK:
        yield from _booked(state, operation)
    elif operation.kind == Kind.CANCEL:
        yield from _cancelled(state, operation)
    else:
        yield from _read(state, operation)


def _booked(state: State, operation: Operation) -> Iterator[State]:
    # Of what was lost, nobody knows by which name it stands.
    unnamed = f"?{operation.request_id or operation.exchange}"
    name = operation.appointment or unnamed
    if not state.holder:
        yield _noted(state.with_(name, operation.made or _UNKNOWN, True), operation, name)
    if operation.came == Came.LOST:
        return
    if (operation.request_id, name) in state.done:
        yield state
    elif (lost := state.of(unnamed)) is not None and operation.request_id:
        # The request that was lost had been done: this answer tells its name.
        yield _noted(state.without(unnamed).with_(name, operation.made or lost[0], lost[1]), operation, name)


def _cancelled(state: State, operation: Operation) -> Iterator[State]:
    there = state.of(operation.appointment)
    version, booked = there or (_UNKNOWN, True)
    current = booked and (not operation.version or version in (_UNKNOWN, operation.version))
    if operation.came == Came.STALE:
        if not (booked and version and version == operation.version):
            yield state
        return
    if current:
        changed = state.with_(operation.appointment, operation.made or _UNKNOWN, False)
        yield _noted(changed, operation, operation.appointment)
    if operation.came == Came.DONE and (operation.request_id, operation.appointment) in state.done:
        yield state


def _read(state: State, operation: Operation) -> Iterator[State]:
    """Staff may change an appointment at any time, so a read may show any version; what is cancelled stays so."""
    if operation.came == Came.LOST:
        yield state
        return
    there = state.of(operation.appointment)
    if there is None:
        # Booked before our time, or cancelled: then its slot is as it was.
        yield state if operation.cancelled else state.with_(operation.appointment, operation.version, True)
    elif there[1] != operation.cancelled:
        version = operation.version or there[0]
        yield state if version == there[0] else state.with_(operation.appointment, version, there[1])


def _noted(state: State, operation: Operation, name: str) -> State:
    if not operation.request_id:
        return state
    return replace(state, done=state.done | {(operation.request_id, name)})
