"""Trials: one good request, and requests that differ from it in one thing each.

A refusal says something only beside its positive twin: the same request without the
change, which must be accepted. So the observations are made when the twin has been
answered; where the twin is refused, nothing can be said of others that were refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .actors import ConsumerSystem
from .calls import Call
from .errors import CannotGoOn
from .exchange import OVERLOADED, Exchange
from .recording import Recorder
from .settings import Part

#: Makes a request that differs from a good one in one thing; None where the good one has no such thing.
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
    """``good`` makes the good request anew. ``spent`` is called when a changed request had the good one's effect.

    ``due`` names the requirement and the situation of the good request: what it has to be answered with, unless
    it was ``lost`` to somebody else.
    """

    kind: str
    part: Part
    consumer: ConsumerSystem
    good: Callable[[], Call]
    spent: Callable[[Exchange], None] = lambda exchange: None
    rows: list[Row] = field(default_factory=list)
    twin: Exchange | None = None
    due: tuple[str, str] | None = None
    lost: Callable[[], bool] = lambda: False

    def send(self, table: Iterable[Mapping[str, str]], changes: Mapping[str, Callable[[str], Change]]) -> None:
        """Send a request for each row of a table with the columns change, answer and decides."""
        for line in table:
            change = named(line["change"], changes)
            row = Row(line["change"], line["answer"], tuple(line["decides"].replace(",", " ").split()))
            row.call = call = change(self.good())
            if call is not None:
                row.exchange = self.consumer.send(self.part, call.changed(note=row.change))
                if row.exchange.ok:
                    self.spent(row.exchange)
            self.rows.append(row)

    def send_twin(self) -> Exchange:
        """Send the good request itself, once."""
        if self.twin is None:
            self.twin = self.consumer.send(self.part, self.good().changed(note="the same without any change"))
        return self.twin


def named(name: str, changes: Mapping[str, Callable[[str], Change]]) -> Change:
    """The change of a name; the longest known beginning counts, the rest is its argument.

    Raises:
        KeyError: no change begins like that.
    """
    for beginning in sorted(changes, key=len, reverse=True):
        if name.startswith(beginning):
            return changes[beginning](name[len(beginning) :].strip())
    raise KeyError(f"no change is called {name!r}")


def judge_rows(recorder: Recorder, trial: Trial) -> None:
    """Observe what each row was answered with, beside its accepted twin."""
    twin = trial.send_twin()
    for row in trial.rows:
        for requirement in row.requirements:
            # What was accepted speaks for itself: a wrong cancellation that was made leaves none for the good one.
            if not twin.ok and not (row.exchange and row.exchange.ok):
                reason = f"the good {trial.kind} was itself answered with {twin.told()}"
                recorder.not_observed(requirement, reason, of=twin)
            elif row.exchange is None:
                recorder.does_not_arise(requirement, f"{row.change}: there is no such thing in this {trial.kind}")
            else:
                recorder.expect_answer(
                    requirement, row.situation, row.exchange, expected=f"{row.change}: {row.situation}"
                )
    if not twin.ok:
        if trial.due and twin.status not in OVERLOADED and not trial.lost():
            recorder.expect_due(*trial.due, twin)
        raise CannotGoOn(f"the good {trial.kind} was answered with {twin.told()}")


def refused(trial: Trial) -> list[Exchange]:
    """The answers of the trial that were refusals by the system (4xx)."""
    return [row.exchange for row in trial.rows if row.exchange and 400 <= row.exchange.status < 500]
