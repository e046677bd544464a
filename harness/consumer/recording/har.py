"""HTTP archives (HAR 1.2), as browsers, mitmproxy and others write them; ours have no secret in them.

What an archive lacks is lacking in the exchange, and marked: ``body_unrecorded`` (a request had a body that is not
there) and ``text`` (the body is there as text, so that nobody knows in which letters it was sent).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, ValidationError

from ...http.exchange import Exchange, Received, Sent, header
from ...http.urls import split
from ...tool import tool
from ..tokens import authorization
from . import bounds


class _Pair(BaseModel):
    name: str
    value: str = ""


class _Body(BaseModel):
    text: str | None = None
    encoding: str | None = None
    #: A member of our own: the body was UTF-8, and is told so to the letter, or it is base64.
    exact: str | None = Field(default=None, alias="_encoding")

    def content(self) -> bytes:
        """Raises ValueError for what is no base64."""
        text = self.text or ""
        if "base64" in (self.encoding, self.exact):
            return base64.b64decode(text)
        return text.encode("utf-8", "replace")


class _Request(BaseModel):
    method: str
    url: str
    headers: list[_Pair]
    postData: _Body | None = None
    bodySize: float | None = None
    authorization: dict[str, Any] | None = Field(default=None, alias="_authorization")


class _Response(BaseModel):
    status: int
    statusText: str | None = None
    headers: list[_Pair] = []
    content: _Body | None = None


class _Entry(BaseModel):
    startedDateTime: datetime
    time: float | None = None
    request: _Request
    response: _Response | None = None


def exchanges(path: Path, content: bytes) -> Iterator[Exchange]:
    """The exchanges of an archive, in whatever order they stand there.

    Raises:
        SettingsError: it is none, or cannot be read.
    """
    try:
        archive = json.loads(content.decode("utf-8-sig"))
        entries = archive["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        bounds.unreadable(path, "the file", "it is neither a record nor JSON with log.entries, as a HAR has them")
    if not isinstance(entries, list):
        bounds.unreadable(path, "log.entries", "a list is expected")
    for number, entry in bounds.numbered(path, entries):
        try:
            yield _exchange(_Entry.model_validate(entry))
        except (ValidationError, ValueError) as problem:
            bounds.unreadable(path, f"entry {number}", problem)


def _exchange(entry: _Entry) -> Exchange:
    request, response = entry.request, entry.response
    sent = bounds.headers((one.name, one.value) for one in request.headers)
    there = request.postData is not None and request.postData.text is not None
    body = request.postData.content() if there and request.postData else b""
    had_one = (request.bodySize or 0) > 0 or (header(sent, "Content-Length") or "0") != "0"
    extra: dict[str, Any] = {"authorization": request.authorization or authorization(sent)}
    if not body and had_one and request.method in ("POST", "PUT", "PATCH"):
        extra["body_unrecorded"] = True
    if there and request.postData and request.postData.exact is None and request.postData.encoding != "base64":
        extra["text"] = True
    return Exchange(
        "",
        "",
        "",
        "",
        bounds.in_utc(entry.startedDateTime),
        max(entry.time or 0.0, 0.0) / 1000,
        Sent(bounds.plain(request.method), bounds.plain(request.url), sent, body),
        # A status of 0 is how browsers write that no answer came.
        _received(response) if response and response.status else None,
        error="" if response and response.status else "no answer was recorded",
        extra=extra,
    )


def _received(response: _Response) -> Received:
    came = bounds.headers((one.name, one.value) for one in response.headers)
    body = response.content.content() if response.content else b""
    return Received(response.status, bounds.plain(response.statusText or ""), came, body)


def write(path: Path, recorded: Iterable[Exchange]) -> None:
    """Write an archive. Of secrets it has as much as a record: of a token its form and its claims.

    Raises:
        OSError: it cannot be written.
    """
    creator = {"name": "uec-booking", "version": str(tool().get("version", ""))}
    log = {"version": "1.2", "creator": creator, "entries": [_entry(one) for one in recorded]}
    path.write_text(json.dumps({"log": log}, indent=1), encoding="utf-8")


def _entry(exchange: Exchange) -> Mapping[str, Any]:
    request, response = exchange.request, exchange.response
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": exchange.started,
        "time": milliseconds,
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(request.headers),
            "queryString": _pairs(parse_qsl(split(request.url).query, keep_blank_values=True)),
            "headersSize": -1,
            "bodySize": len(request.body),
            **({"postData": _told(request.body, header(request.headers, "Content-Type"))} if request.body else {}),
            "_authorization": exchange.extra.get("authorization"),
        },
        "response": {
            "status": response.status if response else 0,
            "statusText": response.reason if response else "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(response.headers) if response else [],
            "content": _content(response),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _content(response: Received | None) -> Mapping[str, Any]:
    if response is None:
        return {"size": 0, "mimeType": ""}
    told = _told(response.body, response.header("Content-Type"))
    return {"size": len(response.body), **told, **({"encoding": "base64"} if told["_encoding"] == "base64" else {})}


def _told(body: bytes, kind: str | None) -> dict[str, Any]:
    try:
        return {"mimeType": kind or "", "text": body.decode("utf-8"), "_encoding": "utf-8"}
    except UnicodeDecodeError:
        return {"mimeType": kind or "", "text": base64.b64encode(body).decode("ascii"), "_encoding": "base64"}
