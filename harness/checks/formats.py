"""Expectations of formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import calls
from ..bookings import booking
from ..calls import XML
from ..compare import changes
from ..errors import CannotGoOn
from ..exchange import Exchange
from ..journal import appointment_url
from ..recording import Recorder
from ..scenario import Scenario, version_tag
from ..settings import Part
from ..situations import search_and_lease
from ..subjects import SINCE, UNTIL, slot_search
from ..trials import Trial

_ROOT = re.compile(r"^https://[^/]+/(?:[^/]+/)*STU3/\d+/[^/]+$")


@dataclass(frozen=True)
class Preference:
    """A request with a preference for a format, and what should be served."""

    words: str
    requirement: str
    exchange: Exchange


def send_preferences(trial: Trial, rows: Iterable[Mapping[str, str]]) -> list[Preference]:
    """Send the good request with each preference; an empty cell leaves that preference out."""
    sent = []
    for row in rows:
        call = trial.good()
        headers = {**call.headers, "Accept": row["accept"] or None}
        if row["encoding"]:
            headers["Accept-Encoding"] = row["encoding"]
        query = (*call.query, ("_format", row["format"])) if row["format"] else call.query
        words = f"Accept {row['accept'] or 'none'}, _format {row['format'] or 'none'}"
        exchange = trial.consumer.send(trial.part, call.changed(headers=headers, query=query, note=words))
        sent.append(Preference(words, row["decides"], exchange))
    return sent


def served(recorder: Recorder, preferences: Iterable[Preference]) -> None:
    """FMT-01, -03, -05, -09: JSON is served where JSON is due, and can be decoded."""
    for preference in preferences:
        _is_json(recorder, preference.requirement, preference.words, preference.exchange)


def _is_json(recorder: Recorder, requirement: str, words: str, exchange: Exchange) -> None:
    response = exchange.response
    is_json = response is not None and "json" in response.media_type and response.resource is not None
    recorder.expect(
        requirement,
        exchange.ok and is_json,
        expected=f"{words}: JSON",
        actual=exchange.told() if response is None or not is_json else response.media_type,
        of=exchange,
        where="Content-Type",
    )
    if exchange.ok and is_json and requirement == "FMT-01" and response is not None:
        recorder.expect_value(
            "FMT-01",
            "response-media-type",
            response.media_type,
            actual=response.media_type,
            of=exchange,
            where="Content-Type",
        )


def unknown_is_refused(recorder: Recorder, trial: Trial) -> None:
    """FMT-06: a format that the server cannot produce is refused."""
    call = trial.good()
    exchange = trial.consumer.send(
        trial.part,
        call.changed(
            headers={**call.headers, "Accept": "text/csv"},
            query=(*call.query, ("_format", "text/csv")),
            note="a format that nobody serves",
        ),
    )
    recorder.expect_answer("FMT-06", "unsupported-response-format", exchange)


def without_preference(scenario: Scenario) -> list[Exchange]:
    """Book, read and cancel with neither Accept nor _format."""
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    consumer, part = scenario.consumer("first_111"), found.part
    booked = consumer.send(
        part,
        calls.book(booking(scenario.patient, found.slot, scenario.settings.edition)).with_headers(Accept=None),
    )
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    if not url:
        raise CannotGoOn(f"the booking was answered with {booked.told()}")
    read = consumer.send(part, calls.read(url).with_headers(Accept=None))
    if read.status != 200:
        raise CannotGoOn(f"the read was answered with {read.told()}")
    body = {**read.resource, "status": "cancelled"}
    cancelled = consumer.send(part, calls.cancel(url, body, version_tag(read)).with_headers(Accept=None))
    return [booked, read, cancelled]


def all_json(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """FMT-04: the answer follows the format sent; FMT-01: JSON on every interaction."""
    for exchange in answers:
        words = f"{exchange.request.method} with no preference"
        _is_json(recorder, "FMT-01", words, exchange)
        if exchange.request.body:
            _is_json(recorder, "FMT-04", words + ", JSON sent", exchange)


def in_xml(scenario: Scenario) -> list[Exchange]:
    """A search in JSON and in XML; where XML is served, a booking, a read and a cancellation in XML too."""
    trial = slot_search(scenario)
    json_ = trial.consumer.send(trial.part, trial.good())
    xml = trial.consumer.send(trial.part, trial.good().changed(headers={"Accept": XML}))
    if xml.status != 200 or xml.response is None or not xml.response.is_xml:
        return [json_, xml]
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    part, consumer = found.part, scenario.consumer("first_111")
    body = booking(scenario.patient, found.slot, scenario.settings.edition)
    booked = consumer.send(part, calls.book(body).changed(format=XML))
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    if not url:
        return [json_, xml, booked]
    read_json = consumer.send(part, calls.read(url))
    read_xml = consumer.send(part, calls.read(url).changed(headers={"Accept": XML}))
    if not read_xml.resource:
        return [json_, xml, booked, read_json, read_xml]
    # Only what it sends says that this one wants XML (FMT-04).
    cancel = calls.cancel(url, {**read_xml.resource, "status": "cancelled"}, version_tag(read_xml))
    cancelled = consumer.send(part, cancel.changed(format=XML).with_headers(Accept=None))
    return [json_, xml, booked, read_json, read_xml, cancelled]


def xml_says_the_same(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """FMT-02: XML is supported too, and says what the JSON says (CF-21)."""
    json_, xml = answers[0], answers[1]
    served_as = (
        "xml" if xml.response is not None and xml.ok and xml.response.is_xml else "json" if xml.ok else "refused"
    )
    recorder.expect_value("FMT-02", "xml-requested", served_as, actual=xml.answered(), of=xml, where="Content-Type")
    if served_as != "xml":
        return
    pairs = [(json_, xml)] if len(answers) < 5 else [(json_, xml), (answers[3], answers[4])]
    for plain, marked in pairs:
        same = marked.resource and _comparable(plain.resource) == _comparable(marked.resource)
        recorder.expect(
            "FMT-02",
            bool(same),
            expected="XML that says the same as the JSON",
            actual="the same" if same else _first_difference(plain, marked),
            of=[plain, marked],
            where="body",
        )
    for exchange, status in (
        zip((answers[2], answers[-1]), (201, 200), strict=True) if len(answers) > 5 else [(answers[2], 201)]
    ):
        recorder.expect(
            "FMT-02",
            exchange.status == status and exchange.response is not None and exchange.response.is_xml,
            expected=f"{exchange.request.method} in XML: {status} in XML",
            actual=exchange.told(),
            of=exchange,
            where="Content-Type",
        )


def follows_what_is_sent(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """FMT-04: a body in XML, with no preference stated, is answered in XML; where XML is not served, it cannot be."""
    xml = answers[1]
    if xml.response is None or not xml.ok or not xml.response.is_xml:
        recorder.does_not_arise("FMT-04", "XML is not served", of=xml)
    if len(answers) > 5 and answers[-1].ok:
        recorder.expect(
            "FMT-04",
            answers[-1].response is not None and answers[-1].response.is_xml,
            expected="XML sent with no preference: XML",
            actual=answers[-1].response.media_type if answers[-1].response else answers[-1].told(),
            of=answers[-1],
            where="Content-Type",
        )


def _comparable(resource: Mapping[str, object]) -> object:
    """A resource without what may differ between two answers: links, the Bundle's own id and times."""
    if resource.get("resourceType") == "Bundle":
        entries = [e.get("resource") for e in resource.get("entry") or [] if isinstance(e, Mapping)]  # type: ignore[union-attr]
        return sorted((str(e) for e in entries), key=len)
    return {key: value for key, value in resource.items() if key not in ("text", "meta")}


def _first_difference(plain: Exchange, marked: Exchange) -> str:
    if not marked.resource:
        return marked.response.body_problem if marked.response else marked.told()
    found = changes(plain.resource, marked.resource, ignoring=("link", "id"))
    return "; ".join(found[:3]) or "another content"


def service_root(recorder: Recorder, part: Part) -> None:
    """FMT-17: https://[FQDN]/STU3/[major]/[routing segment], without a trailing slash (CF-65)."""
    recorder.expect(
        "FMT-17",
        bool(_ROOT.match(part.audience)),
        expected="https://[FQDN]/STU3/[major]/[routing segment]",
        actual=part.audience,
        where="service root",
        system=part.key,
    )
