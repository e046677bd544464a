"""The search operation: base, scope and filter choose entries, and what was asked for of each is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sansldap
from sansldap import LDAPResultCode, SearchScope

from .matching import MAX_CLAUSES, clauses, matches
from .tree import Entry

#: What one search returns at most, like the servers that are commonly used.
MAX_ENTRIES = 500
_ROOT_DSE = Entry(
    "",
    {
        "objectClass": ("top",),
        "namingContexts": ("o=nhs",),
        "supportedLDAPVersion": ("3",),
        "vendorName": ("UEC Booking simulator",),
    },
)


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    code: LDAPResultCode
    entries: tuple[Entry, ...] = ()
    message: str = ""
    matched_dn: str = ""


def search(tree: Sequence[Entry], request: sansldap.SearchRequest) -> Found:
    """The entries that a search asks for."""
    if any(control.critical for control in request.controls):
        return Found(LDAPResultCode.UNAVAILABLE_CRITICAL_EXTENSION, message="no control is supported here")
    if clauses(request.filter) > MAX_CLAUSES:
        return Found(LDAPResultCode.ADMIN_LIMIT_EXCEEDED, message=f"a filter has at most {MAX_CLAUSES} clauses")
    base = _steps(request.base_object)
    if not base and request.scope == SearchScope.BASE:
        return _limited([_ROOT_DSE] if matches(_ROOT_DSE, request.filter) else [], request)
    if base and all(_steps(entry.dn) != base for entry in tree):
        return Found(LDAPResultCode.NO_SUCH_OBJECT, (), "there is o=nhs and what is below it", _known(tree, base))
    within = [entry for entry in tree if _in_scope(_steps(entry.dn), base, request.scope)]
    return _limited([entry for entry in within if matches(entry, request.filter)], request)


def chosen(entry: Entry, request: sansldap.SearchRequest) -> list[sansldap.PartialAttribute]:
    """The attributes of an entry that were asked for; unknown names among them are passed over."""
    wanted = {name.lower() for name in request.attributes}
    everything = not wanted or "*" in wanted
    return [
        sansldap.PartialAttribute(name, [] if request.types_only else [value.encode() for value in values])
        for name, values in entry.attributes.items()
        if everything or name.lower() in wanted
    ]


def _limited(found: Sequence[Entry], request: sansldap.SearchRequest) -> Found:
    limit = min(request.size_limit or MAX_ENTRIES, MAX_ENTRIES)
    code = LDAPResultCode.SUCCESS if len(found) <= limit else LDAPResultCode.SIZE_LIMIT_EXCEEDED
    return Found(code, tuple(found[:limit]))


def _in_scope(steps: tuple[str, ...], base: tuple[str, ...], scope: SearchScope) -> bool:
    below = len(steps) - len(base)
    if below < 0 or steps[below:] != base:
        return False
    return {SearchScope.BASE: below == 0, SearchScope.ONE_LEVEL: below == 1}.get(scope, True)


def _known(tree: Sequence[Entry], base: tuple[str, ...]) -> str:
    """The nearest entry above a name that there is not."""
    by_steps = {_steps(entry.dn): entry.dn for entry in tree}
    return next((by_steps[base[at:]] for at in range(len(base)) if base[at:] in by_steps), "")


def _steps(dn: str) -> tuple[str, ...]:
    """The parts of a name, alike where they count as the same: blanks and case do not. No name here has escapes."""
    if not dn.strip():
        return ()
    parts = (part.partition("=") for part in dn.split(","))
    return tuple(f"{name.strip().lower()}={' '.join(value.lower().split())}" for name, _, value in parts)
