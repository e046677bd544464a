"""Standing requirements on headers and errors: checked on every exchange with a system, judged once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from uec_booking.standard import names
from uec_booking.standard.roles import ROLES

from ...errors import NoAnswer
from ...http.exchange import Exchange, Received, header
from ...judging.observations import MET, NOT_MET, TOLERATED, VALUE, Observation
from ...judging.recorder import StandingChecks
from ...scenario.booked import BookedAppointments
from .booked_appointments import BookedAppointmentChecks
from .content import ContentChecks
from .of_the_proxy import is_of_the_proxy
from .registry_content import registry_content
from .slot_searches import SearchAnswers
from .transport import transport
from .versions import versions
from .within_bundles import within_bundles

#: The character set in a Content-Type; with the white space before it that HTTP allows.
_CHARSET = re.compile(r"[^;\s]+(;[^;\s]+)*;charset=\"?utf-8\"?(;.*)?", re.IGNORECASE)
_SPACED_CHARSET = re.compile(r";\s*charset=\"?utf-8\"?\s*(;|\Z)", re.IGNORECASE)
_WEAK = re.compile(r'W/"[^"]*"')
#: A challenge, alone or in a list of them (RFC 7235 section 4.1).
_BEARER = re.compile(r"(^|,)\s*Bearer\b", re.IGNORECASE)
_STRONG = re.compile(r'"[^"]*"')

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    [
        "FMT-22",
        "PRV-XTI-01",
        "PRV-XTI-02",
        "SEC-31",
        "SEC-37",
        "FMT-07",
        "FMT-12",
        "FMT-21",
        "ERR-01",
        "ERR-02",
        "ERR-11",
        "ERR-12",
        "ERR-14",
    ]
)


def headers_and_errors(exchange: Exchange) -> Iterator[Observation]:
    """What every answer must carry, whatever was asked."""
    response = exchange.response
    see = _Observer(exchange)
    yield from _http(see, exchange)
    if response is None:
        return
    yield from _correlation(see, response)
    yield see.met(
        "FMT-12",
        "no-store" in (response.header("Cache-Control") or "").lower(),
        "Cache-Control: no-store",
        _shown("Cache-Control", response),
        "Cache-Control",
    )
    if response.body:
        kind = response.header("Content-Type") or ""
        stated, spaced = _CHARSET.fullmatch(kind), _SPACED_CHARSET.search(kind)
        form = "stated" if stated else "after-a-blank" if spaced else "otherwise"
        # What is right is told alike for all exchanges, so that a thousand of them merge into one line.
        shown = ";charset=utf-8" if form == "stated" else _shown("Content-Type", response)
        yield see.value("FMT-07", "charset-of-answer", form, shown, "Content-Type")
    if exchange.request.url.startswith("https://"):
        yield see.met(
            "SEC-37",
            "max-age" in (response.header("Strict-Transport-Security") or "").lower(),
            "Strict-Transport-Security with max-age (RFC 6797)",
            _shown("Strict-Transport-Security", response),
            "Strict-Transport-Security",
        )
    etag = response.header("ETag")
    if etag is not None and 200 <= response.status < 300:
        form = "weak" if _WEAK.fullmatch(etag) else "strong" if _STRONG.fullmatch(etag) else "unquoted"
        yield see.value("FMT-21", "etag-form", form, f"ETag: {etag}", "ETag")
    yield from _status(see, exchange)
    if response.status == 401:
        yield see.met(
            "SEC-31",
            bool(_BEARER.search(response.header("WWW-Authenticate") or "")),
            "WWW-Authenticate: Bearer … with a 401",
            _shown("WWW-Authenticate", response),
            "WWW-Authenticate",
        )
    # The answer to HEAD has no body (RFC 7231 section 4.3.2).
    if response.status >= 400 and exchange.request.method != "HEAD":
        yield from _error(see, response)


class _Observer:
    """Writes observations of one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    @property
    def request_header(self) -> str | None:
        return header(self._exchange.request.headers, names.REQUEST_ID)

    @property
    def takes_codings(self) -> bool:
        return (header(self._exchange.request.headers, "Accept-Encoding") or "identity").lower() != "identity"

    @property
    def updates(self) -> bool:
        return self._exchange.request.method == "PUT"

    @property
    def writes(self) -> bool:
        return self._exchange.request.method in ("POST", "PUT")

    @property
    def books(self) -> bool:
        request = self._exchange.request
        return request.method == "POST" and request.url.split("?")[0].rstrip("/").endswith("/Appointment")

    def met(self, requirement: str, met: bool, expected: str, actual: str, where: str) -> Observation:
        # What was met is told alike for all exchanges, so that a thousand of them merge into one line.
        return Observation(
            requirement=requirement,
            outcome=MET if met else NOT_MET,
            expected=expected,
            actual="as expected" if met else actual,
            where=where,
            exchanges=(self._exchange.id,),
            system=self._exchange.system,
        )

    def value(self, requirement: str, situation: str, value: str, actual: str, where: str) -> Observation:
        return Observation(
            requirement=requirement,
            outcome=VALUE,
            expected=situation,
            actual=actual,
            where=where,
            exchanges=(self._exchange.id,),
            system=self._exchange.system,
            situation=situation,
            value=value,
        )


