"""What tells the answer of one system from that of another to the same request: the candidates for a condition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answers import Exchange, body_of
from .conditions import Condition, form_of
from .reading import free_slots, resource_of, walked
from .texts import FromAnswer

#: Headers that differ from answer to answer, whatever the system.
_OF_THE_MOMENT = frozenset({"date", "content-length", "server", "connection", "keep-alive"})
_IDS = ("X-Request-ID", "X-Correlation-ID")
_COMPARED = ("ETag", "Last-Modified", "Location", "Content-Location")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as a script kept it: its status, its headers by their names, its body, and what was asked for it."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str
    sent: Any
    request_id: str = ""

    @classmethod
    def read(cls, folder: Path, number: int) -> Kept:
        """The answer to request ``number`` of the script."""

        def text_of(name: str) -> str:
            file = folder / f"{number}.{name}"
            return file.read_bytes().decode("utf-8", "replace") if file.exists() else ""

        lines = [line.partition(":") for line in text_of("head").replace("\r", "").splitlines()]
        headers = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
        status, text = text_of("status"), text_of("body")
        sent = resource_of(text_of("sent.body").encode())
        body = resource_of(text.encode())
        return cls(int(status) if status.isdigit() else 0, headers, body, text, sent, text_of("id"))

    @classmethod
    def of(cls, exchange: Exchange) -> Kept:
        """The answer of a stored exchange."""
        answer, request = exchange["response"], exchange["request"]
        headers = {str(name).lower(): str(value) for name, value in answer["headers"]}
        text = str(answer.get("body") or "")
        return cls(int(answer["status"]), headers, body_of(answer), text, body_of(request))


class Answers:
    """The answers of one system to the requests of a script."""

    def __init__(self, kept: Mapping[str, Kept], values: Sequence[FromAnswer]) -> None:
        self._kept = kept
        self._values = values

    @classmethod
    def kept(cls, folder: Path, ids: Sequence[str], values: Sequence[FromAnswer]) -> Answers:
        """As a script left them in ``folder``; ``values`` are looked for in each."""
        return cls({id: Kept.read(folder, number) for number, id in enumerate(ids, start=1)}, values)

    def of(self, id: str) -> Kept:
        return self._kept[id]

    def features(self, id: str) -> list[Condition]:
        """What is true of one of them."""
        before: dict[str, Kept] = {}
        for one, kept in self._kept.items():
            if one == id:
                break
            before[one] = kept
        return list(features(id, self._kept[id], before, self._values))

    def accepted(self, ids: Iterable[str]) -> int:
        """How many of some requests were carried out."""
        return sum(200 <= self._kept[id].status < 300 for id in ids)

    def holds(self, condition: Condition) -> bool:
        """Whether the script would say so."""
        answer, where, form = self._kept[condition.of], condition.where, "".join(condition.values[:1])
        if not answer.status:
            return False
        if condition.kind == "accepted":
            return condition.values != (str(self.accepted(condition.at_once)),)
        if condition.kind == "status":
            return str(answer.status) not in condition.values
        if condition.kind == "lacks-header":
            return not answer.headers.get(where.lower())
        if condition.kind == "header-form":
            return bool(re.fullmatch(form, answer.headers.get(where.lower(), "")))
        if condition.kind in ("none", "value-form"):
            seen = [one for one in paths_of(answer.body).get(where, []) if one != "missing"]
            return not seen if condition.kind == "none" else any(re.fullmatch(form, one) for one in seen)
        return condition in self.features(condition.of)


def told_apart(id: str, faulty: Answers, clean: Answers) -> list[Condition]:
    """What is true of the answer of one system to a request, and not of that of the other."""
    if not faulty.of(id).status or not clean.of(id).status:
        return []
    ours, theirs = faulty.features(id), clean.features(id)
    known = set(theirs)
    made = [one for one in ours if one not in known]
    if faulty.of(id).status != clean.of(id).status:
        made.append(Condition("status", id, values=(str(clean.of(id).status),)))
    there = {(one.kind, one.where) for one in ours}
    for one in theirs:
        if one.kind == "has" and not {("has", one.where), ("lacks", one.where)} & there:
            made.append(Condition("none", id, one.where))
        elif one.kind == "has-header" and ("has-header", one.where) not in there:
            made.append(Condition("lacks-header", id, one.where))
    return made


def told_apart_at_once(ids: Sequence[str], faulty: Answers, clean: Answers) -> list[Condition]:
    """Where of the same requests, sent at the same moment, one system carries out more than the other."""
    due = clean.accepted(ids)
    return (
        [] if faulty.accepted(ids) == due else [Condition("accepted", ids[-1], values=(str(due),), at_once=tuple(ids))]
    )


def features(id: str, answer: Kept, before: Mapping[str, Kept], values: Sequence[FromAnswer]) -> Iterator[Condition]:
    """What is true of an answer, as conditions that would tell it; ``values`` are those looked for in it."""
    if answer.body is None and answer.text:
        yield Condition("unreadable", id)
    for value in values:
        yield Condition("contains" if _holds(answer, value, before) else "lacks-value", id, other=value)
    yield from _of_headers(id, answer, before)
    found = paths_of(answer.body)
    for path, seen in found.items():
        yield Condition("lacks" if "missing" in seen else "has", id, path)
        for text in dict.fromkeys(seen):
            if text != "missing" and (form := form_of(text)):
                yield Condition("value-form", id, path, (form,))
        if path.endswith("entry") or "(" in path.rpartition(".")[2]:
            yield Condition("count", id, path, (str(len([one for one in seen if one != "missing"])),))
        yield from _compared(id, path, found, answer, before)


def paths_of(body: Any) -> dict[str, list[str]]:
    """Each place of a resource, lists and their members alike, with the values there as JSON, or ``missing``."""
    found, objects = walked(body)
    for path, alike in objects.items():
        for key in dict.fromkeys(key for one in alike for key in one):
            place = f"{path}.{key}" if path else key
            found.setdefault(place, []).extend("missing" for one in alike if key not in one)
    return {path: values for path, values in found.items() if values}


def _of_headers(id: str, answer: Kept, before: Mapping[str, Kept]) -> Iterator[Condition]:
    for name in _IDS:
        same = answer.request_id and answer.headers.get(name.lower(), "").strip() == answer.request_id
        yield Condition("echoes" if same else "does-not-echo", id, name)
    for name in _COMPARED:
        for other, earlier in before.items():
            if name.lower() in answer.headers and name.lower() in earlier.headers:
                same = answer.headers[name.lower()] == earlier.headers[name.lower()]
                yield Condition("same-header" if same else "differs-header", id, name, other=other)
    for name, value in answer.headers.items():
        if name in _OF_THE_MOMENT:
            continue
        yield Condition("has-header", id, name)
        if name not in ("x-request-id", "x-correlation-id") and (form := form_of(value)):
            yield Condition("header-form", id, name, (form,))


def _compared(
    id: str, path: str, found: Mapping[str, list[str]], answer: Kept, before: Mapping[str, Kept]
) -> Iterator[Condition]:
    sent = paths_of(answer.sent).get(path) if isinstance(answer.sent, dict) else None
    if sent is not None and sent != found[path]:
        yield Condition("differs-from-sent", id, path)
    for other, earlier in before.items():
        values = paths_of(earlier.body).get(path)
        if values is not None:
            yield Condition("same" if values == found[path] else "differs", id, path, other=other)


def _holds(answer: Kept, value: FromAnswer, before: Mapping[str, Kept]) -> bool:
    known = before.get(value.exchange)
    text = value_in(known, value) if known else ""
    return bool(text) and text in answer.text


def value_in(answer: Kept, value: FromAnswer) -> str:
    """What a script would read from an answer."""
    if value.what[0] == "header":
        return answer.headers.get(value.what[1].lower(), "")
    if value.what[0] == "id_in_location":
        found = re.search(r"/([^/?#]+)(?:/_history/[^/?#]+)?/?$", answer.headers.get("location", ""))
        return found[1] if found else ""
    if value.what[0] == "slot":
        return _in_slot(answer.body, int(value.what[1]), value.what[2])
    found_there = paths_of(answer.body).get(re.sub(r"\[\d+\]", "", value.what[-1]), [])
    text = found_there[0] if found_there else ""
    return json.loads(text) if text.startswith('"') else ""


def _in_slot(body: Any, rank: int, path: str) -> str:
    free = free_slots(body)
    found = paths_of(free[rank - 1]).get(path, [""]) if len(free) >= rank else [""]
    return json.loads(found[0]) if found[0].startswith('"') else ""
