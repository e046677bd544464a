"""The log of bookings, ``booked.jsonl``: what a run sent, what became of it, and what is left standing.

A booking is written down before it is sent, with all that is needed to send it again, and completed by what came
back. So nothing that a system answers, and no moment at which the program is killed, loses one: what was not answered
properly is found out at the end of the run (``lost_answers``), and what stands is cancelled (``sweep``). What was
rejected is looked for there, too: what stands between may reject what the provider has carried out.
"""

from __future__ import annotations

import base64
import errno
import os
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from uec_booking.standard import names
from uec_booking.standard.validation import well_typed

from ..fhir import contained
from ..http.exchange import Exchange, Sent, header
from ..http.notes import is_to_be_rejected
from ..http.sent import resource_in
from ..http.urls import absolute, appointment_at, appointment_id, at_home, unversioned
from ..settings.model import Part
from .booking_entries import Answered, Booked, Cancelled, Entry, Rejected, Requested

FILE = "booked.jsonl"

#: Refusals that say nothing of whether the request was carried out: a proxy gave up waiting.
_GAVE_UP_WAITING = (408, 499)


class BookingLog:
    """Appends to the log, over all worker processes. What a system answered cannot make it fail."""

    def __init__(self, path: Path) -> None:
        self._path = path
        #: What was noted through this object: the bookings of one scenario.
        self.noted: list[Booked] = []

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self._path.parent

    def request(self, sent: Sent, part: Part, organisation: str, *, format: str, repeatable: bool) -> Requested | None:
        """Note a POST before it is sent; None where what it makes does not outlast the run.

        ``repeatable``: whether it is a plain booking, which can be sent again to learn what became of it.
        """
        if part.bundled:
            return None
        resource = well_typed(resource_in(sent))
        slot = contained(resource, "Slot") or {}
        requested = Requested(
            requested=str(uuid.uuid4()),
            system=part.key,
            base_url=part.base_url,
            organisation=organisation,
            request_id=header(sent.headers, names.REQUEST_ID) or "",
            slot=next(iter(values(slot)), "") or _literal_slot(resource),
            start=_text(resource.get("start")),
            nhs_number=next(iter(nhs_numbers(resource)), ""),
            format=format,
            body=base64.b64encode(sent.body),
            repeatable=repeatable,
        )
        self._append([requested])
        return requested

    def answer(self, requested: Requested, exchange: Exchange) -> None:
        """Note what came back: the appointments that it may have made, and whether it says what was done."""
        made = booked(exchange, requested)
        self.noted += made
        self._append([*made, *_ending(exchange, requested.requested)])

    def cancelled(self, gone: Booked) -> None:
        """Note that nothing of a booking is left standing."""
        self._append([Cancelled(cancelled=gone.url)])

    def _append(self, entries: Iterable[Entry]) -> None:
        lines = "".join(entry.model_dump_json() + "\n" for entry in entries)
        if not lines:
            return
        content = lines.encode()
        handle = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        try:
            if _is_cut_off(handle):
                content = b"\n" + content
            # In one write, so that the lines of two workers never mix.
            if os.write(handle, content) < len(content):
                # The last room was used up: there is no error of the system's yet, and the line is no line.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        finally:
            os.close(handle)


def _is_cut_off(handle: int) -> bool:
    """Whether the last line of a file has no end, because there was no room for it: what follows is no part of it."""
    if os.lseek(handle, 0, os.SEEK_END) == 0:
        return False
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1) != b"\n"


# -- what an answer says -----------------------------------------------------------------------


def _ending(exchange: Exchange, name: str) -> list[Entry]:
    """What an answer says of a request; nothing where it leaves open whether it was carried out."""
    if is_proper(exchange):
        return [Answered(answered=name)]
    if not 400 <= exchange.status < 500 or exchange.status in _GAVE_UP_WAITING:
        return []
    settled = is_outcome(exchange) or is_to_be_rejected(exchange)
    return [Rejected(refused=name, answer=exchange.answered()[:100], settled=settled)]


