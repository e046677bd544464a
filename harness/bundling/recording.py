"""The copy of a stored run that is sent: without credentials, and rejected where it names a person."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import SettingsError
from ..judging.observations import Statement
from ..text import one_line
from ..text.credentials import Credentials
from .nhs_numbers import of_persons

#: The note of a stored exchange behind a body that is too long to be kept whole.
_CUT = re.compile(r"\n\[cut: \d+ bytes in all\]\Z")
#: Numbers named in one message; the others are counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """What is sent of a stored run, and in how many of its lines credentials were taken out."""

    content: bytes
    redacted: int


def copied(
    content: bytes, credentials: Credentials, declared: Collection[str], evidence: Sequence[Statement] | None = None
) -> Copy:
    """A copy of a run.jsonl that was read before; a line in which nothing changes stays as it is, byte for byte.

    ``evidence`` takes the place of the statements that the run was made with. The torn end of a run that was cut off
    is left out.

    Raises:
        SettingsError: it holds an NHS number that may be a person's; says which and where.
    """
    lines, redacted = [], 0
    persons: dict[str, str] = {}
    for number, line in enumerate(content.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        data = _object(line)
        if data is None:
            continue
        for found, place in _persons(data, declared):
            persons.setdefault(found, f"line {number}, {place}")
        clean = _cleaned(data, credentials)
        redacted += clean != data
        if evidence is not None and clean["kind"] in ("run", "end"):
            clean["evidence"] = [asdict(statement) for statement in evidence]
        lines.append(line if clean == data else json.dumps(clean, ensure_ascii=True).encode("ascii"))
    if persons:
        raise SettingsError(_refusal(persons, "No bundle was made: the run"))
    return Copy(b"".join(line + b"\n" for line in lines), redacted)


def check_names_nobody(documents: Mapping[str, Any], declared: Collection[str], file: str) -> None:
    """Whether what is sent as ``file`` holds no NHS number that may be a person's.

    Raises:
        SettingsError: it holds one; says which and where.
    """
    persons: dict[str, str] = {}
    for name, document in documents.items():
        for found, place in _persons(document, declared):
            persons.setdefault(found, f"{name} {place}".strip())
    if persons:
        raise SettingsError(_refusal(persons, f"{file} was not written: it"))


def _persons(value: Any, declared: Collection[str]) -> Iterator[tuple[str, str]]:
    """The NHS numbers that may be those of persons, each with its place."""
    for place, text in _texts(value):
        for found in of_persons(text, declared):
            yield found, place


def _object(line: bytes) -> dict[str, Any] | None:
    """A line of the run; None of a blank one and of the torn end."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _refusal(persons: Mapping[str, str], what: str) -> str:
    named = "; ".join(f"{number} ({place})" for number, place in list(persons.items())[:_NAMED])
    more = f", and {len(persons) - _NAMED} more" if len(persons) > _NAMED else ""
    return (
        f"{what} holds NHS numbers that are neither synthetic (999…) nor declared, and may be "
        f"those of persons: {named}{more}. If these are test patients, name the settings file that declares them "
        "with --config; if not, the run must not be sent: test again with synthetic patients."
    )


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each text with its place: the scenario, the exchange and the part of it."""
    if isinstance(value, str):
        yield place.strip(), value
    elif isinstance(value, Mapping):
        name = value.get("id")
        inside = f"{place} {one_line(name, 120)}" if isinstance(name, str) else place
        for key, one in value.items():
            yield inside, key
            kept = key in ("request", "response", "url", "body", "headers", "evidence", "observations")
            text = _body(value) if key == "body" else one
            yield from _texts(text, f"{inside} {key}" if kept else inside)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one, place)


def _body(message: Mapping[str, Any]) -> Any:
    """The body of a stored message as text, whatever letters it was sent in."""
    body = message["body"]
    if message.get("body_encoding") != "base64" or not isinstance(body, str):
        return body
    return _decoded(body).decode("latin-1").replace("\0", "")


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(_CUT.sub("", body))
    except binascii.Error:
        return body.encode()


def _cleaned(value: Any, credentials: Credentials) -> Any:
    """The same without credentials, those in encoded bodies and in names too."""
    if isinstance(value, str):
        return credentials.taken_out(value)
    if isinstance(value, Mapping):
        clean = {credentials.taken_out(key): _cleaned(one, credentials) for key, one in value.items()}
        if value.get("body_encoding") == "base64" and isinstance(value.get("body"), str):
            clean["body"] = _cleaned_bytes(value["body"], credentials)
        return clean
    if isinstance(value, Sequence):
        return [_cleaned(one, credentials) for one in value]
    return value


def _cleaned_bytes(body: str, credentials: Credentials) -> str:
    """A body in base64. One in UTF-16 cannot be mended in its place, and goes whole."""
    content = _decoded(body)
    text = content.decode("latin-1")
    clean = credentials.taken_out(text)
    close = text.replace("\0", "")
    if clean == text and credentials.taken_out(close) != close:
        clean = "[redacted]"
    if clean == text:
        return body
    cut = _CUT.search(body)
    return base64.b64encode(clean.encode("latin-1")).decode("ascii") + (cut[0] if cut else "")
