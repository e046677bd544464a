"""Exchanges as attachments of Allure's own type: request and response side by side in one file.

https://allurereport.org/docs/attachments/ describes the type. What a system sent stands in it as JSON, XML or plain
text, whatever it called itself: nothing of it is shown as HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from allure_commons.model2 import Attachment

from .allure_model import milliseconds, stable_id
from .exchanges import Exchange, short_title
from .text import BODY_LIMIT, clean, one_line, pretty

TYPE = "application/vnd.allure.http+json"
#: Characters of a body where all went well; the stored run has all of it.
PASSED_LIMIT = 1_200
_HEADERS_SHOWN, _LONGEST_VALUE = 100, 4_000

Key = tuple[str, str]


class Attachments:
    """Those of one run, in one folder. ``exchanges`` are by scenario and id; ``short`` are those that fell short."""

    def __init__(self, folder: Path, exchanges: Mapping[Key, Exchange], short: Iterable[Key] = ()) -> None:
        self._folder = folder
        self._exchanges = exchanges
        self._short = frozenset(short)
        self._times: dict[Key, int] = {}

    def of(self, scenario: str, ids: Iterable[str]) -> list[Attachment]:
        """An attachment for each exchange that is known."""
        return [self._attached((scenario, id)) for id in ids if (scenario, id) in self._exchanges]

    def _attached(self, key: Key) -> Attachment:
        exchange = self._exchanges[key]
        # A file for each place: Allure 3 misses what two tests share.
        self._times[key] = self._times.get(key, 0) + 1
        source = f"{stable_id('exchange', *key, str(self._times[key]))}-attachment.httpexchange"
        limit = BODY_LIMIT if key in self._short else PASSED_LIMIT
        told = json.dumps(as_attachment(exchange, limit), ensure_ascii=False, separators=(",", ":"))
        (self._folder / source).write_text(told, encoding="utf-8", newline="\n")
        return Attachment(name=short_title(exchange), source=source, type=TYPE)


def as_attachment(exchange: Exchange, limit: int) -> dict[str, Any]:
    """The exchange as Allure 3 reads it, bodies cut at ``limit`` characters."""
    request, response = exchange["request"], exchange.get("response")
    start = milliseconds(exchange.get("started"))
    made: dict[str, Any] = {
        "schemaVersion": 1,
        "start": start,
        "stop": start + round(float(exchange.get("seconds") or 0) * 1000),
        "request": {
            "method": one_line(request["method"]),
            "url": one_line(request["url"], _LONGEST_VALUE),
            "query": _pairs(_query(str(request["url"]))),
            **_message(request, limit),
        },
    }
    if response:
        status = {"status": response["status"], "statusText": one_line(response.get("reason", ""))}
        made["response"] = {**status, **_message(response, limit)}
    else:
        made["error"] = {"name": "no response", "message": one_line(exchange.get("error") or "reason unknown", 2_000)}
    return made


def _message(message: Mapping[str, Any], limit: int) -> dict[str, Any]:
    made: dict[str, Any] = {"headers": _pairs(message.get("headers", ()))}
    body = message.get("body") or ""
    if body:
        made["body"] = _body(body, bool(message.get("body_encoding")), limit)
    return made


def _body(body: str, encoded: bool, limit: int) -> dict[str, Any]:
    """Under a type by what it begins with: what a system calls its body could make a viewer render it."""
    kind = {"{": "application/json", "[": "application/json", "<": "application/xml"}.get(
        body.lstrip()[:1], "text/plain"
    )
    shown = pretty(body) if kind == "application/xml" else clean(body)
    if encoded:  # bytes that are no text: readable as what they are, and never as what they claim to be
        kind, shown = "text/plain", f"(base64, as the bytes are not text)\n{clean(body)}"
    made: dict[str, Any] = {"contentType": kind, "encoding": "utf8", "value": shown[:limit], "size": len(body)}
    if len(shown) > limit:
        made["truncated"] = True
        made["value"] += f"\n… cut after {limit:,} of {len(shown):,} characters: run.jsonl has all of it"
    return made


def _pairs(pairs: Iterable[Any]) -> list[dict[str, str]]:
    return [_pair(str(name), str(value)) for name, value in list(pairs)[:_HEADERS_SHOWN]]


@lru_cache(maxsize=4_096)
def _pair(name: str, value: str) -> dict[str, str]:
    """Kept, because most headers are alike in all exchanges of a run."""
    return {"name": one_line(name, _LONGEST_VALUE), "value": one_line(value, _LONGEST_VALUE)}


def _query(url: str) -> list[tuple[str, str]]:
    """The parameters as they are to be read."""
    _, mark, query = url.partition("?")
    return parse_qsl(query, keep_blank_values=True, errors="backslashreplace") if mark else []
