"""``exchanges.har``: all exchanges of a run as HTTP Archive 1.2, for the viewers and proxies that read it.

A page is a scenario. The stored run knows the whole time of an exchange and not its parts, nor the version of HTTP;
what a format insists on and nobody measured is said to be unknown. Names with an underscore are our own, as the
format has it. It is nearly as large as the stored run, and so is written only where ``--report`` names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from uec_booking.harness.judging.observations import ScenarioRecord
from uec_booking.harness.judging.verdicts import JudgedRun

from ..exchanges import Exchange
from ..reporter import SilentReporter, write_document
from ..secrets import without_secrets
from ..text import as_json, one_line
from .times import instant

_UNKNOWN = "unknown"
#: How a body ends that was stored without its end.
_CUT = "\n[cut: "


class HarReporter(SilentReporter):
    """Writes ``exchanges.har``."""

    def wanted(self) -> bool:
        return False

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "exchanges.har", as_json(document(run), depth=0))


def document(run: JudgedRun) -> dict[str, Any]:
    """The document as plain data; entries in the order in which they were sent."""
    records = sorted((scenario.record for scenario in run.scenarios), key=lambda record: (record.started, record.id))
    pages = [(f"page_{number}", record) for number, record in enumerate(records, start=1)]
    entries = [_entry(page, exchange) for page, record in pages for exchange in record.exchanges]
    harness = run.identity.harness
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": harness.get("name", "uec-booking"), "version": harness.get("version", "")},
            "pages": [_page(page, record) for page, record in pages],
            "entries": sorted(entries, key=lambda entry: str(entry["startedDateTime"])),
            "comment": f"run {run.identity.run_id}: {one_line(run.headline())}",
        }
    }


def _page(id: str, record: ScenarioRecord) -> dict[str, Any]:
    return {
        "id": id,
        "title": one_line(record.name),
        "startedDateTime": instant(record.started),
        "pageTimings": {},
        "_scenario": record.id,
    }


def _entry(page: str, exchange: Exchange) -> dict[str, Any]:
    took = max(round(float(exchange["seconds"]) * 1000, 1), 0)
    who = f"{exchange['id']}: {exchange['actor'] or 'harness'} → {exchange['system']}"
    return {
        "pageref": page,
        "startedDateTime": instant(exchange["started"]),
        "time": took,
        "request": _request(exchange["request"]),
        "response": _response(exchange.get("response"), exchange["error"]),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0, "comment": "only the whole time is known"},
        "comment": one_line(f"{who}; {exchange['note']}" if exchange["note"] else who),
        "_exchange": exchange["id"],
        "_system": exchange["system"],
    }


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    url = without_secrets(request["url"])
    query = url.partition("#")[0].partition("?")[2]
    made = {
        "method": request["method"],
        "url": url,
        **_common(request),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)],
    }
    if request["body"]:
        about = {"comment": request["body_encoding"]} if request["body_encoding"] else {}
        made["postData"] = {"mimeType": _media_type(request), "params": [], "text": _text(request), **about}
    return made


def _response(response: Mapping[str, Any] | None, error: str) -> dict[str, Any]:
    """What came, or the status 0, by which readers know that nothing did."""
    if response is None:
        nothing = {"headers": [], "body": "", "body_encoding": ""}
        return {"status": 0, "statusText": "", **_answered(nothing), "_error": one_line(error) or "no response"}
    return {"status": response["status"], "statusText": response["reason"], **_answered(response)}


def _answered(response: Mapping[str, Any]) -> dict[str, Any]:
    common = _common(response)
    encoding = {"encoding": response["body_encoding"]} if response["body_encoding"] else {}
    return {
        **common,
        "redirectURL": without_secrets(_header(response, "location")),
        "content": {
            "size": max(common["bodySize"], 0),
            "mimeType": _media_type(response),
            "text": _text(response),
            **encoding,
        },
    }


def _common(message: Mapping[str, Any]) -> dict[str, Any]:
    """Cookies are no part of the standard, and their values are not stored."""
    return {
        "httpVersion": _UNKNOWN,
        "cookies": [],
        "headers": [{"name": name, "value": without_secrets(value)} for name, value in message["headers"]],
        "headersSize": -1,
        "bodySize": _size(message),
    }


def _size(message: Mapping[str, Any]) -> int:
    """In bytes; -1, the format's own word for unknown, where the body was stored without its end."""
    body: str = message["body"]
    if _CUT in body:
        return -1
    if message["body_encoding"]:
        return len(body) * 3 // 4 - body[-2:].count("=")
    return len(body.encode("utf-8", "replace"))


def _text(message: Mapping[str, Any]) -> str:
    """The body as it was stored. Readers decode base64, so that ends where the bytes do."""
    body: str = message["body"]
    return body.partition(_CUT)[0] if message["body_encoding"] else without_secrets(body)


def _media_type(message: Mapping[str, Any]) -> str:
    return _header(message, "content-type") or "x-unknown"


def _header(message: Mapping[str, Any], wanted: str) -> str:
    return next((str(value) for name, value in message["headers"] if name.lower() == wanted), "")
