"""Looking again at what a stored run received, as another edition or reading has it.

What a resource must hold differs by edition, so its faults are found anew in the stored answers. Everything
else that was observed is judged by the edition as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .checks import content, registry_content
from .exchange import Exchange
from .ledger import STANDING, Observation, Run, ScenarioRecord, merged

_LOOKED_FOR = content.DECIDES | registry_content.DECIDES


def looked_at_again(run: Run, edition: str, reading: str) -> Run:
    """The run with what its answers hold observed under ``edition`` and ``reading``.

    An answer too long to be stored whole keeps what was seen of it.
    """
    if (edition, reading) == (run.edition, run.reading):
        return run
    contents = content.ContentChecks(edition, reading)

    def anew(record: ScenarioRecord) -> Iterator[Observation]:
        stored = [Exchange.from_json(data) for data in record.exchanges]
        whole = {exchange.id: exchange for exchange in stored if exchange.response and not exchange.cut}
        for observation in record.observations:
            found_here = observation.step == STANDING and observation.requirement in _LOOKED_FOR
            if not found_here or not whole.keys() >= set(observation.exchanges):
                yield observation
        for exchange in whole.values():
            role = run.systems_under_test.get(exchange.system)
            found = contents.check(exchange) if role == "provider" else ()
            if role == "registry":
                found = registry_content.registry_content(exchange, edition, reading)
            yield from (replace(one, scenario=record.id, step=STANDING) for one in found)

    return replace(
        run,
        scenarios=tuple(replace(record, observations=tuple(merged(list(anew(record))))) for record in run.scenarios),
    )
