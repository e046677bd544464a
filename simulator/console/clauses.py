"""Which requirement an exchange is about: the one that asks for its answer, be that a rejection.

Told of systems as they should be: a defect that is switched on answers otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

#: By what was asked, in the words of ``interactions``: what asks for the answer where nothing is wrong.
ANSWERED: Mapping[str, str] = {
    "Read the capability statement": "PRV-CAP-01",
    "Search for free slots": "PRV-SRCH-01",
    "Book an appointment": "PRV-BOOK-01",
    "Search for a patient's appointments": "PRV-SAPT-01",
    "Read an appointment": "PRV-GET-01",
    "Cancel or change an appointment": "PRV-CAN-01",
    "Register an appointment": "REG-01",
    "Search the registry": "REG-15",
    "Read a registry entry": "REG-14",
    "Update a registry entry": "REG-17",
    "Search for services": "DOS-01",
    "Look up a system": "SDS-01",
}
_AT_A_PROVIDER: Mapping[str, str] = {
    "token-absent": "SEC-21",
    "token-malformed": "SEC-22",
    "token-expired": "SEC-23",
    "token-audience": "SEC-26",
    "token-scope": "SEC-27",
    "organisation-refused": "SEC-35",
    "invalid-query-value": "PRV-SRCH-10",
    "unknown-service": "PRV-SRCH-11",
    "search-window-past": "PRV-SRCH-12",
    "malformed-body": "PRV-BOOK-13",
    "body-cut-short": "PRV-BOOK-13",
    "profile-breach": "PRV-BOOK-12",
    "business-rule": "PRV-BOOK-12",
    "invalid-nhs-number": "PRV-BOOK-19",
    "rank-rules": "PRV-BOOK-21",
    "unknown-slot": "PRV-BOOK-14",
    "slot-taken": "PRV-BOOK-10",
    "reused-request-id": "PRV-XTI-03",
    "no-if-match": "PRV-CAN-09",
    "bad-if-match": "PRV-CAN-08",
    "stale-version": "PRV-CAN-08",
    "cancel-differs": "PRV-CAN-07",
    "not-found": "PRV-GET-03",
    "unsupported-request-type": "PRV-BOOK-23",
    "unsupported-response-format": "FMT-06",
    "wrong-method": "FMT-23",
}
#: Where an update is asked for otherwise than a booking.
_OF_UPDATES: Mapping[str, str] = {
    "malformed-body": "PRV-CAN-11",
    "body-cut-short": "PRV-CAN-11",
    "profile-breach": "PRV-CAN-10",
    "business-rule": "PRV-CAN-10",
    "organisation-refused": "PRV-CAN-13",
}
_AT_THE_REGISTRY: Mapping[str, str] = {
    **dict.fromkeys(("token-absent", "token-malformed", "token-expired", "token-audience", "token-scope"), "REG-20"),
    **dict.fromkeys(("malformed-body", "body-cut-short", "profile-breach", "business-rule"), "REG-09"),
    **dict.fromkeys(("no-if-match", "bad-if-match", "stale-version"), "REG-19"),
    "cancel-differs": "REG-18",
}


def clause(what: str, system: str, method: str, status: int, situation: str) -> str:
    """``meets PRV-BOOK-01`` or ``rejected by SEC-23``; empty where no single requirement asks for such an answer."""
    if not situation:
        met = ANSWERED.get(what, "") if status < 300 else ""
        return f"meets {met}" if met else ""
    of_updates = _OF_UPDATES if method == "PUT" else {}
    table = _AT_THE_REGISTRY if system == "registry" else {**_AT_A_PROVIDER, **of_updates}
    rejecting = table.get(situation, "")
    return f"rejected by {rejecting}" if rejecting else ""


#: Every requirement that is named here.
NAMED = frozenset(
    [*ANSWERED.values(), *_AT_A_PROVIDER.values(), *_OF_UPDATES.values(), *_AT_THE_REGISTRY.values()],
)
#: Every situation that is told of.
SITUATIONS = frozenset([*_AT_A_PROVIDER, *_OF_UPDATES, *_AT_THE_REGISTRY])
