"""Looking again at what a stored run received, as another edition or reading has it.

What a resource must hold differs by edition, so its faults are found anew in the stored answers, for the clauses that
some edition asks otherwise. Everything else that was observed is judged by the edition as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from uec_booking.standard.roles import PROVIDER, REGISTRY, ROLES

from ..checks.every_exchange import content, registry_content
from ..http.exchange import Exchange
from ..judging.observations import STANDING, Observation, Run, ScenarioRecord, merged


def looked_at_again(
    run: Run, edition: str, reading: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Run:
    """The run with what its answers hold observed under ``edition`` and ``reading``.

    An answer too long to be stored whole keeps what was seen of it. ``progress`` is told after each scenario.
    """
    if (edition, reading) == (run.edition, run.reading):
        return run
    again = _Again(run, edition, reading)
    records = []
    for number, record in enumerate(run.scenarios, start=1):
        records.append(replace(record, observations=tuple(merged(list(again.observations(record))))))
        progress(number, len(run.scenarios))
    return replace(run, scenarios=tuple(records))


class _Again:
    def __init__(self, run: Run, edition: str, reading: str) -> None:
        self._roles = run.systems_under_test
        self._edition = edition
        self._reading = reading
        self._contents = content.ContentChecks(edition, reading, otherwise=True)
        #: The clauses that are looked for, by the role that they bind.
        self._clauses = {PROVIDER.name: content.DECIDES - content.ALIKE}
        if not registry_content.asked_alike(run.edition, edition):
            self._clauses[REGISTRY.name] = registry_content.DECIDES

    def observations(self, record: ScenarioRecord) -> Iterator[Observation]:
        stored = (Exchange.from_json(data) for data in record.exchanges if self._role(data["system"]) in self._clauses)
        whole = {exchange.id: exchange for exchange in stored if exchange.response and not exchange.cut}
        for observation in record.observations:
            clauses = self._clauses.get(self._role(observation.system), ())
            found_here = observation.step == STANDING and observation.requirement in clauses
            if not found_here or not whole.keys() >= set(observation.exchanges):
                yield observation
        for exchange in whole.values():
            yield from (replace(one, scenario=record.id, step=STANDING) for one in self._found(exchange))

    def _role(self, system: str) -> str:
        return self._roles.get(system, "")

    def _found(self, exchange: Exchange) -> Iterator[Observation]:
        if ROLES[self._role(exchange.system)].offers_slots:
            return self._contents.check(exchange)
        return registry_content.registry_content(exchange, self._edition, self._reading)
