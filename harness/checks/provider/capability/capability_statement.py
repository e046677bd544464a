"""Expectations of a CapabilityStatement."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uec_booking.standard import names
from uec_booking.standard.validation import check_structure

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....text import in_words

_INTEGRITY = re.compile(r"transaction|integrity|idempot|X-Request-ID|If-Match|version", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\[[A-Za-z][^\[\]]*\]")


@decides("PRV-CAP-01", "PRV-CAP-02", "PRV-CAP-16")
def valid(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-CAP-01 and -16: answered; PRV-CAP-02: valid STU3, of a server with Slot and Appointment."""
    for requirement in ("PRV-CAP-01", "PRV-CAP-16"):
        recorder.expect_answer(requirement, "metadata-ok", exchange)
    body = exchange.resource
    recorder.expect(
        "PRV-CAP-01",
        _is_statement(exchange),
        expected="a CapabilityStatement as the root resource",
        actual=exchange.answered(),
        of=exchange,
        where="CapabilityStatement",
    )
    if not _is_statement(exchange):
        _unseen(recorder, exchange, "PRV-CAP-02")
        return
    faults = [f"{p.where}: expected {p.expected}, actual {p.actual}" for p in check_structure(body)]
    kinds = {str(resource.get("type")) for resource in _server(body).get("resource") or []}
    if body.get("kind") not in ("capability", "instance", "requirements"):
        faults.append(f"CapabilityStatement.kind is {in_words(body.get('kind'))}")
    if not _server(body):
        faults.append("CapabilityStatement.rest has no entry of mode server")
    faults += [
        f"CapabilityStatement.rest.resource has no {kind}" for kind in ("Slot", "Appointment") if kind not in kinds
    ]
    recorder.expect(
        "PRV-CAP-02",
        not faults,
        expected="a valid STU3 CapabilityStatement of a server with Slot and Appointment",
        actual="as expected" if not faults else "; ".join(faults[:5]),
        of=exchange,
        where=faults[0].split(" ")[0].rstrip(":") if faults else "CapabilityStatement",
    )


@decides("PRV-CAP-02", "PRV-CAP-05")
def formats_are_served(recorder: Recorder, exchange: Exchange, answer: Exchange) -> None:
    """PRV-CAP-05: it lists JSON and every other format that is served; PRV-CAP-02: and none that is not.

    ``answer`` is to a search that would have XML.
    """
    if not _is_statement(exchange):
        _unseen(recorder, exchange, "PRV-CAP-05")
        return
    listed = [str(f).lower() for f in exchange.resource.get("format") or []]
    serves_xml = answer.status == 200 and answer.response is not None and answer.response.is_xml
    lists_xml = any("xml" in f for f in listed)
    missing = [
        f
        for f, there in (("JSON", any("json" in f for f in listed)), ("XML", lists_xml or not serves_xml))
        if not there
    ]
    recorder.expect(
        "PRV-CAP-05",
        not missing,
        expected="format lists JSON and every other format that is served",
        actual=f"format is {', '.join(listed) or 'empty'}"
        + (f"; {' and '.join(missing)} is missing" if missing else ""),
        of=[exchange, answer],
        where="CapabilityStatement.format",
    )
    if lists_xml:
        recorder.expect(
            "PRV-CAP-02",
            serves_xml,
            expected="XML, which the statement lists, is served",
            actual=answer.answered(),
            of=[exchange, answer],
            where="CapabilityStatement.format",
        )


