"""The formats of the primitive types, from the data types page of STU3 (hl7.org/fhir/STU3/datatypes.html)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from ..codec import CodecError
from ..codec.narrative import text_as_div
from ..codec.xml_reading import parse_safely

# No leap second: neither the forms of STU3 nor the types of XML Schema behind them have a second 60 (R4 has).
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
_DAY = r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_PART = r"-?\d{4}(-(0[1-9]|1[0-2]))?"
# What XML cannot hold: FHIR says the same in both. The repeats below never give back what they took, so that a
# text of some megabytes costs neither time nor memory beyond its length.
_NO_CHARACTER = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_TEXT = (re.compile(rf"[^{_NO_CHARACTER}]+"), "text without control characters and others that XML cannot hold")
_NO_BLANK = rf"[^\s{_NO_CHARACTER}]"
#: What is expected of an id, by which its faults can be told from others (FMT-15).
ID_FORM = "an id: 1 to 64 letters, digits, - and ."
FORMATS: dict[str, tuple[re.Pattern[str], str]] = {
    "base64Binary": (re.compile(r"(?:\s*+[0-9A-Za-z+/=]){4,}+\s*+"), "base64"),
    "code": (re.compile(rf"{_NO_BLANK}++(?: {_NO_BLANK}++)*+"), "a code, without blanks around it"),
    "date": (re.compile(rf"{_PART}|{_DAY}", re.ASCII), "a date: YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": (
        re.compile(rf"{_PART}|{_DAY}(T{_TIME}{_ZONE})?", re.ASCII),
        "a dateTime: a date, or a date and time with seconds and offset",
    ),
    "id": (re.compile(r"[A-Za-z0-9\-.]{1,64}"), ID_FORM),
    "instant": (
        re.compile(rf"{_DAY}T{_TIME}{_ZONE}", re.ASCII),
        "an instant: YYYY-MM-DDThh:mm:ss with Z or an offset",
    ),
    "markdown": _TEXT,
    "oid": (re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*+))++", re.ASCII), "an OID as urn:oid:..."),
    "string": _TEXT,
    "time": (re.compile(_TIME, re.ASCII), "a time hh:mm:ss"),
    "uri": (re.compile(rf"{_NO_BLANK}+"), "a URI, without blanks"),
}
_LEAST = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_DATED = frozenset(("date", "dateTime", "instant"))
# The narrative rules txt-1 and txt-2: formatting, tables, lists, links and images, nothing active.
_XHTML_ELEMENTS = frozenset(
    (
        *(
            "a",
            "abbr",
            "acronym",
            "address",
            "b",
            "bdo",
            "big",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
        ),
        *("col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
        *(
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "map",
            "area",
            "ol",
            "p",
            "pre",
            "q",
            "samp",
            "small",
            "span",
        ),
        *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var"),
    )
)


def fault_in(value: object, kind: str) -> str:
    """What was expected when `value` is no value of the primitive type `kind`; "" when it is one."""
    if kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if kind in _LEAST:
        whole = isinstance(value, int) and not isinstance(value, bool) and _LEAST[kind] <= value < 2**31
        return "" if whole else f"a number of type {kind}"
    if kind == "decimal":
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return "" if number else "a number"
    if not isinstance(value, str) or (kind == "id" and not value):
        return f"text of type {kind}"
    if kind == "xhtml":
        return _narrative_fault(value)
    pattern, expected = FORMATS[kind]
    if not pattern.fullmatch(value):
        return expected
    if kind in _DATED and not _on_the_calendar(value):
        return "a day that exists"
    return "" if value.strip() else "text that is not blank"


def _on_the_calendar(value: str) -> bool:
    if len(value) < 10 or value.startswith(("-", "0000")):
        return True
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def _narrative_fault(text: str) -> str:
    try:
        div = text_as_div(parse_safely(text.encode()), "")
    except (CodecError, UnicodeEncodeError):
        return "one div of well-formed XHTML with its namespace"
    for node in div.iter(etree.Element):
        name = etree.QName(node).localname
        if name not in _XHTML_ELEMENTS:
            return f"XHTML without {name}: only formatting, links and images"
        for attribute, value in node.attrib.items():
            script = str(value).strip().lower().startswith(("javascript:", "vbscript:"))
            if script or str(attribute).startswith("on"):
                return "XHTML without scripts"
    if not "".join(map(str, div.itertext(etree.Element))).strip() and div.find(".//{*}img") is None:
        return "a narrative that is not blank"
    return ""
