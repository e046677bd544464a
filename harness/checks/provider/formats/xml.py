"""Expectations of XML: each interaction in it, and the same said as in JSON."""

from __future__ import annotations

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.compare import content_differences, search_differences
from ....scenario.xml import InXml


@decides("FMT-02")
def says_the_same(recorder: Recorder, said: InXml) -> None:
    """FMT-02: XML is supported too, and says what the JSON says (CF-21)."""
    xml = said.search
    served_as = "xml" if said.is_served else "json" if xml.ok else "refused"
    recorder.expect_value("FMT-02", "xml-requested", served_as, actual=xml.answered(), of=xml, where="Content-Type")
    if served_as != "xml":
        return
    _same(recorder, list(search_differences(said.before, said.search, said.after)), [said.before, xml, said.after])
    for plain, marked in ((said.read_json, said.read), (said.read_after, said.read_after_in_xml)):
        if plain is not None and marked is not None:
            _same(recorder, content_differences(plain.resource, marked.resource), [plain, marked])
            if plain.header("ETag"):
                _as_in_json(recorder, marked, "ETag", plain.header("ETag") or "")
    for written, read in ((said.booked, said.read_json), (said.cancelled, said.read_after)):
        if written is not None and written.ok and read is not None and read.ok:
            _same(recorder, content_differences(read.resource, written.resource), [written, read])
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


@decides("PRV-BOOK-12", "PRV-CAN-08", "PRV-CAN-09")
def rules_hold(recorder: Recorder, said: InXml) -> None:
    """PRV-BOOK-12, PRV-CAN-08, PRV-CAN-09: what is rejected in JSON is rejected in XML, where such bodies are taken."""
    for requirement, situation, exchange, twin in (
        ("PRV-BOOK-12", "profile-breach", said.incomplete, said.booked),
        ("PRV-CAN-08", "stale-version", said.stale, said.cancelled or said.stale),
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
