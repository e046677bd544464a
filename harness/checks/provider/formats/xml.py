"""Expectations of XML: each interaction in it, and the same said as in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from uec_booking.standard import names

from ....actors import calls
from ....actors.appointment_body import booking
from ....actors.calls import XML
from ....bookkeeping.booking_log import appointment_url
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.baselines import SINCE, UNTIL, slot_search
from ....scenario.compare import changes
from ....scenario.context import Scenario, version_tag
from ....scenario.preconditions import search_and_lease

_INCLUDES = (
    ("_include", names.INCLUDE_SCHEDULE),
    ("_include:iterate", names.INCLUDE_PRACTITIONER),
    ("_include:iterate", names.INCLUDE_PRACTITIONER_ROLE),
    ("_include:iterate", names.INCLUDE_SERVICE),
    *(("_include:iterate", spellings[0]) for spellings in names.INCLUDES_OF_SERVICE.values()),
)
#: How often the searches are made again where they differ.
_AGAIN = 2
#: What may differ between two answers of the same content.
_FREE = ("text", "meta")


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
    incomplete: Exchange | None = None

    @property
    def is_served(self) -> bool:
        return _is_xml(self.search) and self.search.ok


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
        if not said.is_served or not list(_search_differences(said)):
            break
        said = InXml(searched(), searched(Accept=XML), searched())
    if not said.is_served:
        return said
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    part, consumer = found.part, scenario.consumer("first_111")
    body = booking(scenario.patient, found.slot, scenario.settings.edition)
    lacking = {name: value for name, value in body.items() if name != "description"}
    incomplete = consumer.send(part, calls.book(lacking).changed(format=XML, note="in XML, without a description"))
    if incomplete.ok:
        found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
        body = booking(scenario.patient, found.slot, scenario.settings.edition)
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
    # Only what it sends says that this one wants XML (FMT-04).
    cancel = calls.cancel(url, {**read.resource, "status": "cancelled"}, version_tag(read))
    unlocked = consumer.send(part, cancel.changed(format=XML, headers={}, note="in XML, without If-Match"))
    cancelled = consumer.send(part, cancel.changed(format=XML).with_headers(Accept=None))
    known = replace(known, unlocked=unlocked, cancelled=cancelled)
    if not cancelled.ok:
        return known
    after = consumer.send(part, calls.read(url))
    after_in_xml = consumer.send(part, calls.read(url).changed(headers={"Accept": XML}))
    return replace(known, read_after=after, read_after_in_xml=after_in_xml)


@decides("FMT-02")
def says_the_same(recorder: Recorder, said: InXml) -> None:
    """FMT-02: XML is supported too, and says what the JSON says (CF-21)."""
    xml = said.search
    served_as = "xml" if said.is_served else "json" if xml.ok else "refused"
    recorder.expect_value("FMT-02", "xml-requested", served_as, actual=xml.answered(), of=xml, where="Content-Type")
    if served_as != "xml":
        return
    _same(recorder, list(_search_differences(said)), [said.before, xml, said.after])
    for plain, marked in ((said.read_json, said.read), (said.read_after, said.read_after_in_xml)):
        if plain is not None and marked is not None:
            _same(recorder, _differences(plain.resource, marked.resource), [plain, marked])
            if plain.header("ETag"):
                _as_in_json(recorder, marked, "ETag", plain.header("ETag") or "")
    for written, read in ((said.booked, said.read_json), (said.cancelled, said.read_after)):
        if written is not None and written.ok and read is not None and read.ok:
            _same(recorder, _differences(read.resource, written.resource), [written, read])
            _as_in_json(recorder, written, "ETag", read.header("ETag") or "")
    if said.booked is not None and said.booked.ok:
        _as_in_json(recorder, said.booked, "Location")
    for exchange, status in ((said.booked, 201), (said.cancelled, 200)):
        if exchange is not None:
            recorder.expect(
                "FMT-02",
                exchange.status == status and _is_xml(exchange),
                expected=f"{exchange.request.method} in XML: {status} in XML",
                actual=exchange.summary(),
                of=exchange,
                where="Content-Type",
            )


def _as_in_json(recorder: Recorder, exchange: Exchange, name: str, value: str = "") -> None:
    """The answer in XML has the header that it has in JSON, with that value where one is given."""
    found = exchange.header(name) or ""
    recorder.expect(
        "FMT-02",
        bool(found) if not value else found == value,
        expected=f"{exchange.request.method} in XML: {name} as in JSON",
        actual=f"{name}: {found}" if found else f"no {name} header",
        of=exchange,
        where=name,
    )


@decides("PRV-BOOK-12", "PRV-CAN-09")
def rules_hold(recorder: Recorder, said: InXml) -> None:
    """PRV-BOOK-12, PRV-CAN-09: what is refused in JSON is refused in XML, where such bodies are taken."""
    for requirement, situation, exchange, twin in (
        ("PRV-BOOK-12", "profile-breach", said.incomplete, said.booked),
        ("PRV-CAN-09", "no-if-match", said.unlocked, said.cancelled or said.unlocked),
    ):
        if exchange is None or twin is None or not (twin.ok or exchange.ok):
            recorder.does_not_arise(requirement, "such bodies are not taken in XML", of=said.booked or said.search)
        else:
            recorder.expect_answer(requirement, situation, exchange, expected=f"{exchange.note}: {situation}")


@decides("FMT-03")
def parameter_wins(recorder: Recorder, said: InXml) -> None:
    """FMT-03: _format=xml brings XML where XML is served, though Accept asks for JSON."""
    if not said.is_served:
        recorder.does_not_arise("FMT-03", "XML is not served", of=said.search)
    elif said.read_by_parameter is not None and said.read is not None and _is_xml(said.read) and said.read.ok:
        recorder.expect(
            "FMT-03",
            said.read_by_parameter.ok and _is_xml(said.read_by_parameter),
            expected="_format xml: XML",
            actual=said.read_by_parameter.answered(),
            of=said.read_by_parameter,
            where="Content-Type",
        )
    else:
        recorder.does_not_arise("FMT-03", "appointments are not served in XML", of=said.search)


@decides("FMT-04")
def follows_what_is_sent(recorder: Recorder, said: InXml) -> None:
    """FMT-04: a body in XML, with no preference stated, is answered in XML; where XML is not served, it cannot be."""
    if said.cancelled is None or not said.cancelled.ok:
        what = "bodies in XML are not taken" if said.is_served else "XML is not served"
        recorder.does_not_arise("FMT-04", what, of=said.cancelled or said.booked or said.search)
    else:
        recorder.expect(
            "FMT-04",
            _is_xml(said.cancelled),
            expected="XML sent with no preference: XML",
            actual=said.cancelled.answered(),
            of=said.cancelled,
            where="Content-Type",
        )


def _is_xml(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.is_xml


def _same(recorder: Recorder, wrong: list[str], of: list[Exchange]) -> None:
    recorder.expect(
        "FMT-02",
        not wrong,
        expected="XML that says the same as the JSON",
        actual="the same" if not wrong else "; ".join(wrong[:3]),
        of=of,
        where="body",
    )


def _search_differences(said: InXml) -> Iterator[str]:
    before, after, shown = (_by_identity(e.resource) for e in (said.before, said.after, said.search))
    if said.search.resource.get("resourceType") != "Bundle":
        yield f"the body is {said.search.answered()}"
    for key in before.keys() & after.keys():
        if key not in shown:
            yield f"{key} is missing in XML"
        elif before[key] == after[key]:
            yield from _differences(before[key], shown[key])
    yield from (f"{key} is in XML only" for key in shown.keys() - before.keys() - after.keys())


def _by_identity(bundle: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The resources of a Bundle by type and id, or what else tells them apart."""
    found = [e["resource"] for e in bundle.get("entry") or [] if isinstance(e.get("resource"), Mapping)]
    # An outcome is about the one search that it came with.
    resources = [r for r in found if r.get("resourceType") != "OperationOutcome"]
    return {f"{r.get('resourceType')} {r.get('id') or r.get('identifier') or r}": r for r in resources}


def _differences(plain: Mapping[str, Any], marked: Mapping[str, Any]) -> list[str]:
    one, other = ({k: v for k, v in r.items() if k not in _FREE} for r in (plain, marked))
    return [] if one == other else changes(one, other) or changes(other, one) or ["another content"]
