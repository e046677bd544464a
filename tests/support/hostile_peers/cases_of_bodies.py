"""Peers whose bodies are made to hold their reader up, or only look like FHIR."""

from __future__ import annotations

from .behaviours import GOOD, Behaviour, says, whole
from .peer import ANSWER, Peer


def _xml(body: str) -> Behaviour:
    return says(whole(body.encode(), kind=b"application/fhir+xml"))


def _many_attributes() -> Behaviour:
    return _xml('<Slot xmlns="http://hl7.org/fhir" ' + " ".join(f'a{i}="{i}"' for i in range(18_000)) + "/>")


def _many_elements() -> Behaviour:
    return _xml('<Bundle xmlns="http://hl7.org/fhir">' + "<a/>" * 60_000 + "<a>" * 70 + "</a>" * 70 + "</Bundle>")


BODIES = (
    Peer(
        "many-attributes",
        "XML with 18 000 attributes on one element",
        _many_attributes(),
        ANSWER,
        "RES-ANY-01",
        "attributes",
    ),
    Peer(
        "many-elements",
        "XML with 60 000 small elements, and 70 levels",
        _many_elements(),
        ANSWER,
        "RES-ANY-01",
        "levels",
    ),
    Peer(
        "entities",
        "XML with a DOCTYPE and entities",
        _xml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ANSWER,
        "RES-ANY-01",
        "DOCTYPE",
    ),
    Peer(
        "outside-entity",
        "XML that names a file",
        _xml('<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>'),
        ANSWER,
        "RES-ANY-01",
        "DOCTYPE",
    ),
    Peer("deep-json", "JSON of 100 000 levels", says(whole(b'{"a":' + b"[" * 100_000)), ANSWER, "RES-ANY-01", "levels"),
    Peer(
        "many-values",
        "JSON of 140 000 values",
        says(whole(b'{"a":[0' + b",0" * 140_000 + b"]}")),
        ANSWER,
        "RES-ANY-01",
        "values",
    ),
    Peer(
        "long-name",
        "JSON with a name of 200 kB",
        says(whole(b'{"%b":[0]}' % (b"a" * 200_000))),
        ANSWER,
        "RES-ANY-01",
        "a name of",
    ),
    Peer(
        "same-name",
        "JSON with a name given 10 000 times",
        says(whole(b'{"a":0' + b',"a":0' * 10_000 + b"}")),
        ANSWER,
        "RES-ANY-01",
        "given twice",
    ),
    Peer(
        "long-number",
        "JSON with a number of 200 000 digits",
        says(whole(b'{"a":%b}' % (b"1" * 200_000))),
        ANSWER,
        "RES-ANY-01",
        "number",
    ),
    Peer(
        "lone-surrogate",
        "JSON text that is no Unicode",
        says(whole(GOOD.replace(b'"1"', rb'"\ud800"'))),
        ANSWER,
        "RES-ANY-01",
        "surrogate",
    ),
    Peer(
        "control-character",
        "text that XML cannot hold",
        says(whole(GOOD[:-3] + rb',"diagnostics":"a\u0001"}]}')),
        ANSWER,
        "RES-ANY-01",
        "control",
    ),
    Peer("empty", "a good answer without the body", says(whole(b"   ")), ANSWER, "RES-ANY-01", "empty"),
)
