"""Defects that are near to right: where an entry points to, what counts as a repetition or as known."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from flask import request

from ..fault_making import breaks, provider
from ..outbox import Outbox
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault
from ..tokens import TokenCheck


def _pointing(url: Callable[[str], str]) -> Callable[..., Any]:
    def registry_entry(original: Any, resource: Any, at: str) -> Any:
        entry = original(resource, at)
        if entry is not None:
            entry["identifier"][0]["value"] = url(at)
        return entry

    return registry_entry


def _inside(url: str) -> str:
    """As the provider's own servers call it."""
    return "http://app-server-01.internal:8080/Appointment/" + url.rpartition("/")[2]


@breaks("REG-07", ProviderRules.registry_entry)
def registry_told_a_local_number(original: Any, resource: Any, url: str) -> Any:
    """The patient of an entry has the provider's own system of numbers."""
    entry = original(resource, url)
    if entry is not None:
        entry["participant"][0]["actor"]["identifier"]["system"] = "https://provider.example/Id/local-patient"
    return entry


@breaks("REG-21", Outbox.headers)
def registry_called_with_basic(original: Any, link: Any) -> dict[str, str]:
    """The provider calls the registry with a name and a password."""
    headers: dict[str, str] = original(link)
    return {**headers, "Authorization": "Basic " + base64.b64encode(b"provider:secret").decode()}


@breaks("REG-11", Outbox.read)
def registry_told_more_on_cancelling(original: Any, pointer: dict[str, Any]) -> dict[str, Any]:
    """The update that ends an entry brings an element more.

    What is put back has an element that was not read.
    """
    return {**original(pointer), "minutesDuration": 15}


_REFUSED: dict[str, Refused] = {}


@breaks("PRV-XTI-03", ProviderRules.check_body)
def refuses_again_what_was_put_right(original: Any, *arguments: Any) -> Any:
    """A request under the X-Request-ID of one that was refused is refused as that was.

    A request under the id of one that was refused is answered with that refusal.
    """
    used = request.headers.get("X-Request-ID", "")
    if used in _REFUSED:
        raise _REFUSED[used]
    try:
        return original(*arguments)
    except Refused as refusal:
        _REFUSED[used] = refusal
        raise


@breaks("PRV-BOOK-12", ProviderRules.check_body)
def gender_in_any_case(original: Any, body: dict[str, Any]) -> Any:
    """A booking whose patient's gender is no code of FHIR is made.

    The gender of a patient is not held against the codes of FHIR.
    """
    for resource in body.get("contained") or []:
        if resource.get("resourceType") == "Patient" and str(resource.get("gender")).lower() in ("female", "male"):
            resource["gender"] = resource["gender"].lower()
    return original(body)


@breaks("SEC-22", TokenCheck.caller)
def trusts_the_connection(original: Any, *arguments: Any) -> Any:
    """Who has shown a good token on a connection need not show another.

    Who has shown a good token on this connection need not show another.
    """
    here = (request.environ.get("REMOTE_ADDR"), request.environ.get("REMOTE_PORT"))
    try:
        caller = original(*arguments)
    except Refused:
        known = vars(original.__self__).get("known_connections", {})
        if here not in known:
            raise
        return known[here]
    vars(original.__self__).setdefault("known_connections", {})[here] = caller
    return caller


NEARLY_RIGHT: tuple[Fault, ...] = (
    provider(
        "registry-told-of-a-version",
        "REG-07",
        "The entry points to the first version of the appointment.",
        ProviderRules.registry_entry,
        _pointing(lambda url: f"{url}/_history/1"),
    ),
    provider(
        "registry-told-an-inner-address",
        "REG-07",
        "The entry points to a host that nobody outside knows.",
        ProviderRules.registry_entry,
        _pointing(_inside),
    ),
)
