"""Standing requirements on appointments: what was booked is shown as it was booked, in every answer of a scenario.

Bookings come in JSON and XML, for many kinds of patient, from several organisations; whatever a scenario is about,
each answer with an appointment that it booked is held against the booking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from ...fhir import bundle_resources, contained
from ...http.exchange import Exchange
from ...http.notes import is_to_be_rejected
from ...http.sent import sent_resource
from ...http.times import moment
from ...judging.observations import MET, NOT_MET, Observation
from ...scenario.booked import AFTERWARDS, ONE_OF_SEVERAL, Booked, BookedAppointments
from ...scenario.matches_request import names_lost, nhs_number, strangers, strays
from ...text import in_words
from .as_sent import as_sent
from .every_resource import seen

#: The clauses that this module decides on every appointment that was booked.
DECIDES: frozenset[str] = frozenset({"PRV-BOOK-07", "PRV-GET-01", "PRV-GET-13", "PRV-CAN-02", "PRV-SAPT-06", "WKF-09"})

_AS_ASKED = "patient, slot and times as they were asked for"


class BookedAppointmentChecks:
    """Holds each answer of one scenario against what it booked, and keeps what it tells of the state of that."""

    def __init__(self, booked: BookedAppointments) -> None:
        self._all = booked

    def check(self, exchange: Exchange) -> Iterator[Observation]:
        """The observations of one exchange with a provider."""
        path = urlsplit(exchange.request.url).path.rstrip("/")
        method, identity = exchange.request.method, unquote(path.rpartition("/Appointment/")[2])
        if path.endswith("/Appointment"):
            if method == "POST" and exchange.status == 201:
                yield from self._booked(exchange)
            elif method == "GET" and exchange.status == 200:
                yield from self._found(exchange)
            return
        one = self._all.with_id(exchange.system, identity)
        if one is None:
            return
        if method == "GET":
            yield from self._read(exchange, one)
        elif method == "PUT" and exchange.status == 200:
            yield from self._cancelled(exchange, one)
        elif not 400 <= exchange.status < 500:
            # A fault may have come before the effect or after it, and another method may have any.
            one.settled = False

    def _booked(self, exchange: Exchange) -> Iterator[Observation]:
        sent, body = sent_resource(exchange), exchange.resource
        id = str(body.get("id") or "")
        # A retry may be answered with the appointment that stands (PRV-XTI-03); what has no id is told elsewhere.
        if not id or self._all.with_id(exchange.system, id) or exchange.note == ONE_OF_SEVERAL:
            return
        if moment(sent.get("start")) is None:
            return
        if is_to_be_rejected(exchange):
            return
        lost = tuple(names_lost(body, sent))
        self._all.add(Booked(exchange.system, exchange.actor, id, sent, lost=lost))
        yield self._as_asked(exchange, "PRV-BOOK-07", [*strays(body, sent), *self._strangers(body, sent)])
        yield from as_sent(exchange, body, sent)

    def _read(self, exchange: Exchange, one: Booked) -> Iterator[Observation]:
        body = exchange.resource
        if exchange.status == 200 and body.get("resourceType") == "Appointment":
            one.seen = True
            if not one.altered:
                wrong = [*strays(body, one.sent), *self._strangers(body, one.sent)]
                yield self._as_asked(exchange, "PRV-GET-01", wrong)
                yield from as_sent(exchange, body, one.sent, one.lost)
            yield from self._as_it_was_left(exchange, one, self._all.clause_of(one), body)
        elif exchange.status in (404, 410) and self._is_due(exchange, one):
            clause = "PRV-GET-13" if one.cancelled else "PRV-GET-01"
            yield seen(exchange, clause, NOT_MET, "status", "the appointment that was booked", exchange.summary())

    def _cancelled(self, exchange: Exchange, one: Booked) -> Iterator[Observation]:
        body = exchange.resource
        if is_to_be_rejected(exchange):
            one.settled, one.altered = False, True
            return
        one.settled = one.settled and sent_resource(exchange).get("status") == "cancelled"
        if one.settled:
            one.cancelled, one.seen = _started(exchange) + timedelta(seconds=exchange.seconds), False
        if body.get("resourceType") == "Appointment":
            wrong = strays(body, one.sent)
            one.altered = one.altered or bool(wrong)
            yield self._as_asked(exchange, "PRV-CAN-02", wrong)

    def _found(self, exchange: Exchange) -> Iterator[Observation]:
        for body in bundle_resources(exchange.resource, "Appointment"):
            one = self._all.with_id(exchange.system, str(body.get("id")))
            if one is not None:
                yield self._as_asked(exchange, "PRV-SAPT-06", strays(body, one.sent))
                yield from self._as_it_was_left(exchange, one, "PRV-SAPT-06", body)

    def _is_due(self, exchange: Exchange, one: Booked) -> bool:
        """Whether it has to be shown: to who booked it, in answer to the usual read, if nobody else has changed it."""
        return one.settled and exchange.actor == one.actor and exchange.note in ("", AFTERWARDS)

    def _strangers(self, body: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
        """What is said of another patient; of this one everything may be merged that was ever sent (PRV-BOOK-28)."""
        patient = contained(sent, "Patient") or {}
        number, born = nhs_number(patient), patient.get("birthDate")
        same = [sent]
        for one in self._all.all():
            other = contained(one.sent, "Patient") or {}
            if other.get("birthDate") == born or (number and nhs_number(other) == number):
                same.append(one.sent)
        return strangers(body, same)

    def _as_asked(self, exchange: Exchange, clause: str, wrong: list[str]) -> Observation:
        where = wrong[0].split(" ")[0] if wrong else "Appointment"
        actual = "; ".join(wrong[:5]) if wrong else "as asked for"
        return seen(exchange, clause, NOT_MET if wrong else MET, where, _AS_ASKED, actual)

    def _as_it_was_left(
        self, exchange: Exchange, one: Booked, clause: str, body: Mapping[str, Any]
    ) -> Iterator[Observation]:
        """It is booked until somebody cancels it, and cancelled from then on."""
        if not one.settled or (one.cancelled and _started(exchange) <= one.cancelled):
            return
        status, left = body.get("status"), "cancelled" if one.cancelled else "booked"
        outcome = MET if status == left else NOT_MET
        yield seen(
            exchange, clause, outcome, "Appointment.status", f"{left}, as it was left", f"status {in_words(status)}"
        )


def _started(exchange: Exchange) -> datetime:
    found = moment(exchange.started)
    assert found is not None
    return found
