"""One cause, one failure: what only repeats another failure hangs below it, as not observed.

What a plain request is answered with decides one requirement (a valid booking answers 201: PRV-BOOK-01). Where that
answer is wrong, every other request that succeeds alike is answered alike, and shows nothing of what it was sent
for: of its own requirement nothing was observed, *because of* the first. A value that only those other requests are
answered with stays a failure of their own.

Likewise where a check itself names the requirement in the way: a rejection in HTML (ERR-01) gives no reason (ERR-04).
It is a failure of its own where that other requirement did not fail on the same exchanges.

What a random sequence of requests came upon is a failure of its own only where no scenario has found anything of the
same matter: else it is that failure once more, seen in another way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from uec_booking.standard.levels import MUST

from .applicability import Terms
from .observations import NOT_MET, NOT_OBSERVED, UNSOUGHT, VALUE, Observation
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

#: Requirements that are about one matter: whoever breaks one of them is seen to break the others, too.
MATTERS: tuple[frozenset[str], ...] = (
    # Whose a slot is.
    frozenset(
        {
            *("PRV-BOOK-01", "PRV-BOOK-02", "PRV-BOOK-03", "PRV-BOOK-10", "PRV-BOOK-14", "PRV-BOOK-16"),
            *("PRV-XTI-03", "WKF-09", "ERR-15"),
        }
    ),
    # What an appointment holds.
    frozenset({"PRV-BOOK-07", "PRV-BOOK-09", "PRV-GET-01", "PRV-GET-05", "PRV-GET-06", "PRV-GET-14", "FMT-08"}),
    # What became of it, and which versions there are.
    frozenset(
        {
            *("PRV-CAN-01", "PRV-CAN-02", "PRV-CAN-06", "PRV-CAN-07", "PRV-CAN-08", "PRV-CAN-18"),
            *("PRV-GET-02", "PRV-GET-07", "PRV-GET-13", "PRV-XTI-04", "FMT-24", "ERR-15"),
        }
    ),
    # Which appointments a patient has.
    frozenset({"PRV-SAPT-01", "PRV-SAPT-06", "PRV-SAPT-07"}),
    # What the registry has of them.
    frozenset({"REG-01", "REG-04", "REG-05", "REG-14", "REG-15", "REG-17", "REG-19"}),
)

#: A published list of statuses: an answer that is wrong for its request needs no second failure for being on no list.
_STATUS_LISTS = "ERR-11"


def below_their_causes(seen: Sequence[Sequence[Judged]], terms: Terms) -> list[tuple[Judged, ...]]:
    """What each scenario saw, with what only repeats a failure turned into not observed because of it."""
    wrong: set[tuple[str, str, str]] = set()
    exchanges: dict[str, str] = {}
    failed_on: dict[str, set[tuple[str, str]]] = {}
    sought: set[tuple[str, str]] = set()
    for judged in (one for scenario in seen for one in scenario):
        found, owner = judged.observation, PLAIN.get(judged.observation.situation, "")
        if judged.outcome == NOT_MET and found.outcome == VALUE and found.requirement == owner and _binds(owner, terms):
            wrong.add((found.system, owner, found.value))
            exchanges.update(dict.fromkeys(found.exchanges, owner))
        if judged.outcome == NOT_MET and _binds(found.requirement, terms):
            failed_on.setdefault(found.requirement, set()).update(_places(found))
            if found.where != UNSOUGHT:
                sought.add((found.system, found.requirement))

    def placed(judged: Judged) -> Judged:
        found = judged.observation
        owner = PLAIN.get(found.situation, "")
        if judged.outcome == NOT_MET and found.where == UNSOUGHT:
            cause = _same_matter(found, sought)
            return replace(judged, outcome=NOT_OBSERVED, because=cause) if cause else judged
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


def _same_matter(found: Observation, sought: Collection[tuple[str, str]]) -> str:
    """What scenarios found of the same system and matter: the requirement itself, or else another; empty if nothing."""
    of_system = {requirement for system, requirement in sought if system == found.system}
    alike = {name for matter in MATTERS if found.requirement in matter for name in matter}
    return found.requirement if found.requirement in of_system else min(alike & of_system, default="")


def _places(found: Observation) -> set[tuple[str, str]]:
    return {(found.scenario, exchange) for exchange in found.exchanges}


def _binds(requirement: str, terms: Terms) -> bool:
    """Whether a failure of it is one: only such a one can stand in for others."""
    entry = terms.catalogue.get(requirement)
    return entry is not None and not terms.not_applicable(entry) and terms.level(entry) == MUST
