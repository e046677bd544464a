"""Defects of slot searches that are rejected, or let through, for what does not matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ....fault_making import breaks, done, provider, rewriting, with_status
from ....formats import CONTENT_TYPES, JSON, parse_body
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import Caller, TokenCheck
from ...building_blocks import open_to_strangers, sent_with_method


def _method_refused(request: Request, response: Response) -> bool:
    return response.status_code == 405


def _empty_search(request: Request, response: Response) -> bool:
    if not done("slots")(request, response) or response.headers["Content-Type"] != CONTENT_TYPES[JSON]:
        return False
    return parse_body(response.get_data(), JSON).get("total") == 0


_SECOND_111 = "X9A02"


@breaks("PRV-SRCH-29", ProviderRules.visible_diaries)
def serves_some_organisations(original: Any, query: Any, caller: Any) -> Any:
    """Slots are withheld from one 111 service."""
    if caller.ods == _SECOND_111:
        raise Rejected("organisation-refused", "Your organisation has no agreement with us.")
    return original(query, caller)


@breaks("PRV-SRCH-28", ProviderRules.slot_query)
def search_needs_patient(original: Any, parameters: Any, now: Any) -> Any:
    """Slots are returned for a known patient only."""
    pairs = list(parameters)
    if not any("patient" in name for name, _ in pairs):
        raise Rejected("invalid-query-value", "The search needs the patient's identifier.")
    return original(pairs, now)


@breaks("PRV-SRCH-39", ProviderRules.slot_query)
def refuses_reverse_includes(original: Any, parameters: Any, now: Any) -> Any:
    """A search with a reverse include is rejected."""
    pairs = list(parameters)
    if any(name.startswith("_revinclude") for name, _ in pairs):
        raise Rejected("invalid-query-value", "Reverse includes are not supported.")
    return original(pairs, now)


def _used_once() -> Callable[..., Caller]:
    """A token is good for one request."""
    used: set[str] = set()

    def caller(original: Any, header: str | None, *rest: Any) -> Caller:
        found: Caller = original(header, *rest)
        if header in used:
            raise Rejected("token-expired", "The token was used before.")
        used.add(str(header))
        return found

    return caller


OVER_VALIDATION: tuple[Fault, ...] = (
    rewriting(
        "wrong-method-fails", "PRV-SRCH-35", "A wrong method is answered with 500.", with_status(500, _method_refused)
    ),
    rewriting(
        "no-slots-is-404", "PRV-SRCH-14", "An empty search is answered with 404.", with_status(404, _empty_search)
    ),
    rewriting(
        "slots-can-be-put",
        "PRV-SRCH-35",
        "PUT of a single Slot is answered with 200.",
        with_status(200, sent_with_method("PUT", within="/Slot/")),
    ),
    provider(
        "search-needs-no-token", "PRV-SRCH-36", "Any token finds slots.", TokenCheck.caller, open_to_strangers("slots")
    ),
    provider(
        "tokens-are-used-once", "PRV-SRCH-01", "A token is good for one request.", TokenCheck.caller, _used_once()
    ),
)