def _http(see: _Observer, exchange: Exchange) -> Iterator[Observation]:
    """FMT-22: an answer that HTTP allows. A 405 that does not name the methods in Allow is told as a warning."""
    response = exchange.response
    if response is None:
        # Of codings, what comes where one was asked for is FMT-09's.
        unasked = exchange.error_kind == NoAnswer.ENCODING and not see.takes_codings
        if exchange.error_kind == NoAnswer.BROKEN or unasked:
            yield see.met("FMT-22", False, "an answer as RFC 7230 to 7235 have it", exchange.error, "connection")
    elif response.faults:
        for fault in response.faults:
            found = see.met("FMT-22", False, "an answer as RFC 7230 has it", fault.words, "connection")
            yield replace(found, outcome=TOLERATED) if fault.tolerated else found
    elif response.status == 405 and response.header("Allow") is None:
        lacking = see.met("FMT-22", False, "Allow with a 405 (RFC 7231 section 6.5.5)", "no Allow header", "Allow")
        yield replace(lacking, outcome=TOLERATED)
    else:
        yield see.met("FMT-22", True, "an answer as RFC 7230 to 7235 have it", "", "connection")


def _correlation(see: _Observer, response: Received) -> Iterator[Observation]:
    """The transaction headers of fs_xti: the server's own id, and the client's echoed (CF-46)."""
    sent = see.request_header
    kind = "write" if see.writes else "read"
    own = response.header(names.REQUEST_ID)
    value = "absent" if not own else "same" if own == sent else "own"
    shown = "its own" if value == "own" else value
    yield see.value("PRV-XTI-01", f"server-request-id-{kind}", value, f"X-Request-ID: {shown}", names.REQUEST_ID)
    if sent is None:
        return
    echo = response.header(names.CORRELATION_ID)
    value = "absent" if not echo else "different"
    if echo and echo.strip().lower() == sent.lower():
        value = "echoed" if echo.strip() == sent else "other-case"
    told = value.replace("-", " ")
    yield see.value("PRV-XTI-02", f"correlation-id-{kind}", value, f"X-Correlation-ID: {told}", names.CORRELATION_ID)


