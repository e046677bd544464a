"""Whether an entry matches an LDAP filter: true, false, or undefined (None), as RFC 4511 section 4.5.1.7 says."""

from __future__ import annotations

from collections.abc import Iterable

import sansldap

from .tree import ATTRIBUTES, Entry

#: More clauses than any look-up needs; each costs time for each entry.
MAX_CLAUSES = 100
_KNOWN = {name.lower() for name in ATTRIBUTES}
_OF_ONE_ATTRIBUTE = (
    sansldap.FilterPresent,
    sansldap.FilterEquality,
    sansldap.FilterApproxMatch,
    sansldap.FilterSubstrings,
)


def clauses(wanted: sansldap.LDAPFilter) -> int:
    """How many clauses a filter has, those that join others included. Iterative, so depth does not matter."""
    count, pending = 0, [wanted]
    while pending:
        one = pending.pop()
        count += 1
        if isinstance(one, sansldap.FilterAnd | sansldap.FilterOr):
            pending.extend(one.filters)
        elif isinstance(one, sansldap.FilterNot):
            pending.append(one.filter)
        elif isinstance(one, sansldap.FilterSubstrings):
            count += len(one.any)
    return count


def matches(entry: Entry, wanted: sansldap.LDAPFilter) -> bool | None:
    """Whether the entry is what a filter of at most MAX_CLAUSES asks for."""
    if isinstance(wanted, _OF_ONE_ATTRIBUTE) and wanted.attribute.lower() not in _KNOWN:
        return None
    match wanted:
        case sansldap.FilterAnd():
            return _all(matches(entry, one) for one in wanted.filters)
        case sansldap.FilterOr():
            return _not(_all(_not(matches(entry, one)) for one in wanted.filters))
        case sansldap.FilterNot():
            return _not(matches(entry, wanted.filter))
        case sansldap.FilterPresent():
            return bool(_values(entry, wanted.attribute))
        case sansldap.FilterEquality() | sansldap.FilterApproxMatch():
            return _alike(wanted.value) in _values(entry, wanted.attribute)
        case sansldap.FilterSubstrings():
            return any(_has_parts(value, wanted) for value in _values(entry, wanted.attribute))
    # Nothing here has an order, and there are no rules of matching to choose from.
    return None


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    return False if False in found else None if None in found else True


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _values(entry: Entry, attribute: str) -> list[str]:
    name = attribute.lower()
    own = next((values for own, values in entry.attributes.items() if own.lower() == name), ())
    return [_alike(value.encode()) for value in own]


def _alike(value: bytes) -> str:
    """A value as all those are written that count as the same: without case, blanks one by one (RFC 4518)."""
    return " ".join(value.decode("utf-8", "replace").casefold().split())


def _has_parts(value: str, wanted: sansldap.FilterSubstrings) -> bool:
    first, last = _alike(wanted.initial or b""), _alike(wanted.final or b"")
    if not value.startswith(first):
        return False
    at = len(first)
    for part in map(_alike, wanted.any):
        found = value.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return value.endswith(last) and at <= len(value) - len(last)
