"""Trials: one good request, and requests that differ from it in one thing each.

A rejection says something only beside its positive twin: the same request without the
change, which must be accepted. So the observations are made when the twin has been
answered (``checks.negative_tests``); where it is rejected, nothing can be said of others that were rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from uec_booking.standard import answers

from ..actors.calls import Call
from ..actors.consumer import ConsumerSystem
from ..actors.tokens import claims
from ..errors import CannotGoOn, Due
from ..http.exchange import OVERLOADED, Exchange
from ..http.notes import TO_BE_REJECTED
from ..settings.model import Part

#: Makes a request that differs from a good one in one thing; None where the good one has no such thing. One that
#: comes out as the good one is not sent: nothing could be said of its answer.
Change = Callable[[Call], Call | None]


@dataclass
class Row:
    """A request that differs in one thing: what, the situation it makes, and the requirements it decides."""

    change: str
    situation: str
    requirements: tuple[str, ...]
    call: Call | None = None
    exchange: Exchange | None = None


@dataclass
class Trial:
    """``good`` makes the good request anew. ``spent`` is called when a changed request had the good one's effect, and
    says whether there is something to go on with.

    ``due`` names the requirement and the situation of the good request: what it has to be answered with, unless
    it was ``lost`` to somebody else.
    """

    kind: str
    part: Part
    consumer: ConsumerSystem
    good: Callable[[], Call]
    spent: Callable[[Exchange], bool] = lambda exchange: True
    rows: list[Row] = field(default_factory=list)
    twin: Exchange | None = None
    due: tuple[str, str] | None = None
    lost: Callable[[], bool] = lambda: False
    is_spent: bool = False

    def send(self, table: Iterable[Mapping[str, str]], changes: Mapping[str, Callable[[str], Change]]) -> None:
        """Send a request for each row of a table with the columns change, answer and decides.

        Where one had the good request's effect and there is nothing to go on with, the others are left out.
        """
        for line in table:
            if self.is_spent:
                return
            change = named(line["change"], changes)
            row = Row(line["change"], line["answer"], tuple(line["decides"].replace(",", " ").split()))
            self.rows.append(row)
            good = self.good()
            row.call = call = change(good)
            if call is not None and not self._same(call, good):
                row.exchange = self.consumer.send(self.part, call.changed(note=self._note(row)))
                if row.exchange.ok:
                    self.is_spent = not self.spent(row.exchange)

    def _note(self, row: Row) -> str:
        situation = answers.situations().get(row.situation)
        edition = self.consumer.edition
        if situation is None or not situation.applies_in(edition):
            return row.change
        accepted = situation.accepted(edition)
        may_succeed = any(value.startswith("2") for value in (*accepted.right, *accepted.tolerated))
        return row.change if may_succeed else f"{row.change} {TO_BE_REJECTED}"

    def _same(self, call: Call, good: Call) -> bool:
        """Whether a change left the good request as it is: its root has no path, its patient has that number, …"""
        if call.token is not good.token:
            if call.token is None or good.token is None:
                return False
            claimed = claims(self.consumer.organisation, self.part.audience, good.scope, practitioner=good.practitioner)
            if call.token(claimed) != good.token(claimed):
                return False
        one, other = (replace(each, token=None, request_id="", note="") for each in (call, good))
        return one == other

    def send_twin(self) -> Exchange:
        """Send the good request itself, once."""
        if self.twin is None:
            self.twin = self.consumer.send(self.part, self.good().changed(note="the same without any change"))
        return self.twin

    def refusals(self) -> list[Exchange]:
        """The answers that were rejections by the system: 4xx, and 501 for what it does not do at all."""
        answered = [row.exchange for row in self.rows if row.exchange]
        return [exchange for exchange in answered if 400 <= exchange.status < 500 or exchange.status == 501]


def named(name: str, changes: Mapping[str, Callable[[str], Change]]) -> Change:
    """The change of a name; the longest known beginning counts, the rest is its argument.

    Raises:
        KeyError: no change begins like that.
    """
    for beginning in sorted(changes, key=len, reverse=True):
        if name.startswith(beginning):
            return changes[beginning](name[len(beginning) :].strip())
    raise KeyError(f"no change is called {name!r}")


@dataclass(frozen=True)
class Control:
    """The answer to the good request, if there was anything to send it with.

    ``trouble`` says why nothing can be said of what was rejected, and ``because`` of which requirement; empty where it
    was accepted.
    """

    answer: Exchange | None
    trouble: str = ""
    because: str = ""


def control_request(trial: Trial) -> Control:
    """Send the good request, if that was not done."""
    if trial.is_spent:
        return Control(None, f"nothing was left with which to send the good {trial.kind}")
    twin = trial.send_twin()
    if twin.ok:
        return Control(twin)
    trouble = f"the good {trial.kind} was itself answered with {twin.summary()}"
    return Control(twin, trouble, trial.due[0] if trial.due else "")


def must_be_accepted(trial: Trial, control: Control) -> None:
    """Raises:
    CannotGoOn: the good request was not accepted, or could not be sent.
    """
    if not control.trouble:
        return
    twin, due = control.answer, None
    if twin is not None and trial.due and twin.status not in OVERLOADED and not trial.lost():
        due = Due(*trial.due, twin.id)
    raise CannotGoOn(control.trouble, control.because, due)
