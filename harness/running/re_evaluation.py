"""Looking again at what a stored run received, as another edition or reading has it.

Of all that is checked on every exchange, editions differ in what a resource has to hold. The answers in which they
differ are looked at under both: what only the run's own edition finds goes, what only the other one finds comes.
All else would be found again as it was, and stays; so does what the checks of a scenario observed, which depends on
what its steps were about. All of it is judged by the edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from uec_booking.standard.roles import ROLES

from ..checks.every_exchange.content import ContentChecks, ContentDifference
from ..checks.every_exchange.registry_content import RegistryDifference, registry_content
from ..http.exchange import Exchange
from ..judging.observations import STANDING, Observation, Run, ScenarioRecord, merged

#: An edition in a reading.
_Asked = tuple[str, str]


def looked_at_again(
    run: Run, edition: str, reading: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Run:
    """The run with what holds of every exchange observed under ``edition`` and ``reading``; its own change nothing.

    An answer too long to be stored whole keeps what was seen of it. ``progress`` is told after each scenario.
    """
    if (edition, reading) == (run.edition, run.reading):
        return run
    again = _Again(run, (edition, reading))
    records = []
    for number, record in enumerate(run.scenarios, start=1):
        records.append(again.record(record))
        progress(number, len(run.scenarios))
    return replace(run, scenarios=tuple(records))


class _Again:
    def __init__(self, run: Run, other: _Asked) -> None:
        own = (run.edition, run.reading)
        self._asked = (own, other)
        self._roles = {key: ROLES[name] for key, name in run.systems_under_test.items()}
        self._contents = ContentDifference(own, other)
        self._pointers = RegistryDifference(own, other)

    def record(self, record: ScenarioRecord) -> ScenarioRecord:
        gone: dict[tuple[str, ...], set[str]] = {}
        come: list[Observation] = []
        for own, other in self._found(self._stored(record)):
            # What both find stays as it is.
            for one in _as_recorded(own, other, record):
                gone.setdefault(one.sameness(), set()).update(one.exchanges)
            come += _as_recorded(other, own, record)
        if not gone and not come:
            return record
        stays = []
        for one in record.observations:
            left = tuple(id for id in one.exchanges if id not in gone.get(one.sameness(), ()))
            if left or not one.exchanges:
                stays.append(replace(one, exchanges=left))
        return replace(record, observations=tuple(merged([*stays, *come])))

    def _stored(self, record: ScenarioRecord) -> Iterator[Exchange]:
        """Those that can matter. An exchange that was not checked in the run is not checked now."""
        checked = {id for seen in record.observations if seen.step == STANDING for id in seen.exchanges}
        for data in record.exchanges:
            role = self._roles.get(data["system"])
            if role is not None and not role.asks and data["id"] in checked:
                difference = self._contents if role.offers_slots else self._pointers
                if difference.is_possible:
                    yield Exchange.from_json(data)

    def _found(self, exchanges: Iterable[Exchange]) -> Iterator[tuple[list[Observation], list[Observation]]]:
        """What each of the two finds in the exchanges of a scenario in which they differ."""
        checks = [ContentChecks(*asked, only=self._contents.clauses) for asked in self._asked]
        for exchange in exchanges:
            if not self._roles[exchange.system].offers_slots:
                if not exchange.cut and self._pointers.is_in(exchange):
                    own, other = (list(registry_content(exchange, *asked)) for asked in self._asked)
                    yield own, other
                continue
            for one in checks:
                one.note(exchange)
            if not exchange.cut and self._contents.is_in(exchange):
                own, other = (list(one.check(exchange)) for one in checks)
                yield own, other


def _as_recorded(found: list[Observation], but: list[Observation], record: ScenarioRecord) -> list[Observation]:
    left = set(but)
    return [replace(one, scenario=record.id, step=STANDING) for one in found if one not in left]
