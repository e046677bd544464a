"""An exchange as text that a person can read, and as a curl line that a person can try.

The harness has already taken the secrets out; here only shape, length and control
characters are dealt with. See the ledger for the mapping that an exchange is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from uec_booking.harness.judging.verdicts import JudgedRun

from .text import BODY_LIMIT, clean, cut, decoded, one_line, pretty

Exchange = Mapping[str, Any]

# curl sets these itself, or they would make it show what it cannot decode.
_LEFT_TO_CURL = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})
_RESOURCE = re.compile(r"[A-Z][a-z][A-Za-z]*")
_LONGEST_ID = 12
#: Longer bodies would make a curl line that nobody can paste.
_CURL_BODY_LIMIT = 4_000


def title(exchange: Exchange) -> str:
    """``x12 PUT https://… → 200``: one line, to recognise an exchange by."""
    request, response = exchange["request"], exchange.get("response")
    came = response["status"] if response else "no response"
    return one_line(f"{exchange['id']} {request['method']} {decoded(request['url'])} → {came}", 240)


def short_title(exchange: Exchange) -> str:
    """``x12 PUT Appointment/41 → 200``: without the address of the system, and without the query."""
    request, response = exchange["request"], exchange.get("response")
    came = response["status"] if response else "no response"
    return one_line(f"{exchange['id']} {request['method']} {_place(str(request['url']))} → {came}", 120)


def request_text(exchange: Exchange, shown: int = BODY_LIMIT) -> str:
    """Method and URL, headers, body laid out; as HTTP has them, with who sent it above.

    ``shown`` is for who cuts it at so many characters: no more needs to be laid out.
    """
    request = exchange["request"]
    about = f"# {exchange['id']}: {exchange.get('actor') or 'harness'} → {exchange.get('system', '')}"
    about += f", {exchange.get('started', '')}"
    lines = [about]
    if exchange.get("note"):
        lines.append(f"# {exchange['note']}")
    if decoded(request["url"]) != request["url"]:
        lines.append(f"# to be read as: {decoded(request['url'])}")
    lines.append(f"{request['method']} {request['url']}")
    return _message(lines, request, shown)


def response_text(exchange: Exchange, shown: int = BODY_LIMIT) -> str:
    """Status, headers, body laid out; or why there is no response. ``shown`` as in ``request_text``."""
    response = exchange.get("response")
    took = f"# {exchange['id']}: after {float(exchange.get('seconds', 0)):.3f} s"
    if not response:
        return clean(f"{took}\nno response: {exchange.get('error') or 'reason unknown'}\n")
    return _message([took, f"HTTP {response['status']} {response.get('reason', '')}".rstrip()], response, shown)


def curl(exchange: Exchange) -> str:
    """A line for a POSIX shell that sends the same again; redacted values are to be filled in."""
    request = exchange["request"]
    url = clean(request["url"])
    words = ["curl", "-i", "-X", clean(request["method"])]
    if any(mark in url for mark in "[]{}"):
        words.append("--globoff")
    for name, value in request.get("headers", ()):
        if name.lower() not in _LEFT_TO_CURL:
            words += ["-H", one_line(f"{name}: {value}", 2_000)]
    body = request.get("body") or ""
    if body and not request.get("body_encoding") and len(body) <= _CURL_BODY_LIMIT:
        words += ["--data-binary", clean(body)]
    elif body:
        words += ["--data-binary", "@body"]
    return " ".join(map(shlex.quote, [*words, "--url", url]))


def of_run(run: JudgedRun) -> dict[tuple[str, str], Exchange]:
    """Exchanges by (scenario id, exchange id): exchange ids alone need not be unique over workers."""
    return {
        (scenario.record.id, str(exchange["id"])): exchange
        for scenario in run.scenarios
        for exchange in scenario.record.exchanges
    }


def _message(lines: list[str], message: Mapping[str, Any], shown: int) -> str:
    head = [one_line(line, 4_000) for line in lines]
    head += [one_line(f"{name}: {value}", 4_000) for name, value in message.get("headers", ())]
    body = message.get("body") or ""
    if message.get("body_encoding"):
        body = f"({message['body_encoding']}, as the bytes are not text)\n" + cut(clean(body), BODY_LIMIT)
    else:
        body = pretty(body, shown)
    return "\n".join([*head[:200], "", body]).rstrip() + "\n"


def _place(url: str) -> str:
    """The path from the type of resource on, long ids cut; the last of the path where no resource is named."""
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return "an address that cannot be read"
    types = [number for number, part in enumerate(parts) if _RESOURCE.fullmatch(part)]
    shown = parts[types[-1] :] if types else parts[-1:]
    return "/".join(part if len(part) <= _LONGEST_ID + 8 else f"{part[:_LONGEST_ID]}…" for part in shown) or "/"
