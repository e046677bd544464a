"""Changes by rule: what stands at a place of a body or of a token, or in a header, with a fault of a kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from uec_booking.standard import names

from ...actors.calls import Call
from ...fhir import contained
from ..variations import Change
from .named import Named
from .near_tokens import base64url

#: Stands for an element that is left out.
_LEFT_OUT = object()
_LONG = 3000


def _body(text: str) -> Change:
    """``Patient.birthDate: empty``: the first of each name on the way to it, in the resource or one contained."""
    path, _, kind = text.partition(": ")
    resource_type, *steps = path.split(".")

    def make(call: Call) -> Call | None:
        resource = copy.deepcopy(dict(call.resource or {}))
        inner = resource if resource_type == "Appointment" else contained(resource, resource_type)
        return call.changed(resource=resource) if isinstance(inner, dict) and _change(inner, steps, kind) else None

    return make


def _token(text: str) -> Change:
    """``requesting_device.model: absent``; the good token where it has no such member."""
    path, _, kind = text.partition(": ")

    def make(claims: Mapping[str, Any]) -> str:
        changed = copy.deepcopy(dict(claims))
        _change(changed, path.split("."), kind)
        # Libraries write no token whose claims are of other types than theirs.
        return f"{base64url({'alg': 'none', 'typ': 'JWT'})}.{base64url(changed)}."

    return lambda call: call.changed(token=make)


def _header(text: str) -> Change:
    """``Ssp-From, empty``: the header as the good request has it, changed."""
    name, _, kind = text.partition(", ")

    def make(call: Call) -> Call | None:
        right = _RIGHT[name](call)
        value = _HEADER_FAULTS[kind](right)
        return call.changed(headers={**call.headers, name: value})

    return make


def _change(holder: dict[str, Any], steps: list[str], kind: str) -> bool:
    """Change what stands there; False where nothing does."""
    *way, last = steps
    place: Any = holder
    for name in way:
        place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, list):
            place = place[0] if place else None
    if not isinstance(place, dict) or last not in place:
        return False
    value = _faulty(place[last], kind)
    if value is _LEFT_OUT:
        del place[last]
    else:
        place[last] = value
    return True


def _faulty(value: Any, kind: str) -> Any:
    if kind.startswith("as "):
        return json.loads(kind.removeprefix("as "))
    if kind in _OF_TEXTS:
        return [_OF_TEXTS[kind](value[0]), *value[1:]] if isinstance(value, list) and value else _OF_TEXTS[kind](value)
    return _OF_ALL[kind](value)


def _of_text(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """What is no text stays: the change is none then, and is not sent."""
    return lambda value: change(value) if isinstance(value, str) else value


_OF_TEXTS: Mapping[str, Callable[[Any], Any]] = {
    "with a blank behind": _of_text(lambda text: f"{text} "),
    "with more behind": _of_text(lambda text: f"{text}x"),
    "cut short": _of_text(lambda text: text[:-1]),
    "in the other case": _of_text(str.swapcase),
}
_OF_ALL: Mapping[str, Callable[[Any], Any]] = {
    "absent": lambda _: _LEFT_OUT,
    "null": lambda _: None,
    "empty": lambda value: type(value)() if isinstance(value, list | dict) else "",
    "doubled": lambda value: [*value, *value] if isinstance(value, list) else [value, value],
    "of another type": lambda value: {"value": 5} if isinstance(value, str | int) else "something",
}
_HEADER_FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "absent": lambda _: None,
    "empty": lambda _: "",
    "doubled": lambda text: f"{text}, {text}",
    "with more behind": lambda text: f"{text}x",
    "cut short": lambda text: text[:-1],
    "in the other case": str.swapcase,
    "very long": lambda text: text + "x" * _LONG,
}
#: What our requests say in headers; the ids of the proxy are twelve digits.
_RIGHT: Mapping[str, Callable[[Call], str]] = {
    names.SSP_TRACE_ID: lambda call: call.request_id,
    names.SSP_FROM: lambda _: "200000000001",
    names.SSP_TO: lambda _: "200000000002",
    names.SSP_INTERACTION_ID: lambda call: call.interaction,
    "Accept": lambda call: call.format,
    "Accept-Encoding": lambda _: "gzip",
}

BY_RULE: Named = {"at": _body, "a token at": _token, "the header": _header}
