"""One HTTP request and its response, kept whole; redacted only when shown.

The raw bytes stay as they were on the wire, because the checks of formats read them.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json
from uec_booking.standard.validation import well_typed

from ..errors import NoAnswer

Headers = tuple[tuple[str, str], ...]

#: The statuses of a system that has too much to do: they say nothing of what it would have answered.
OVERLOADED = (429, 503)

#: Bodies longer than this are cut when stored; the checks have seen them whole.
STORED_BODY_LIMIT = 200_000

#: Headers are cut likewise, each and all together.
STORED_HEADER_LIMIT = 4_000
STORED_HEADERS_LIMIT = 20_000

_CUT = re.compile(r"\n\[cut: \d+ bytes in all\]\Z")
_CUT_HEADER = "[cut]"
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_SECRET_FIELDS = re.compile(
    r'("(?:access_token|refresh_token|client_secret)"\s*:\s*")[^"]*|'
    r"((?:^|&)(?:client_secret|client_assertion|access_token)=)[^&]*"
)


def header(headers: Headers, name: str) -> str | None:
    """The value of a header, its name in any case; repeated ones joined as RFC 7230 section 3.2.2 says."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None


@dataclass(frozen=True)
class Sent:
    """A request as it went out. ``body`` is empty for none."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""
    chunked: bool = False


@dataclass(frozen=True)
class HttpFault:
    """What HTTP forbids in an answer that could be read all the same; ``tolerated`` where it is told as a warning."""

    words: str
    tolerated: bool = False


@dataclass(frozen=True)
class Received:
    """A response as it came in; ``body`` is decoded from any content encoding, ``wire_body`` is not."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    wire_body: bytes = b""
    faults: tuple[HttpFault, ...] = ()

    def header(self, name: str) -> str | None:
        return header(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type without parameters, lower case; empty when there is none."""
        return (self.header("Content-Type") or "").split(";")[0].strip().lower()

    @property
    def is_xml(self) -> bool:
        return "xml" in self.media_type

    @cached_property
    def _parsed(self) -> tuple[dict[str, Any] | None, str]:
        if not self.body.strip():
            return None, "the body is empty"
        try:
            return (parse_xml if self.is_xml else parse_json)(self.body), ""
        except CodecError as problem:
            return None, str(problem)

    @property
    def resource(self) -> dict[str, Any] | None:
        """The body as a resource in JSON form, as it came in, or None when it is not one."""
        return self._parsed[0]

    @cached_property
    def well_typed(self) -> dict[str, Any]:
        """The resource as far as its elements have the JSON types of FHIR, so that it can be read; or empty."""
        return well_typed(self.resource)

    @property
    def body_problem(self) -> str:
        """Why ``resource`` is None; empty when it is not."""
        return self._parsed[1]

    @property
    def resource_type(self) -> str:
        kind = (self.resource or {}).get("resourceType")
        return kind if isinstance(kind, str) else ""


@dataclass(frozen=True)
class Exchange:
    """A request, and the response or the reason why there is none.

    ``started`` is UTC, ISO 8601; ``seconds`` is the time until the last byte of the response.
    ``system`` is the one that was asked (or, at the recording proxy, the one that answered), ``actor`` who asked.
    """

    id: str
    system: str
    actor: str
    note: str
    started: str
    seconds: float
    request: Sent
    response: Received | None = None
    error: str = ""
    error_kind: NoAnswer | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status, or 0 when there was no response."""
        return self.response.status if self.response else 0

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def resource(self) -> dict[str, Any]:
        """The resource answered, without elements of a wrong JSON type, or an empty dict.

        The checks of structure look at ``response.resource``, which has all that came in.
        """
        return self.response.well_typed if self.response else {}

    @property
    def reached(self) -> bool:
        """Whether the system answered, be it with something that cannot be taken in."""
        return self.response is not None or self.error_kind in (NoAnswer.ENCODING, NoAnswer.TOO_LARGE)

    def header(self, name: str) -> str | None:
        return self.response.header(name) if self.response else None

    def answered(self) -> str:
        """What came back, in a few words, for reports."""
        if self.response is None:
            return f"no answer ({self.error})"
        kind = self.response.resource_type or self.response.media_type or "no body"
        return f"{self.response.status} with {kind}"

    def summary(self) -> str:
        """As ``answered``, with the diagnostics of an OperationOutcome, for people."""
        texts = [
            str(issue["diagnostics"])
            for issue in self.resource.get("issue", [])
            if isinstance(issue, dict) and issue.get("diagnostics")
        ]
        return self.answered() + (f": {'; '.join(texts)[:300]}" if texts else "")

    @property
    def cut(self) -> bool:
        """Whether it was stored without the end of its answer."""
        return bool(self.extra.get("cut"))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Exchange:
        """A stored exchange; credentials are not in it any more, nor how its bodies were encoded on the wire."""
        request, response = data["request"], data.get("response")
        return cls(
            **{name: data[name] for name in ("id", "system", "actor", "note", "started", "seconds", "error")},
            request=Sent(request["method"], request["url"], _stored_headers(request), _stored_body(request)),
            response=Received(response["status"], response["reason"], _stored_headers(response), _stored_body(response))
            if response
            else None,
            extra={"cut": _is_cut(response or {})},
        )

    def to_json(self, longest: int = STORED_BODY_LIMIT) -> dict[str, Any]:
        """For storing and showing: without secrets, and with bodies of at most so many bytes."""
        return {
            "id": self.id,
            "system": self.system,
            "actor": self.actor,
            "note": self.note,
            "started": self.started,
            "seconds": round(self.seconds, 4),
            "request": {
                "method": self.request.method,
                "url": self.request.url,
                "headers": _shown_headers(self.request.headers),
                **_shown_body(self.request.body, longest),
            },
            "response": self.response
            and {
                "status": self.response.status,
                "reason": self.response.reason,
                "headers": _shown_headers(self.response.headers),
                **_shown_body(self.response.body, longest),
            },
            "error": self.error,
        }


def _stored_headers(message: Mapping[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])


def _stored_body(message: Mapping[str, Any]) -> bytes:
    text = _CUT.sub("", message["body"])
    return base64.b64decode(text) if message["body_encoding"] else text.encode("utf-8")


def _is_cut(message: Mapping[str, Any]) -> bool:
    cut_headers = any(name == _CUT_HEADER for name, _ in message.get("headers", ()))
    return cut_headers or bool(_CUT.search(message.get("body", "")))


def _shown_headers(headers: Headers) -> list[list[str]]:
    """The headers up to their limits; a header of the harness's own says that some of it was cut."""
    shown: list[list[str]] = []
    left, cut = STORED_HEADERS_LIMIT, False
    for key, value in headers:
        text = _shown_secret(value) if key.lower() in _SECRET_HEADERS else value
        pair = [key[:STORED_HEADER_LIMIT], text[:STORED_HEADER_LIMIT]]
        cut = cut or pair != [key, text]
        left -= len(pair[0]) + len(pair[1])
        if left < 0:
            cut = True
            break
        shown.append(pair)
    if cut:
        size = sum(len(key) + len(value) for key, value in headers)
        shown.append([_CUT_HEADER, f"{len(headers)} headers, {size} bytes in all"])
    return shown


def _shown_secret(value: str) -> str:
    """The scheme stays, so that a reader sees what kind of credential it was."""
    scheme, _, rest = value.partition(" ")
    return f"{scheme} [redacted]" if rest else "[redacted]"


def _shown_body(body: bytes, longest: int) -> dict[str, str]:
    cut = body[:longest]
    note = f"\n[cut: {len(body)} bytes in all]" if len(body) > longest else ""
    try:
        text = cut.decode("utf-8", "strict" if not note else "ignore")
    except UnicodeDecodeError:
        return {"body": base64.b64encode(cut).decode("ascii") + note, "body_encoding": "base64"}
    text = _SECRET_FIELDS.sub(lambda found: (found[1] or found[2]) + "[redacted]", text)
    return {"body": text + note, "body_encoding": ""}


def as_json_bytes(resource: Mapping[str, Any]) -> bytes:
    """A resource as UTF-8 JSON, in the order given."""
    try:
        return json.dumps(resource, ensure_ascii=False).encode("utf-8")
    except TypeError:
        # What was read and is sent back may have decimals in it, of which the codec keeps the digits.
        return to_json(dict(resource))
