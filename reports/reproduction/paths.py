"""The places of an answer, from how observations name them to how scripts do: without numbers, resources by type."""

from __future__ import annotations

import re
from typing import Any

_PATH = re.compile(r"[A-Z][A-Za-z]+(\.[a-zA-Z]+(\([A-Z][A-Za-z]+\))?)*")
_INDEX = re.compile(r"\[\d+\]")
_MEMBER = re.compile(r"([A-Za-z]+)(?:\[(\d+)\])?")


def path_in(where: str, kind: str) -> str:
    """A place as observations name it, as a path of the script, where lists stand for their members; empty for none."""
    path = _INDEX.sub("", where).replace(".ofType(", "(")
    if not _PATH.fullmatch(path):
        return ""
    first, _, rest = path.partition(".")
    if kind == "Bundle" and first != "Bundle":
        return f"entry.resource({first})" + (f".{rest}" if rest else "")
    return rest


def path_of(where: str, body: dict[str, Any]) -> str:
    """As ``path_in``, with the type of each resource on the way, where a number says which one of them is meant."""
    path = path_in(where, str(body.get("resourceType")))
    if not path or not is_numbered(where):
        return path
    found: Any = body
    made = []
    for name in where.split(".")[1:]:
        found = _member(found, name)
        kind = found.get("resourceType") if isinstance(found, dict) else None
        made.append(_INDEX.sub("", name) + (f"({kind})" if kind else ""))
    return ".".join(made)


def is_numbered(where: str) -> bool:
    """Whether a place says which member of a list it means: ``Bundle.entry[3].resource.start``."""
    return bool(_INDEX.search(where))


def value_at(where: str, body: dict[str, Any]) -> Any:
    """What stands at such a place; None where nothing does."""
    found: Any = body
    for name in where.split(".")[1:]:
        found = _member(found, name)
    return found


def _member(value: Any, name: str) -> Any:
    """What an element holds by a name like ``entry[3]``; None where it does not."""
    asked = _MEMBER.fullmatch(name)
    found = value.get(asked[1]) if asked and isinstance(value, dict) else None
    if asked and isinstance(found, list):
        place = int(asked[2] or 0)
        return found[place] if place < len(found) else None
    return found