def is_proper(exchange: Exchange) -> bool:
    """Whether an answer to a POST shows the appointment that it made, with its id.

    A 2xx whose body is no appointment shows none, whatever its Location; nor does one that names two appointments.
    A 5xx may come after the effect as well as before it, and so may a 4xx that is not the system's own.
    """
    identity = _id_in_body(exchange)
    return exchange.ok and bool(identity) and appointment_id(exchange.header("Location") or "") in ("", identity)


def is_outcome(exchange: Exchange) -> bool:
    """Whether an answer is a readable OperationOutcome, and says that it is JSON or XML."""
    response = exchange.response
    if response is None or response.resource_type != "OperationOutcome":
        return False
    return response.media_type.endswith(("json", "xml", "json+fhir", "xml+fhir"))


def booked(exchange: Exchange, requested: Requested) -> list[Booked]:
    """The appointments that an answer to a POST may have made: two where its body and its Location name two."""
    if not exchange.ok:
        return []
    base_url = requested.base_url
    location = exchange.header("Location") or ""
    addresses: dict[str, list[str]] = {}
    for identity in (_id_in_body(exchange), appointment_id(location)):
        if url := appointment_at(identity, base_url):
            addresses.setdefault(identity, [url])
    literal = at_home(unversioned(location), base_url) if appointment_id(location) in addresses else ""
    if literal and literal not in addresses[appointment_id(location)]:
        addresses[appointment_id(location)].append(literal)
    return [
        Booked(
            system=requested.system,
            base_url=base_url,
            url=urls[0],
            organisation=requested.organisation,
            others=tuple(urls[1:]),
            requested=requested.requested,
        )
        for urls in addresses.values()
    ]


def appointment_url(exchange: Exchange, base_url: str) -> str:
    """The stable URL of the appointment that a 201 made: by the id in its body, else by the one in its Location.

    It is always under ``base_url``, wherever the Location leads. The id comes first, so that a wrong Location is found
    where it is looked at, and nowhere else.
    """
    identity = _id_in_body(exchange) or appointment_id(exchange.header("Location") or "")
    return appointment_at(identity, base_url)


def location_url(exchange: Exchange, base_url: str) -> str:
    """The stable URL that a Location gives, as it gives it, wherever it leads; empty where it is of no appointment."""
    location = exchange.header("Location") or ""
    return unversioned(absolute(location, base_url)) if appointment_id(location) else ""


def _id_in_body(exchange: Exchange) -> str:
    resource = exchange.resource
    return _text(resource.get("id")) if resource.get("resourceType") == "Appointment" else ""


# -- what was asked for ------------------------------------------------------------------------


def nhs_numbers(body: Mapping[str, Any]) -> Iterable[str]:
    """The NHS numbers in a booking or an entry."""
    participants = body.get("participant")
    actors = [p.get("actor") for p in participants if isinstance(p, Mapping)] if isinstance(participants, list) else []
    identified = [{"identifier": [actor.get("identifier")]} for actor in actors if isinstance(actor, Mapping)]
    for resource in (*identified, contained(body, "Patient") or {}):
        yield from values(resource, names.NHS_NUMBER_SYSTEM)


def values(resource: Mapping[str, Any], system: str = "") -> Iterable[str]:
    """The values of a resource's identifiers, of a system where one is given."""
    identifiers = resource.get("identifier")
    for identifier in identifiers if isinstance(identifiers, list) else []:
        if isinstance(identifier, Mapping) and system in ("", identifier.get("system")):
            value = _text(identifier.get("value"))
            if value:
                yield value


def _literal_slot(body: Mapping[str, Any]) -> str:
    """The id of the slot that a booking refers to, as it was up to edition 0.1.15."""
    slots = body.get("slot")
    first = slots[0] if isinstance(slots, list) and slots else None
    reference = _text(first.get("reference")) if isinstance(first, Mapping) else ""
    return "" if reference.startswith("#") else reference.rpartition("/")[2]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
