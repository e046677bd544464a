"""One cause, one failure: what only repeats another failure hangs below it, as not observed.

What a plain request is answered with decides one requirement (a valid booking answers 201: PRV-BOOK-01). Where that
answer is wrong, every other request that succeeds alike is answered alike, and shows nothing of what it was sent
for: of its own requirement nothing was observed, *because of* the first. A value that only those other requests are
answered with stays a failure of their own.

Likewise where a check itself names the requirement in the way: a rejection in HTML (ERR-01) gives no reason (ERR-04).
It is a failure of its own where that other requirement did not fail on the same exchanges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from uec_booking.standard.levels import MUST

from .applicability import Terms
from .observations import NOT_MET, NOT_OBSERVED, VALUE, Observation
from .verdicts import Judged

#: The situation of a plain request, and the requirement that decides what it is answered with.
PLAIN: dict[str, str] = {
    "metadata-ok": "PRV-CAP-01",
    "search-ok": "PRV-SRCH-01",
    "book-ok": "PRV-BOOK-01",
    "read-ok": "PRV-GET-01",
    "cancel-ok": "PRV-CAN-01",
    "appointment-search-ok": "PRV-SAPT-01",
    # Other requests that must be answered as the plain one is.
    "search-no-slots": "PRV-SRCH-01",
    "search-without-optional-parameters": "PRV-SRCH-01",
    "search-busy-status": "PRV-SRCH-01",
    "book-without-nhs-number": "PRV-BOOK-01",
    "registry-register-ok": "REG-01",
    "registry-read-ok": "REG-14",
    "registry-search-ok": "REG-15",
    "registry-cancel-ok": "REG-17",
}

#: Clauses that speak of the plain request itself (its two bounds on start): they name the cause as well as its owner.
_OF_THE_PLAIN = frozenset({"PRV-SRCH-04"})

#: A published list of statuses: an answer that is wrong for its request needs no second failure for being on no list.
_STATUS_LISTS = "ERR-11"


def below_their_causes(seen: Sequence[Sequence[Judged]], terms: Terms) -> list[tuple[Judged, ...]]:
    """What each scenario saw, with what only repeats a failure turned into not observed because of it."""
    wrong: set[tuple[str, str, str]] = set()
    exchanges: dict[str, str] = {}
    failed_on: dict[str, set[tuple[str, str]]] = {}
    for judged in (one for scenario in seen for one in scenario):
        found, owner = judged.observation, PLAIN.get(judged.observation.situation, "")
        if judged.outcome == NOT_MET and found.outcome == VALUE and found.requirement == owner and _binds(owner, terms):
            wrong.add((found.system, owner, found.value))
            exchanges.update(dict.fromkeys(found.exchanges, owner))
        if judged.outcome == NOT_MET and _binds(found.requirement, terms):
            failed_on.setdefault(found.requirement, set()).update(_places(found))

    def placed(judged: Judged) -> Judged:
        found = judged.observation
        owner = PLAIN.get(found.situation, "")
        if judged.outcome == NOT_MET and found.because:
            hangs = bool(found.exchanges) and failed_on.get(found.because, set()) >= _places(found)
            return replace(judged, outcome=NOT_OBSERVED) if hangs else replace(judged, because="")
        if judged.outcome != NOT_MET or found.outcome != VALUE or found.requirement == owner:
            return judged
        if owner and found.requirement not in _OF_THE_PLAIN and (found.system, owner, found.value) in wrong:
            return replace(judged, outcome=NOT_OBSERVED, because=owner)
        if found.requirement == _STATUS_LISTS and found.exchanges and exchanges.keys() >= set(found.exchanges):
            return replace(judged, outcome=NOT_OBSERVED, because=exchanges[found.exchanges[0]])
        return judged

    return [tuple(placed(judged) for judged in scenario) for scenario in seen]


def _places(found: Observation) -> set[tuple[str, str]]:
    return {(found.scenario, exchange) for exchange in found.exchanges}


def _binds(requirement: str, terms: Terms) -> bool:
    """Whether a failure of it is one: only such a one can stand in for others."""
    entry = terms.catalogue.get(requirement)
    return entry is not None and not terms.not_applicable(entry) and terms.level(entry) == MUST
