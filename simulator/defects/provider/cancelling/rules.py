"""Defects of who may cancel, and of which cancellations are let through."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g

from ....fault_making import (
    breaks,
    in_contained,
    interaction,
    met,
    provider,
    rewriting,
    with_body,
    with_status,
    without,
)
from ....provider.resources import ProviderResources
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import TokenCheck
from ...building_blocks import Resource, open_to_strangers, status_instead


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def cancel_may_change_anything(original: Any, *arguments: Any) -> None:
    """A cancellation with other changes is accepted.

    No check at all.
    """


@breaks("PRV-CAN-08", ProviderRules.check_version)
def cancel_of_any_version(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation of an old version is accepted."""
    if not if_match:
        original(current, if_match)


@breaks("PRV-CAN-09", ProviderRules.check_version)
def cancel_without_if_match(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation without If-Match is accepted."""
    if if_match:
        original(current, if_match)


@breaks("PRV-CAN-01", ProviderRules.check_may_cancel)
def nobody_may_cancel(original: Any, current: Any, caller: Any) -> None:
    """Every cancellation is rejected, whoever asks for it."""
    raise Rejected("organisation-refused", "Appointments are cancelled by telephone only.")


def _without_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def new_id_on_cancel(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation has another id."""
    return {**original(previous, cancelled), "id": f"{previous.id[:-1]}x"}


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def cancel_answers_booked(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation shows it booked."""
    return {**original(previous, cancelled), "status": "booked"}


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def cancelling_forgets_the_next_of_kin(
    original: Callable[..., Resource], previous: Any, cancelled: Resource
) -> Resource:
    """The answer to a cancellation has no contacts of the patient."""
    resource = copy.deepcopy(original(previous, cancelled))
    in_contained("Patient", without("contact"))(resource)
    return resource


@breaks("PRV-CAN-18", ProviderRules.check_version)
def overwrites_the_newer(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation from the version before the current one is accepted.

    The version before the current one is good enough, and the update is judged by what that one held.
    """
    tag = (if_match or "").strip().removeprefix("W/").strip('"')
    if tag != str(current.version - 1):
        original(current, if_match)
        return
    object.__setattr__(current, "status", "booked")


@breaks("PRV-CAN-19")
def put_creates(request: Request, response: Response) -> None:
    """An update of an unknown id is answered with 201."""
    if g.get("situation") == "not-found" and interaction(request) == "cancel":
        response.status_code = 201
        response.set_data(g.raw_body)


def _breach_in_cancel(request: Request, response: Response) -> bool:
    return response.status_code == 422 and interaction(request) == "cancel"


RULES: tuple[Fault, ...] = (
    rewriting(
        "refuses-without-reason",
        "PRV-CAN-13",
        "Another organisation's cancellation is rejected without the reason.",
        with_body(_without_reason, lambda request, response: met("organisation-refused")),
    ),
    provider(
        "cancel-needs-no-token", "PRV-CAN-12", "Any token cancels.", TokenCheck.caller, open_to_strangers("cancel")
    ),
    rewriting(
        "cancel-breach-is-404",
        "PRV-CAN-10",
        "A breach in a cancellation is answered with 404.",
        with_status(404, _breach_in_cancel),
    ),
    status_instead(
        "malformed-cancel-is-422",
        "PRV-CAN-11",
        "A malformed cancellation is answered with 422.",
        422,
        "malformed-body",
        "cancel",
    ),
    status_instead(
        "stale-cancel-is-422", "PRV-CAN-08", "A stale version is answered with 422.", 422, "stale-version", "cancel"
    ),
    status_instead("no-if-match-is-400", "PRV-CAN-09", "A missing If-Match is answered with 400.", 400, "no-if-match"),
)
