"""Each interaction in XML, beside the same in JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.calls import XML, Call
from ..bookkeeping.booking_log import appointment_url
from ..http.exchange import Exchange
from ..http.versions import version_tag
from .baselines import SINCE, UNTIL, slot_search
from .compare import search_differences
from .context import Scenario
from .mutations.patients import beyond_ascii
from .preconditions import another_version, search_and_lease

_INCLUDES = (
    ("_include", names.INCLUDE_SCHEDULE),
    ("_include:iterate", names.INCLUDE_PRACTITIONER),
    ("_include:iterate", names.INCLUDE_PRACTITIONER_ROLE),
    ("_include:iterate", names.INCLUDE_SERVICE),
    *(("_include:iterate", spellings[0]) for spellings in names.INCLUDES_OF_SERVICE.values()),
)
#: How often the searches are made again where they differ.
_AGAIN = 2


@dataclass(frozen=True)
class InXml:
    """What was asked: a search in XML, between two in JSON; and the rest as far as it went.

    Others book meanwhile: what both searches in JSON show, the one between them has to show as well.
    """

    before: Exchange
    search: Exchange
    after: Exchange
    booked: Exchange | None = None
    read_json: Exchange | None = None
    read: Exchange | None = None
    read_by_parameter: Exchange | None = None
    cancelled: Exchange | None = None
    read_after: Exchange | None = None
    read_after_in_xml: Exchange | None = None
    unlocked: Exchange | None = None
    stale: Exchange | None = None
    incomplete: Exchange | None = None

    @property
    def is_served(self) -> bool:
        return self.search.ok and self.search.response is not None and self.search.response.is_xml


def in_xml(scenario: Scenario) -> InXml:
    """A search with all that may come along, in JSON and in XML.

    Where XML is served, a booking, a read and a cancellation in XML too.
    """
    trial = slot_search(scenario)

    def searched(**headers: str) -> Exchange:
        good = trial.good()
        return trial.consumer.send(trial.part, good.changed(query=(*good.query, *_INCLUDES), headers=headers))

    said = InXml(searched(), searched(Accept=XML), searched())
    for _ in range(_AGAIN):
        # A slot may be booked and given back, or the other way round, between the searches in JSON.
        if not said.is_served or not any(search_differences(said.before, said.search, said.after)):
            break
        said = InXml(searched(), searched(Accept=XML), searched())
    if not said.is_served:
        return said

    def bookable() -> dict[str, Any]:
        found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
        resource = booking(scenario.patient, found.slot, scenario.settings.edition)
        # So that the letters of XML are looked at, too.
        for patient in resource["contained"]:
            if patient["resourceType"] == "Patient":
                beyond_ascii(patient)
        return resource

    part, consumer, body = scenario.part("provider"), scenario.consumer("first_111"), bookable()
    lacking = {name: value for name, value in body.items() if name != "description"}
    incomplete = consumer.send(part, calls.book(lacking).changed(format=XML, note="in XML, without a description"))
    if incomplete.ok:
        body = bookable()
    booked = consumer.send(part, calls.book(body).changed(format=XML))
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    if not url:
        return replace(said, incomplete=incomplete, booked=booked)
    read_json = consumer.send(part, calls.read(url))
    read = consumer.send(part, calls.read(url).changed(headers={"Accept": XML}))
    by_parameter = consumer.send(part, calls.read(url).changed(query=(("_format", "xml"),)))
    known = replace(
        said, incomplete=incomplete, booked=booked, read_json=read_json, read=read, read_by_parameter=by_parameter
    )
    if not read.resource:
        return known

    def another() -> Call | None:
        """The cancellation of one more booking: what should have been rejected has cancelled the one before."""
        made = consumer.send(part, calls.book(bookable()).changed(format=XML))
        place = appointment_url(made, part.base_url) if made.ok else ""
        if not place:
            return None
        shown = consumer.send(part, calls.read(place).changed(headers={"Accept": XML}))
        return calls.cancel(place, {**(shown.resource or {}), "status": "cancelled"}, version_tag(shown))

    # Only what it sends says that this one wants XML (FMT-04).
    first = calls.cancel(url, {**read.resource, "status": "cancelled"}, version_tag(read))
    unlocked = consumer.send(part, first.changed(format=XML, headers={}, note="in XML, without If-Match"))
    cancel = another() if unlocked.ok else first
    if cancel is None:
        return replace(known, unlocked=unlocked)
    tag = another_version(cancel.headers["If-Match"] or "")
    stale = consumer.send(
        part, cancel.changed(format=XML, headers={"If-Match": tag}, note="in XML, quoting another version")
    )
    known = replace(known, unlocked=unlocked, stale=stale)
    cancel = another() if stale.ok else cancel
    if cancel is None:
        return known
    cancelled = consumer.send(part, cancel.changed(format=XML).with_headers(Accept=None))
    known = replace(known, cancelled=cancelled)
    if not cancelled.ok:
        return known
    after = consumer.send(part, calls.read(cancel.path))
    after_in_xml = consumer.send(part, calls.read(cancel.path).changed(headers={"Accept": XML}))
    return replace(known, read_after=after, read_after_in_xml=after_in_xml)
