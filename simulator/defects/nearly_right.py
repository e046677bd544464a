"""Defects that are near to right: where an entry points to, what counts as a repetition or as known."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from flask import request

from ..fault_making import provider
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


def _local_number(original: Any, resource: Any, url: str) -> Any:
    entry = original(resource, url)
    if entry is not None:
        entry["participant"][0]["actor"]["identifier"]["system"] = "https://provider.example/Id/local-patient"
    return entry


def _basic(original: Any, link: Any) -> dict[str, str]:
    headers: dict[str, str] = original(link)
    return {**headers, "Authorization": "Basic " + base64.b64encode(b"provider:secret").decode()}


def _added_on_cancelling(original: Any, pointer: dict[str, Any]) -> dict[str, Any]:
    """What is put back has an element that was not read."""
    return {**original(pointer), "minutesDuration": 15}


_REFUSED: dict[str, Refused] = {}


def _once_refused(original: Any, *arguments: Any) -> Any:
    """A request under the id of one that was refused is answered with that refusal."""
    used = request.headers.get("X-Request-ID", "")
    if used in _REFUSED:
        raise _REFUSED[used]
    try:
        return original(*arguments)
    except Refused as refusal:
        _REFUSED[used] = refusal
        raise


def _gender_in_any_words(original: Any, body: dict[str, Any]) -> Any:
    """The gender of a patient is not held against the codes of FHIR."""
    for resource in body.get("contained") or []:
        if resource.get("resourceType") == "Patient" and str(resource.get("gender")).lower() in ("female", "male"):
            resource["gender"] = resource["gender"].lower()
    return original(body)


def _trusted_connection(original: Any, *arguments: Any) -> Any:
    """Who has shown a good token on this connection need not show another."""
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
    provider(
        "registry-told-a-local-number",
        "REG-07",
        "The patient of an entry has the provider's own system of numbers.",
        ProviderRules.registry_entry,
        _local_number,
    ),
    Fault(
        "registry-called-with-basic",
        "REG-21",
        "The provider calls the registry with a name and a password.",
        "outbox",
        Outbox.headers,
        _basic,
    ),
    Fault(
        "registry-told-more-on-cancelling",
        "REG-11",
        "The update that ends an entry brings an element more.",
        "outbox",
        Outbox.read,
        _added_on_cancelling,
    ),
    provider(
        "refuses-again-what-was-put-right",
        "PRV-XTI-03",
        "A request under the X-Request-ID of one that was refused is refused as that was.",
        ProviderRules.check_body,
        _once_refused,
    ),
    provider(
        "gender-in-any-case",
        "PRV-BOOK-12",
        "A booking whose patient's gender is no code of FHIR is made.",
        ProviderRules.check_body,
        _gender_in_any_words,
    ),
    provider(
        "trusts-the-connection",
        "SEC-22",
        "Who has shown a good token on a connection need not show another.",
        TokenCheck.caller,
        _trusted_connection,
    ),
)