@decides("PRV-CAP-06", "PRV-CAP-12")
def accepts_unknown_and_stu3(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-CAP-06: acceptUnknown is both; PRV-CAP-12: fhirVersion is 3.0.x."""
    if not _is_statement(exchange):
        for requirement in ("PRV-CAP-06", "PRV-CAP-12"):
            _unseen(recorder, exchange, requirement)
        return
    unknown, version = exchange.resource.get("acceptUnknown"), exchange.resource.get("fhirVersion")
    recorder.expect(
        "PRV-CAP-06",
        unknown == "both",
        expected="acceptUnknown both",
        actual=f"acceptUnknown {in_words(unknown)}",
        of=exchange,
        where="CapabilityStatement.acceptUnknown",
    )
    recorder.expect(
        "PRV-CAP-12",
        isinstance(version, str) and version.startswith("3.0."),
        expected="fhirVersion 3.0.x",
        actual=f"fhirVersion {in_words(version)}",
        of=exchange,
        where="CapabilityStatement.fhirVersion",
    )


_OF_THE_TEMPLATE = (
    "PRV-CAP-03",
    "PRV-CAP-04",
    "PRV-CAP-07",
    "PRV-CAP-08",
    "PRV-CAP-09",
    "PRV-CAP-10",
    "PRV-CAP-11",
    "PRV-CAP-13",
    "PRV-CAP-14",
)


@decides(*_OF_THE_TEMPLATE)
def follows_template(recorder: Recorder, exchange: Exchange, capabilities: Sequence[str]) -> None:
    """PRV-CAP-03, -04, -07 to -11, -13, -14: what the published template recommends.

    It lists the search for appointments too: only where that is claimed (``capabilities``) it has to be stated.
    """
    if not _is_statement(exchange):
        for requirement in _OF_THE_TEMPLATE:
            _unseen(recorder, exchange, requirement)
        return
    for requirement, met, expected, actual, where in _template_points(exchange.resource, capabilities):
        recorder.expect(requirement, met, expected=expected, actual=actual, of=exchange, where=where)


def _is_statement(exchange: Exchange) -> bool:
    return exchange.resource.get("resourceType") == "CapabilityStatement"


def _unseen(recorder: Recorder, exchange: Exchange, requirement: str) -> None:
    """Where no statement was answered, which is PRV-CAP-01's, nothing is observed of what it should hold."""
    reason = f"no CapabilityStatement was answered: {exchange.summary()}"
    recorder.not_observed(requirement, reason, of=exchange, because="PRV-CAP-01")


def _server(body: Mapping[str, Any]) -> Mapping[str, Any]:
    rests = [rest for rest in body.get("rest") or [] if isinstance(rest, Mapping)]
    return next((rest for rest in rests if rest.get("mode") == "server"), {})


def _of(body: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    resources = [r for r in _server(body).get("resource") or [] if isinstance(r, Mapping)]
    return next((r for r in resources if r.get("type") == kind), {})


def _parameters(resource: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(p.get("name")): p for p in resource.get("searchParam") or [] if isinstance(p, Mapping)}


def _template_points(body: Mapping[str, Any], capabilities: Sequence[str]) -> Iterator[tuple[str, bool, str, str, str]]:
    left = _PLACEHOLDER.findall(json.dumps({k: v for k, v in body.items() if k != "text"}, default=str))
    yield "PRV-CAP-03", not left, "no placeholder of the template left", f"{left[:3]}", "CapabilityStatement"
    version = body.get("version")
    yield (
        "PRV-CAP-04",
        bool(version),
        "version of the booking specification",
        f"{in_words(version)}",
        "CapabilityStatement.version",
    )
    told = f"{version or ''} {body.get('description') or ''}"
    yield (
        "PRV-CAP-13",
        bool(re.search(r"\d\.\d", told)),
        "the supported versions of the standard, in version or description",
        repr(told.strip()[:100]),
        "CapabilityStatement.version",
    )
    profiles = [str(p.get("reference")) for p in body.get("profile") or [] if isinstance(p, Mapping)]
    lacking = [kind for kind, url in names.PROFILES.items() if profiles.count(url) != 1]
    yield (
        "PRV-CAP-07",
        not lacking,
        "the ten profiles, each once",
        f"not once: {', '.join(lacking)}" if lacking else "all ten",
        "CapabilityStatement.profile",
    )
    appointment, slot = _of(body, "Appointment"), _of(body, "Slot")
    codes = {str(i.get("code")) for i in appointment.get("interaction") or [] if isinstance(i, Mapping)}
    wanted = {"read", "create", "update"} | ({"search-type"} if "appointment-search" in capabilities else set())
    yield (
        "PRV-CAP-08",
        wanted <= codes,
        f"interactions {', '.join(sorted(wanted))}",
        ", ".join(sorted(codes)) or "none",
        "rest.resource(Appointment).interaction",
    )
    parameters = _parameters(slot)
    slot_codes = {str(i.get("code")) for i in slot.get("interaction") or [] if isinstance(i, Mapping)}
    yield (
        "PRV-CAP-09",
        "search-type" in slot_codes
        and {"service", "status", "start"} <= parameters.keys()
        and bool(parameters["service"].get("documentation")),
        "Slot with search-type and the parameters service (documented), status and start",
        f"{', '.join(sorted(slot_codes))}; parameters {', '.join(parameters)}",
        "rest.resource(Slot)",
    )
    includes = slot.get("searchInclude") or []
    yield (
        "PRV-CAP-10",
        len(includes) >= 6,
        "six searchInclude values",
        f"{len(includes)}",
        "rest.resource(Slot).searchInclude",
    )
    parameters = _parameters(appointment)
    named = {"identifier", "version"} <= parameters.keys() and bool({"_id", "appointmentId"} & parameters.keys())
    # Parameters are those of a search: where none is claimed there need be none.
    named = named or ("appointment-search" not in capabilities and not parameters)
    yield (
        "PRV-CAP-11",
        named and all(p.get("documentation") for p in parameters.values()) and appointment.get("updateCreate") is False,
        "documented parameters identifier, _id (or appointmentId) and version, for a search; updateCreate false",
        f"parameters {', '.join(parameters)}; updateCreate {in_words(appointment.get('updateCreate'))}",
        "rest.resource(Appointment)",
    )
    words = f"{_server(body).get('documentation') or ''} {body.get('description') or ''}"
    yield (
        "PRV-CAP-14",
        bool(_INTEGRITY.search(words)),
        "documentation that explains how transactional integrity is handled",
        repr(words.strip()[:100]),
        "rest.documentation",
    )
