"""Variants in what is kept of a booking as it was sent, and what is written anew."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from ..fault_making import provider
from ..provider.rules import ProviderRules
from ..seams import Fault

_Booked = Callable[..., dict[str, Any]]


def _as_sent(original: _Booked, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """start and end stay as the consumer wrote them, in the appointment and in its slot."""
    resource = original(body, new_id, now)
    _keep_times(resource, body)
    for here, sent in zip(_slots(resource), _slots(body), strict=True):
        _keep_times(here, sent)
    return resource


def _slots(resource: Any) -> list[dict[str, Any]]:
    return [one for one in resource.get("contained") or [] if one.get("resourceType") == "Slot"]


def _keep_times(resource: dict[str, Any], sent: Any) -> None:
    resource.update({name: sent[name] for name in ("start", "end") if name in sent})


def _named_anew(original: _Booked, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """A participant is called what the contained patient is called, whatever the consumer called it."""
    resource = copy.deepcopy(original(body, new_id, now))
    patients = [one for one in resource.get("contained") or [] if one.get("resourceType") == "Patient"]
    names = {f"#{one.get('id')}": one.get("name") for one in patients}
    for participant in resource.get("participant") or []:
        actor = participant.get("actor") or {}
        shown = _shown(names.get(str(actor.get("reference"))) or ())
        if shown:
            actor["display"] = shown
    return resource


def _shown(names: Iterable[dict[str, Any]]) -> str:
    return next((" ".join([*(name.get("given") or []), name.get("family") or ""]) for name in names), "")


STORED: tuple[Fault, ...] = (
    provider(
        "keeps-times-as-sent",
        "FMT-20",
        "The times of appointments and of their slots are kept as the consumer wrote them.",
        ProviderRules.booked,
        _as_sent,
    ),
    provider(
        "writes-names-anew",
        "RES-APT-09",
        "The name of a participant is written anew, from that of the contained patient.",
        ProviderRules.booked,
        _named_anew,
    ),
)
