"""The calls that a consumer can make, each a good default from which a check changes one thing.

"Configure the default request, change one thing, send, check many things":
``Call.changed(query=...)`` is that one thing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from uec_booking.standard import editions, names
from uec_booking.standard.codec import CodecError, to_xml

from ..errors import CannotGoOn
from ..http.exchange import Sent, as_json_bytes
from ..http.urls import at_home
from ..settings.model import Organisation, Part
from .appointment_body import instant
from .tokens import claims, unsecured

JSON = names.FHIR_JSON
XML = names.FHIR_XML

#: Makes the token string from the good claims of the call.
TokenMaker = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Call:
    """A request to a provider, before it is addressed and signed.

    ``path`` is relative to the base URL, or an absolute URL of the same system that an earlier answer gave.
    ``headers`` override the defaults; a value of None leaves the header out.
    ``content`` is sent as it is; otherwise ``resource`` is written in ``format``.
    ``token`` makes the bearer token from the good claims; None sends no Authorization header.
    ``request_id`` is the X-Request-ID, new for each call unless a retry repeats it.
    """

    method: str
    path: str
    interaction: str
    scope: str
    query: tuple[tuple[str, str], ...] = ()
    resource: Mapping[str, Any] | None = None
    content: bytes | None = None
    format: str = JSON
    headers: Mapping[str, str | None] = field(default_factory=dict)
    token: TokenMaker | None = unsecured
    scheme: str = "Bearer"
    practitioner: bool = True
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    chunked: bool = False
    note: str = ""

    def changed(self, **changes: Any) -> Call:
        """This call with something changed, as a new transaction unless ``request_id`` is given."""
        return replace(self, **{"request_id": str(uuid.uuid4()), **changes})

    @property
    def is_plain_booking(self) -> bool:
        """Whether it is a booking with nothing odd about it, which was not made to be rejected."""
        return self.path == "/Appointment" and self.token is unsecured and not (self.headers or self.query)

    def with_headers(self, **headers: str | None) -> Call:
        """As ``changed``, for headers written with underscores: ``If_Match=None``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.changed(headers={**self.headers, **named})


def metadata() -> Call:
    return Call("GET", "/metadata", names.READ_METADATA, names.SCOPE_SLOT_READ)


def search_slots(
    service: str,
    start: datetime | None = None,
    until: datetime | None = None,
    status: str = "free",
    includes: Iterable[tuple[str, str]] = (),
) -> Call:
    """A slot search; ``start`` and ``until`` bound the slots' start, both inclusive."""
    query = [(names.SERVICE_PARAMETER, service)]
    if start is not None:
        query.append(("start", "ge" + instant(start)))
    if until is not None:
        query.append(("start", "le" + instant(until)))
    if status:
        query.append(("status", status))
    return Call("GET", "/Slot", names.SEARCH_SLOT, names.SCOPE_SLOT_READ, query=(*query, *includes))


def book(appointment: Mapping[str, Any]) -> Call:
    return Call("POST", "/Appointment", names.CREATE_APPOINTMENT, names.SCOPE_APPOINTMENT_WRITE, resource=appointment)


def read(path: str) -> Call:
    """Read an appointment, or a version of one; ``path`` is its URL or relative to the base."""
    return Call("GET", path, names.READ_APPOINTMENT, names.SCOPE_APPOINTMENT_READ)


def search_appointments(patient: str) -> Call:
    """Search for a patient's appointments; ``patient`` is ``system|value``."""
    return Call(
        "GET",
        "/Appointment",
        names.SEARCH_APPOINTMENT,
        names.SCOPE_APPOINTMENT_READ,
        query=((names.PATIENT_PARAMETER, patient),),
    )


def cancel(path: str, appointment: Mapping[str, Any], etag: str) -> Call:
    """The PUT of ``appointment`` (with status cancelled) against the version ``etag``."""
    call = Call("PUT", path, names.UPDATE_APPOINTMENT, names.SCOPE_APPOINTMENT_WRITE, resource=appointment)
    return replace(call, headers={"If-Match": etag})


def for_edition(call: Call, edition: str) -> Call:
    """The call as consumers of an edition make it: before 0.2.0 there was no scope of its own for reads (CF-68)."""
    if call.scope == names.SCOPE_APPOINTMENT_READ and not editions.in_range(edition, "0.2.0+"):
        return replace(call, scope=names.SCOPE_APPOINTMENT_WRITE)
    return call


def query_string(query: Iterable[tuple[str, str]]) -> str:
    """Percent-encoded as RFC 3986 demands: colons, plus signs and commas in values too."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)


def addressed(call: Call, part: Part, organisation: Organisation, trace_id: str) -> Sent:
    """The request as ``organisation``'s consumer system sends it to ``part`` in the encounter ``trace_id``."""
    url = _url(call.path, part)
    if call.query:
        url += "?" + query_string(call.query)
    body = call.content
    if body is None:
        body = b"" if call.resource is None else _written(call)
    headers: dict[str, str | None] = {
        "Accept": call.format,
        names.REQUEST_ID: call.request_id,
        **_ssp_headers(call, part, organisation, trace_id),
    }
    if call.method in ("POST", "PUT"):
        headers["Content-Type"] = f"{call.format};charset=utf-8"
    if call.token is not None:
        good = claims(organisation, part.audience, call.scope, practitioner=call.practitioner)
        headers["Authorization"] = f"{call.scheme} {call.token(good)}"
    headers.update(call.headers)
    kept = tuple((name, value) for name, value in headers.items() if value is not None)
    return Sent(call.method, url, kept, body, call.chunked)


def _written(call: Call) -> bytes:
    """Raises CannotGoOn for what was read in JSON, is to be sent back, and cannot be said in XML."""
    assert call.resource is not None
    if call.format != XML:
        return as_json_bytes(call.resource)
    try:
        return to_xml(dict(call.resource))
    except CodecError as problem:
        raise CannotGoOn(f"what the system answered cannot be sent back in XML: {problem}", "RES-ANY-01") from None


def _url(path: str, part: Part) -> str:
    """Where a call goes: to the origin of the part in the settings, whatever an answer said, and nowhere else.

    This is the one place that decides it, and with it who is given a token, a client certificate and a body.
    A path starts with a slash (or is empty), because ``https://host`` and ``@elsewhere`` make another host.

    Raises:
        CannotGoOn: the URL leads elsewhere.
    """
    if not path or path.startswith(("/", "?")):
        return part.url(path)
    received = path.removeprefix(f"{part.ssp_url.rstrip('/')}/") if part.ssp_url else path
    if received.startswith(f"{part.base_url}/"):
        return part.url(received.removeprefix(part.base_url))
    home = at_home(received, part.base_url)
    if not home:
        raise CannotGoOn(f"{path[:200]!r} is no address of {part.name} ({part.base_url}): nothing was sent there")
    return part.through(home)


def _ssp_headers(call: Call, part: Part, organisation: Organisation, trace_id: str) -> dict[str, str]:
    """Calls to a registry never go through the proxy and carry none of its headers."""
    if not part.as_role.behind_ssp:
        return {}
    return {
        names.SSP_TRACE_ID: trace_id,
        names.SSP_FROM: organisation.asid,
        names.SSP_TO: part.asid,
        names.SSP_INTERACTION_ID: call.interaction,
    }
