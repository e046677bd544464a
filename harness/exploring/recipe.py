"""A finding as requests that anybody can send again: what differs from run to run is left to be filled in.

``after`` are whole seconds that went by before a request: they may be what matters.
A placeholder is ``@{slot2.start}@``, a member of a free slot; ``@{3:id}@``, a value of the answer to the third request;
``@{uuid:1}@``, a new X-Request-ID; or ``@{time:now:21600}@``, a moment so many seconds from now or from the first slot.
``reports/templates/exploration/reproduce.sh.j2`` fills them in.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from uec_booking.standard import names

from ..actors.appointment_body import Slot
from ..http.exchange import Exchange, header
from ..http.sent import sent_body
from ..http.times import moment
from ..http.urls import split
from ..settings.model import Part

_BOUND = re.compile(r"(ge|gt|le|lt)(\d{4}-\d\d-\d\dT[^ ]+)")
#: Members of a slot that a request repeats, the longest text first: one may be part of another.
_OF_SLOT = ("identifier", "schedule", "start", "end", "id")
#: Values of an answer that a later request repeats.
_OF_ANSWER = ("id", "created", "lastUpdated")
#: Headers that are made anew by whoever sends the request.
_LEFT_OUT = frozenset({"content-length", "host"})


def recipe(exchanges: Sequence[Exchange], slots: Sequence[Slot], part: Part) -> list[dict[str, Any]]:
    """The requests of a finding, in their order, with placeholders; the first one is the search for free slots."""
    ids: dict[str, str] = {}
    made = []
    for number, exchange in enumerate(exchanges, 1):
        known = _known(exchanges[: number - 1], slots, exchange, part)
        made.append(_request(number, exchange, exchanges, slots, part, known, ids))
    return made


def _request(
    number: int,
    exchange: Exchange,
    exchanges: Sequence[Exchange],
    slots: Sequence[Slot],
    part: Part,
    known: Mapping[str, str],
    ids: dict[str, str],
) -> dict[str, Any]:
    request = exchange.request
    address = request.url.removeprefix(f"{part.ssp_url.rstrip('/')}/" if part.ssp_url else "")
    path = address.removeprefix(part.base_url).partition("?")[0]
    base = slots[0] if slots and number > 1 else None
    query = [[name, _moments(value, exchange, base)] for name, value in parse_qsl(split(address).query, True)]
    headers = [
        [name, _filled(_id(name, value, ids), known, exchanges[: number - 1])]
        for name, value in request.headers
        if name.lower() not in _LEFT_OUT | {"authorization"}
    ]
    return {
        "number": number,
        "after": _after(exchanges[number - 2], exchange) if number > 1 else 0,
        "method": request.method,
        "path": _version(_filled(path, known, exchanges[: number - 1]), exchanges[: number - 1]),
        "query": query,
        "headers": headers,
        "authorization": _authorization(exchange, part),
        "body": _body(exchange, exchanges[: number - 1], known),
        "status": exchange.status,
    }


def _after(before: Exchange, exchange: Exchange) -> int:
    """The whole seconds between an answer and the next request."""
    one, next_one = moment(before.started), moment(exchange.started)
    return int((next_one - one).total_seconds() - before.seconds) if one and next_one else 0


def _known(earlier: Sequence[Exchange], slots: Sequence[Slot], exchange: Exchange, part: Part) -> dict[str, str]:
    """The texts that differ from run to run, each with its placeholder."""
    found: dict[str, str] = {}
    body = exchange.request.body.decode("utf-8", "replace")
    # Slots of one time or one schedule are told apart by which of them the request names.
    for index, slot in sorted(enumerate(slots, 1), key=lambda one: one[1].identifier not in body):
        for name, value in slot_members(slot).items():
            if value:
                found.setdefault(value, f"@{{slot{index}.{name}}}@")
    for number, answer in enumerate(earlier, 1):
        if answer.resource.get("resourceType") == "Appointment":
            meta = answer.resource.get("meta") or {}
            for name in _OF_ANSWER:
                shown = answer.resource.get(name) or meta.get(name)
                if isinstance(shown, str) and len(shown) > 3:
                    found[shown] = f"@{{{number}:{name}}}@"
    return found


def slot_members(slot: Slot) -> dict[str, str]:
    """What a request may repeat of a slot."""
    members = {
        "identifier": slot.identifier,
        "schedule": str((slot.resource.get("schedule") or {}).get("reference", "")),
        **{name: str(slot.resource.get(name, "")) for name in ("start", "end", "id")},
    }
    return {name: members[name] for name in _OF_SLOT}


def _filled(text: str, known: Mapping[str, str], earlier: Sequence[Exchange]) -> str:
    for number, answer in reversed(list(enumerate(earlier, 1))):
        etag = answer.header("ETag")
        if etag and text == etag:
            return f"@{{{number}:ETag}}@"
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, known[value])
    return text


def _version(path: str, earlier: Sequence[Exchange]) -> str:
    """A version in a path, as the answer that showed it first had it."""
    stable, there, version = path.partition("/_history/")
    for number, answer in enumerate(earlier, 1):
        meta = answer.resource.get("meta")
        if there and isinstance(meta, Mapping) and meta.get("versionId") == version:
            return f"{stable}/_history/@{{{number}:versionId}}@"
    return path


def _id(name: str, value: str, ids: dict[str, str]) -> str:
    """A new X-Request-ID, and the same one where it was used again."""
    if name != names.REQUEST_ID:
        return value
    return ids.setdefault(value, f"@{{uuid:{len(ids) + 1}}}@")


def _moments(value: str, exchange: Exchange, slot: Slot | None) -> str:
    """A bound of a window, counted from the first slot, or from now."""
    bound = _BOUND.fullmatch(value)
    at = moment(bound[2]) if bound else None
    since = slot.start if slot else moment(exchange.started)
    if bound is None or at is None or since is None:
        return value
    origin = "slot1" if slot else "now"
    return f"{bound[1]}@{{time:{origin}:{round((at - since).total_seconds())}}}@"


def _authorization(exchange: Exchange, part: Part) -> dict[str, Any] | None:
    """The token, its times counted from now; None for no token. One of a token service is not kept."""
    value = header(exchange.request.headers, "Authorization")
    if value is None:
        return None
    if part.oauth is not None or part.token:
        return {"given": True}
    scheme, _, token = value.partition(" ")
    head, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        sent = moment(exchange.started)
        assert sent is not None
        offsets = {name: round(claims.pop(name) - sent.timestamp()) for name in ("iat", "exp") if name in claims}
    except (ValueError, TypeError, AttributeError):
        return {"literal": value}
    return {"scheme": scheme, "head": head, "claims": claims, "times": offsets, "signature": signature}


def _body(exchange: Exchange, earlier: Sequence[Exchange], known: Mapping[str, str]) -> dict[str, Any] | None:
    """The body: a text, or what is changed of an appointment that was read."""
    raw = exchange.request.body
    if not raw:
        return None
    sent = sent_body(exchange)
    if exchange.request.method == "PUT" and sent and b"<" not in raw[:1]:
        for number, answer in reversed(list(enumerate(earlier, 1))):
            in_json = answer.response is not None and not answer.response.is_xml
            if in_json and sent.get("id") == answer.resource.get("id") is not None:
                changed = {name: value for name, value in sent.items() if answer.resource.get(name) != value}
                gone = [name for name in answer.resource if name not in sent]
                text = _filled(json.dumps(changed), known, ())
                return {"of": number, "changed": json.loads(text), "gone": gone}
    try:
        return {"text": _filled(raw.decode("utf-8"), known, ())}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii")}
