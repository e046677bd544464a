"""A request of the consumer under test, as it came to the Spine Secure Proxy: where it was to go, and what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from uec_booking.standard.codec import CodecError, parse_json, parse_xml
from uec_booking.standard.validation import well_typed

from ..errors import ClientError
from ..fhir import bundle_resources
from ..http.content_coding import unpacked
from ..http.exchange import Exchange, header
from ..http.times import moment
from ..http.urls import split, unversioned

#: The address of a provider behind that of the proxy, plain or percent-encoded whole (CF-19).
_BEHIND = re.compile(r"^(/*)(https?)(://|%3a%2f%2f)(.*)", re.IGNORECASE | re.DOTALL)
_APPOINTMENT = re.compile(r"/Appointment/[^/]+")
_VERSION = re.compile(r"/Appointment/[^/]+/_history/[^/]+")
#: A body that unpacks to more is read as it came.
_MOST_BYTES = 10_000_000


class Interaction(StrEnum):
    """What a request asks of a provider."""

    METADATA = "metadata"
    SLOTS = "slot search"
    BOOK = "booking"
    READ = "read"
    CANCEL = "update"
    SEARCH = "appointment search"


@dataclass(frozen=True)
class ProviderCall:
    """A request to a provider. ``slashes``: how many stand between the proxy's address and the provider's.

    ``target`` is the provider's URL as it was sent, decoded only where it was encoded whole; empty where the request
    named none. ``root`` is the service root that it begins with, empty where it is none of the directory's.
    """

    exchange: Exchange
    slashes: int
    target: str
    root: str

    @property
    def behind_proxy(self) -> bool:
        """Whether it was recorded between proxy and provider, so that nothing shows how the proxy was addressed."""
        return bool(self.exchange.extra.get("behind_proxy"))

    @property
    def body_unrecorded(self) -> bool:
        """Whether a recording has the request without the body that it had."""
        return bool(self.exchange.extra.get("body_unrecorded"))

    @property
    def rest(self) -> str:
        """The path behind the service root, with one slash before it."""
        path = split(self.target).path if self.root else ""
        below = path.removeprefix(split(self.root).path) if self.root else ""
        return "/" + below.strip("/") if below.strip("/") else ""

    @property
    def interaction(self) -> Interaction | None:
        """What is asked, by method and path; None for what the standard does not have."""
        method, path = self.exchange.request.method, self.rest
        if method == "GET" and path == "/metadata":
            return Interaction.METADATA
        if method == "GET" and path == "/Slot":
            return Interaction.SLOTS
        if path == "/Appointment" and method != "PUT":
            return {"POST": Interaction.BOOK, "GET": Interaction.SEARCH}.get(method)
        if method == "GET" and (_APPOINTMENT.fullmatch(path) or _VERSION.fullmatch(path)):
            return Interaction.READ
        # An update of a version, or of none, is one at a wrong address (CON-CAN-04).
        updates = _APPOINTMENT.fullmatch(path) or _VERSION.fullmatch(path) or path == "/Appointment"
        return Interaction.CANCEL if method == "PUT" and updates else None

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The parameters, decoded."""
        return tuple(parse_qsl(split(self.target).query, keep_blank_values=True))

    @property
    def raw_query(self) -> str:
        return split(self.target).query

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def header(self, name: str) -> str | None:
        return header(self.exchange.request.headers, name)

    @property
    def of_a_version(self) -> bool:
        """Whether it asks for one version of an appointment, which need not be the current one."""
        return bool(_VERSION.fullmatch(self.rest))

    @property
    def appointment(self) -> str:
        """The stable URL of the appointment that it is about, empty where it is about none."""
        path = self.rest
        return unversioned(self.root + path) if _APPOINTMENT.match(path) else ""

    @cached_property
    def body(self) -> Mapping[str, Any]:
        """The resource sent, as far as its elements have the types of FHIR; empty where it is none."""
        return well_typed(self.sent_resource)

    @cached_property
    def content(self) -> bytes:
        """The body without its content codings (FMT-10); as it came where it is not in them."""
        sent = self.exchange.request.body
        try:
            return unpacked(sent, self.header("Content-Encoding") or "", _MOST_BYTES)
        except ClientError:
            return sent

    @cached_property
    def sent_resource(self) -> dict[str, Any] | None:
        """The resource sent, as it came; None where it is none."""
        if not self.content.strip():
            return None
        try:
            return (parse_xml if "xml" in (self.header("Content-Type") or "") else parse_json)(self.content)
        except CodecError:
            return None

    @property
    def definite(self) -> bool:
        """Whether the consumer was told what came of it: not so where the proxy or the provider failed."""
        return self.exchange.status != 0 and self.exchange.status < 500

    def shows_that_came_to_nothing(self, lost: ProviderCall) -> bool:
        """Whether this search for the patient's appointments shows that a booking without answer was not made."""
        if self.interaction is not Interaction.SEARCH or not self.exchange.ok or self.root != lost.root:
            return False
        found = bundle_resources(self.exchange.resource, "Appointment")
        begins = moment(lost.body.get("start"))
        return not any(moment(one.get("start")) == begins and one.get("status") == "booked" for one in found)


def provider_call(exchange: Exchange, roots: Iterable[str]) -> ProviderCall:
    """The request to a provider that came to the proxy; ``roots`` are the service roots of the directory."""
    if exchange.extra.get("behind_proxy"):
        return ProviderCall(exchange, 1, exchange.request.url, _root(exchange.request.url, roots))
    pieces = split(exchange.request.url)
    # The address behind the host, unread: `split` would take a fragment or a query of its own from it.
    behind = exchange.request.url.partition("://")[2].partition("/")
    found = _BEHIND.match(behind[1] + behind[2]) if pieces.netloc else None
    if found is None:
        return ProviderCall(exchange, 0, "", "")
    encoded = found[3] != "://"
    target = f"{found[2].lower()}://{unquote(found[4]) if encoded else found[4]}"
    return ProviderCall(exchange, len(found[1]), target, _root(target, roots))


def _root(target: str, roots: Iterable[str]) -> str:
    """The longest service root that a URL begins with; empty where it begins with none."""
    within = [root for root in roots if target == root or target.startswith((f"{root}/", f"{root}?"))]
    return max(within, key=len, default="")