def _status(see: _Observer, exchange: Exchange) -> Iterator[Observation]:
    """ERR-11: a status that some published list gives for the interaction; ERR-12: Content-Location, told only."""
    path = exchange.request.url.split("?")[0].rstrip("/")
    kind = {
        "POST": "create" if path.endswith("/Appointment") else "",
        "PUT": "update",
        "GET": "search" if path.endswith(("/Slot", "/Appointment")) else "read" if "/Appointment/" in path else "",
    }.get(exchange.request.method, "")
    if not kind:
        return
    yield see.value("ERR-11", f"status-of-{kind}", str(exchange.status), f"{exchange.status} to a {kind}", "status")
    if exchange.ok and kind != "search":
        there = exchange.header("Content-Location") is not None
        yield see.met("ERR-12", there, "Content-Location", "no Content-Location header", "Content-Location")


def _error(see: _Observer, response: Received) -> Iterator[Observation]:
    outcome = response.resource_type == "OperationOutcome"
    if response.status < 500:
        yield see.met(
            "ERR-01",
            outcome,
            "an OperationOutcome in the body of every 4xx",
            f"{response.status} with {response.resource_type or response.body_problem or 'another body'}",
            "body",
        )
    if response.status in (409, 412, 422) and see.updates:
        expected = "told, not judged: an update rejected, with an OperationOutcome"
        yield see.met("ERR-14", outcome, expected, f"{response.status} without it", "body")
    if not outcome:
        return
    body = response.resource or {}
    lacking = [] if body.get("id") else ["OperationOutcome.id"]
    issues = body.get("issue")
    if not isinstance(issues, list) or not issues:
        lacking.append("OperationOutcome.issue")
    else:
        for index, issue in enumerate(issues):
            found = issue if isinstance(issue, dict) else {}
            lacking += [f"OperationOutcome.issue[{index}].{key}" for key in ("severity", "code") if not found.get(key)]
    yield see.met(
        "ERR-02",
        not lacking,
        "id, issue.severity and issue.code",
        f"missing: {', '.join(lacking)}",
        lacking[0] if lacking else "OperationOutcome",
    )
    # Of a taken slot PRV-BOOK-11 says the severity.
    if not lacking and not (see.books and response.status == 409):
        yield from _severity(see, issues or [])


def _severity(see: _Observer, issues: list[dict[str, object]]) -> Iterator[Observation]:
    """ERR-02: what is rejected has an issue that made it fail; by FHIR neither a warning nor an information does.

    The clause asks for a severity only, so this is a warning.
    """
    told = sorted({str(issue.get("severity")) for issue in issues})
    if set(told) <= {"information", "warning"}:
        expected, actual = "an issue of severity error or fatal with a rejection", f"severity {' and '.join(told)}"
        found = see.met("ERR-02", False, expected, actual, "OperationOutcome.issue.severity")
        yield replace(found, outcome=TOLERATED)


def _shown(name: str, response: Received) -> str:
    value = response.header(name)
    return f"no {name} header" if value is None else f"{name}: {value}"


def standing_checks(
    edition: str,
    reading: str,
    under_test: Mapping[str, str],
    booked: BookedAppointments,
    of_consumer: StandingChecks = lambda exchange: (),
) -> StandingChecks:
    """The checks made on every exchange of one scenario with a system under test, in the order of its exchanges.

    ``under_test`` names the role of each such system; ``booked`` is what the scenario booked, empty when it begins;
    ``of_consumer`` are those on the requests of a consumer, where one is under test.
    """
    content = ContentChecks(edition, reading)
    searches = SearchAnswers()
    appointments = BookedAppointmentChecks(booked)

    def check(exchange: Exchange) -> Iterator[Observation]:
        name = under_test.get(exchange.system)
        if name is None:
            return
        if ROLES[name].asks:
            yield from of_consumer(exchange)
            return
        if is_of_the_proxy(exchange):
            return
        yield from headers_and_errors(exchange)
        if ROLES[name].offers_slots:
            yield from transport(exchange)
            yield from content.check(exchange)
            yield from versions(exchange)
            yield from within_bundles(exchange)
            yield from searches.check(exchange)
            yield from appointments.check(exchange)
        else:
            yield from registry_content(exchange, edition, reading)

    return check
