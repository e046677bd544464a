"""HTTP in and out of a provider: each route reads the request, asks the rules, uses the records, answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request
from sqlalchemy import Connection

from ..formats import CONTENT_TYPES
from ..http import base_url, fhir_response, request_body, request_id
from ..outbox import Outbox
from ..refusals import Rejected
from ..tokens import Caller
from .booking import BookingRequest
from .capability import capability_statement
from .stored import SeenRequest, StoredAppointment
from .system import ProviderSystem


@dataclass(frozen=True)
class _Done:
    """What a booking or a cancellation came to, ready to be answered."""

    resource: dict[str, Any]
    stored_at: int
    status: int


def provider_blueprint(system: ProviderSystem, outbox: Outbox) -> Blueprint:
    """The routes of one provider under its own path."""
    blueprint = Blueprint(system.profile.key, __name__, url_prefix=system.profile.route)
    desk = _Desk(system, outbox)
    blueprint.add_url_rule("/metadata", "metadata", desk.metadata, methods=["GET"])
    blueprint.add_url_rule("/Slot", "slots", desk.search_slots, methods=["GET"])
    blueprint.add_url_rule("/Appointment", "search", desk.search_appointments, methods=["GET"])
    blueprint.add_url_rule("/Appointment", "book", desk.book, methods=["POST"])
    blueprint.add_url_rule("/Appointment/<appointment_id>", "read", desk.read, methods=["GET"])
    blueprint.add_url_rule("/Appointment/<appointment_id>", "cancel", desk.cancel, methods=["PUT"])
    versioned = "/Appointment/<appointment_id>/_history/<version>"
    blueprint.add_url_rule(versioned, "vread", desk.vread, methods=["GET"])
    return blueprint


class _Desk:
    def __init__(self, system: ProviderSystem, outbox: Outbox) -> None:
        self.system = system
        self.outbox = outbox
        self.rules = system.rules
        self.records = system.records
        self.resources = system.resources

    def metadata(self) -> Response:
        self._caller("slots")
        formats = tuple(name.split(";")[0] for name in CONTENT_TYPES.values())
        statement = capability_statement(self.system.profile, self._base(), self.rules.edition, formats)
        return fhir_response(statement)

    def search_slots(self) -> Response:
        caller = self._caller("slots")
        now = self.system.clock.now()
        query = self.rules.slot_query(request.args.items(multi=True), now)
        diaries = self.rules.visible_diaries(query, caller)
        self.records.make_slots(now)
        # What has already begun cannot be booked, so it is not offered.
        earliest = max(int(now.timestamp()) + 1, query.earliest or 0)
        with self.records.database.read() as tx:
            slots = self.records.search_slots(tx, diaries, earliest, query.before, query.statuses)
        return fhir_response(
            self.resources.slot_bundle(
                self._base(), self._self_link(query.understood), slots, query.includes, query.service
            )
        )

    def search_appointments(self) -> Response:
        self._caller("search")
        query = self.rules.appointment_query(request.args.items(multi=True))
        now = int(self.system.clock.now().timestamp())
        with self.records.database.read() as tx:
            found = self.records.find(tx, query, not_before=now)
        link = self._self_link(query.understood)
        return fhir_response(self.resources.appointment_bundle(self._base(), link, found))

    def read(self, appointment_id: str) -> Response:
        self._caller("read")
        self.rules.check_read_parameters(request.args.keys())
        with self.records.database.read() as tx:
            return self._answer(self._found(self.records.current(tx, appointment_id)))

    def vread(self, appointment_id: str, version: str) -> Response:
        self._caller("read")
        self.rules.check_read_parameters(request.args.keys())
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        with self.records.database.read() as tx:
            return self._answer(self._found(self.records.version(tx, appointment_id, number)))

    def book(self) -> Response:
        caller = self._caller("write")
        body = self.rules.check_body(request_body())
        booking = self.rules.booking(body)
        self.records.make_slots(self.system.clock.now())
        with self.outbox.woken(), self.records.database.write() as tx:
            repeated = self._repeated(tx, caller, "book")
            done = repeated or self._book(tx, caller, body, booking)
        g.audited = True
        headers = self.resources.version_headers(self._base(), done.resource, done.stored_at)
        headers["Location"] = self.resources.location(self._base(), done.resource)
        return fhir_response(done.resource, done.status, headers)

    def cancel(self, appointment_id: str) -> Response:
        caller = self._caller("write")
        body = self.rules.check_body(request_body())
        with self.outbox.woken(), self.records.database.write() as tx:
            current = self._found(self.records.current(tx, appointment_id))
            self.rules.check_may_cancel(current, caller)
            self._repeated(tx, caller, "cancel")
            self.rules.check_version(current, request.headers.get("If-Match"))
            self.rules.check_cancel(current, body)
            done = self._cancel(tx, caller, current, body)
        g.audited = True
        headers = self.resources.version_headers(self._base(), done.resource, done.stored_at)
        headers["Location"] = self.resources.location(self._base(), done.resource)
        return fhir_response(done.resource, done.status, headers)

    def _book(self, tx: Connection, caller: Caller, body: Mapping[str, Any], booking: BookingRequest) -> _Done:
        now = self.system.clock.now()
        found = self.records.find_slot(tx, self.rules.slot_key(booking), booking.start)
        slot = self.rules.check_slot(booking, found, caller, now)
        if not self.records.claim_slot(tx, slot.id):
            raise self.rules.slot_was_taken()
        new_id = self.records.new_id()
        url = f"{self._base()}/Appointment/{new_id}"
        resource = self.rules.booked(body, new_id, now)
        at = int(now.timestamp())
        version = int(resource["meta"]["versionId"])
        stored = StoredAppointment(new_id, version, "booked", slot.id, caller.ods, url, resource, at)
        self.records.store_booking(tx, stored, self.rules.patient_key(resource))
        entry = self.rules.registry_entry(resource, url)
        if entry is not None:
            self.records.owe_registry(tx, new_id, "book", url, entry)
        self._remember(tx, caller, "book", new_id, version, at)
        return _Done(self.resources.appointment(stored), at, 201)

    def _cancel(self, tx: Connection, caller: Caller, current: StoredAppointment, body: Mapping[str, Any]) -> _Done:
        now = self.system.clock.now()
        at = int(now.timestamp())
        resource = self.rules.cancelled(current, body, now)
        slot = self.records.slot_by_id(tx, current.slot)
        free_slot = slot is not None and self.rules.slot_is_offered_again(slot.start, now)
        self.records.store_cancel(tx, current, resource, at, free_slot)
        if self.rules.registry_hears_of_cancel(resource):
            self.records.owe_registry(tx, current.id, "cancel", current.url, {})
        self._remember(tx, caller, "cancel", current.id, int(resource["meta"]["versionId"]), at)
        return _Done(self.resources.cancelled_answer(current, resource), at, 200)

    def _repeated(self, tx: Connection, caller: Caller, action: str) -> _Done | None:
        """The answer to a request already carried out, where the edition repeats it; else Rejected."""
        used = request_id()
        earlier = self.records.seen(tx, used) if used and self.rules.heeds_request_ids(action) else None
        if earlier is None:
            return None
        same = (earlier.action, earlier.organisation) == (action, caller.ods)
        stored = self.records.version(tx, earlier.appointment, earlier.version)
        if action == "book" and same and stored is not None and self.rules.repeats_answer():
            return _Done(self.resources.appointment(stored), stored.stored_at, 201)
        raise self.rules.request_was_used()

    def _remember(
        self, tx: Connection, caller: Caller, action: str, appointment_id: str, version: int, at: int
    ) -> None:
        used = request_id()
        if used and self.rules.heeds_request_ids(action):
            self.records.remember(tx, used, SeenRequest(action, appointment_id, version, caller.ods))
        self.records.note(
            tx,
            {
                "at": at,
                "action": action,
                "outcome": "done",
                "appointment": appointment_id,
                "version": version,
                "request_id": used,
                "response_id": g.response_id,
                "provenance": json.dumps(caller.claims),
            },
        )

    def _caller(self, interaction: str) -> Caller:
        header = request.headers.get("Authorization")
        caller = self.system.tokens.caller(header, self.rules.scopes(interaction), self.system.clock.now())
        g.caller = caller
        self.rules.check_ssp_headers({name.lower() for name, _ in request.headers})
        return caller

    def _base(self) -> str:
        return base_url(self.system.profile.path)

    def _self_link(self, understood: Iterable[tuple[str, str]]) -> str:
        # Only what was understood is echoed, so that a consumer can see what was ignored (FMT-25).
        query = urlencode(list(understood))
        return f"{self._base()}/{request.path.rpartition('/')[2]}{'?' if query else ''}{query}"

    def _found(self, stored: StoredAppointment | None) -> StoredAppointment:
        if stored is None:
            raise Rejected("not-found", "There is no such appointment here.")
        return stored

    def _answer(self, stored: StoredAppointment) -> Response:
        resource = self.resources.appointment(stored)
        return fhir_response(resource, 200, self.resources.version_headers(self._base(), resource, stored.stored_at))
