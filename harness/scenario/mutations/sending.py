"""Changes of how a body is sent, and bodies that are no appointment at all."""

from __future__ import annotations

import gzip
from dataclasses import replace

from ...actors.calls import Call
from ...http.exchange import as_json_bytes
from ..variations import Change
from .named import Maker, Named


def _content(text: bytes) -> Maker:
    return lambda _: lambda call: call.changed(content=text)


def _cut(_: str) -> Change:
    def change(call: Call) -> Call:
        whole = as_json_bytes(call.resource or {})
        return call.changed(content=whole[: len(whole) // 2])

    return change


def _gzip(_: str) -> Change:
    def change(call: Call) -> Call:
        body = gzip.compress(as_json_bytes(call.resource or {}))
        headers = {**call.headers, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
        return call.changed(content=body, headers=headers)

    return change


def _called_gzip(_: str) -> Change:
    return lambda call: call.changed(headers={**call.headers, "Content-Encoding": "gzip"})


def _broken_xml(_: str) -> Change:
    text = b'<Appointment xmlns="http://hl7.org/fhir"><status value="booked"/><desc'
    return lambda call: call.changed(content=text, headers={**call.headers, "Content-Type": "application/fhir+xml"})


def _chunked(_: str) -> Change:
    return lambda call: replace(call.changed(), chunked=True)


SENDING: Named = {
    "a body cut in half": _cut,
    "a body that is not JSON": _content(b"this is not JSON"),
    "a body of XML that breaks off": _broken_xml,
    "a body that is another resource": _content(b'{"resourceType": "Patient", "gender": "unknown"}'),
    "no body": _content(b""),
    "a body that is a JSON list": _content(b'[{"resourceType": "Appointment"}]'),
    "a body that is not UTF-8": _content(b'{"resourceType": "Appointment", "description": "\xff\xfe"}'),
    "a body that is called gzip and is none": _called_gzip,
    "a gzip body": _gzip,
    "a chunked body": _chunked,
}
