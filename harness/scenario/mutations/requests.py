"""Changes of address, query, headers and method."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from uec_booking.standard import names

from ...actors.appointment_body import instant
from ...actors.calls import Call
from ..variations import Change
from .named import Maker, Named

_SLOT = {"resourceType": "Slot", "status": "free"}
_JSON_PATCH = "application/json-patch+json"
_CANCELLED_BY_PATCH = b'[{"op": "replace", "path": "/status", "value": "cancelled"}]'


def _query(change: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]) -> Change:
    return lambda call: call.changed(query=tuple(change(list(call.query))))


def _without_parameter(text: str) -> Change:
    """``status``, or ``start=ge`` for one of several values."""
    name, _, beginning = text.partition("=")
    return _query(lambda query: [(n, v) for n, v in query if not (n == name and v.startswith(beginning))])


def _parameter(text: str) -> Change:
    """``name=value`` replaces the parameters of that name."""
    name, _, value = text.partition("=")
    return _query(lambda query: [*[(n, v) for n, v in query if n != name], (name, value)])


def _added_parameter(text: str) -> Change:
    name, _, value = text.partition("=")
    return _query(lambda query: [*query, (name, value)])


def _window(since: timedelta, until: timedelta) -> Maker:
    def change(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
        now = datetime.now(UTC)
        rest = [(n, v) for n, v in query if n != "start"]
        return [*rest, ("start", "ge" + instant(now + since)), ("start", "le" + instant(now + until))]

    return lambda _: _query(change)


def _began(since: timedelta) -> Maker:
    """The same search from an earlier moment on."""

    def change(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
        rest = [(n, v) for n, v in query if not (n == "start" and v.startswith("ge"))]
        return [*rest, ("start", "ge" + instant(datetime.now(UTC) + since))]

    return lambda _: _query(change)


def _header(text: str) -> Change:
    """``Name: value``, or the name alone."""
    name, _, value = text.partition(":")
    return lambda call: call.changed(headers={**call.headers, name.strip(): value.strip()})


def _capital_id(_: str) -> Change:
    """The letters of a UUID may be small or capitals (RFC 4122 section 3)."""
    return lambda call: call.changed(request_id=call.request_id.upper())


def _without_header(name: str) -> Change:
    return lambda call: call.changed(headers={**call.headers, name: None})


def _without_ssp(_: str) -> Change:
    ssp = (names.SSP_TRACE_ID, names.SSP_FROM, names.SSP_TO, names.SSP_INTERACTION_ID)
    return lambda call: call.changed(headers={**call.headers, **dict.fromkeys(ssp)})


def _method(method: str) -> Change:
    """Another method at the same address; a body where the method has one, that of a slot for want of another."""

    def change(call: Call) -> Call:
        if method == "HEAD":
            return call.changed(method=method)
        if method == "PATCH":
            headers = {**call.headers, "Content-Type": _JSON_PATCH}
            return call.changed(method=method, content=_CANCELLED_BY_PATCH, headers=headers)
        return call.changed(method=method, resource=call.resource or _SLOT)

    return change


def _method_at_an_id(method: str) -> Change:
    """The method at the address of a single resource of the type, one that the provider does not have."""

    def change(call: Call) -> Call:
        identity = str(uuid.uuid4())
        resource = {**(call.resource or _SLOT), "id": identity}
        return call.changed(method=method, path=f"{call.path}/{identity}", query=(), resource=resource)

    return change


def _method_without_id(method: str) -> Change:
    return lambda call: call.changed(method=method, path=call.path.rpartition("/")[0])


def _tag_around_the_version(_: str) -> Change:
    """If-Match names no version that there ever was; the current one is a part of its text."""

    def change(call: Call) -> Call | None:
        current = (call.headers.get("If-Match") or "").removeprefix("W/").strip('"')
        return call.changed(headers={**call.headers, "If-Match": f'W/"v{current}-0"'}) if current else None

    return change


def _other_id(make: Callable[[str], str]) -> Maker:
    """Another id at the end of the path; none where it would be the same."""

    def change(call: Call) -> Call | None:
        base, _, identity = call.path.rpartition("/")
        other = make(identity)
        if other == identity:
            return None
        resource = {**call.resource, "id": other} if call.resource else None
        return call.changed(path=f"{base}/{other}", resource=resource)

    return lambda _: change


def _unserved_format(_: str) -> Change:
    unserved = "text/csv"
    return lambda call: call.changed(
        headers={**call.headers, "Accept": unserved}, query=(*call.query, ("_format", unserved))
    )


def _other_version(_: str) -> Change:
    """If-Match names a version, well formed, that is not the current one, though it may begin like it."""

    def change(call: Call) -> Call:
        current = (call.headers.get("If-Match") or "").removeprefix("W/").strip('"')
        # Long ones may have a form that is checked.
        other = f"{current}001" if 0 < len(current) <= _SHORT else str(uuid.uuid4())
        return call.changed(headers={**call.headers, "If-Match": f'W/"{other}"'})

    return change


#: Characters of a version id that is no UUID or the like.
_SHORT = 12


def _patient_parameter(value: str) -> Change:
    return _query(lambda query: [(n, value if n == names.PATIENT_PARAMETER else v) for n, v in query])


def _other_service(make: Callable[[str], str]) -> Maker:
    return lambda _: _query(lambda query: [(n, make(v) if n == names.SERVICE_PARAMETER else v) for n, v in query])


def _beginning_of_id(_: str) -> Change:
    def change(call: Call) -> Call:
        base, _, identity = call.path.rpartition("/")
        return call.changed(path=f"{base}/{identity[:-1]}")

    return change


def _turned(places: str) -> Change:
    """The parameters in the same round, begun elsewhere."""
    return _query(lambda query: [*query[int(places) :], *query[: int(places)]])


def _with_fractions(_: str) -> Change:
    """The same times, told with milliseconds."""
    return _query(lambda query: [(n, v.replace("Z", ".000Z") if n == "start" else v) for n, v in query])


def _two_days(_: str) -> Change:
    """A window that ends two days from now."""

    def change(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
        rest = [(n, v) for n, v in query if not (n == "start" and v.startswith("le"))]
        return [*rest, ("start", "le" + instant(datetime.now(UTC) + timedelta(days=2)))]

    return _query(change)


def _plain_colons(_: str) -> Change:
    """The names of the parameters with their colons as they are (RFC 3986 section 3.4 allows them in a query)."""

    def change(call: Call) -> Call:
        text = "&".join(f"{quote(name, safe=':')}={quote(value, safe='')}" for name, value in call.query)
        return call.changed(path=f"{call.path}?{text}", query=())

    return change


def _no_such_version(_: str) -> Change:
    return lambda call: call.changed(path=f"{call.path}/_history/987654321")


REQUESTS: Named = {
    "with its parameters in another order": lambda _: _query(lambda query: query[::-1]),
    "with its parameters begun at number": _turned,
    "with milliseconds in its times": _with_fractions,
    "with a window of two days": _two_days,
    "with plain colons in the names of its parameters": _plain_colons,
    "of a version that never was": _no_such_version,
    "of a service whose id is the beginning of this one": _other_service(lambda value: value[:-1]),
    "of a service whose id is this one behind a zero": _other_service(lambda value: f"0{value}"),
    "of a service whose id is this one before a letter": _other_service(lambda value: f"{value}x"),
    "of the beginning of the id": _beginning_of_id,
    "without the parameter": _without_parameter,
    "with the parameter": _parameter,
    "with the further parameter": _added_parameter,
    "with a window in the past": _window(timedelta(hours=-4), timedelta(hours=-2)),
    "with a window that ended twenty minutes ago": _window(timedelta(hours=-2), timedelta(minutes=-20)),
    "with a window that began in the past": _began(timedelta(hours=-2)),
    "with the header": _header,
    "with an empty header": _header,
    "with its X-Request-ID in capitals": _capital_id,
    "without the header": _without_header,
    "without the Ssp- headers": _without_ssp,
    "with the method": _method,
    "at an id of its own, with the method": _method_at_an_id,
    "without the id, with the method": _method_without_id,
    "quoting a tag with the version in it": _tag_around_the_version,
    "of an id that never was": _other_id(lambda _: str(uuid.uuid4())),
    "of the id in the other case": _other_id(str.swapcase),
    "asking for a format that nobody serves": _unserved_format,
    "quoting another version": _other_version,
    "with the patient": _patient_parameter,
}
