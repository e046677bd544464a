"""HTTP in and out of the provider that answers by agreed ids."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from flask import Blueprint, Response, g, request
from uec_booking.standard.names import SPINE_ERROR_SYSTEM

from ..clock import Clock, as_instant
from ..fhir_out import version_headers, version_url
from ..formats import CONTENT_TYPES
from ..http import base_url, fhir_response, request_body
from ..provider.capability import capability_statement
from ..provider.query import read_slot_query
from ..provider.resources import ProviderResources
from ..provider.stored import SlotRow
from ..structure import known_structure
from . import sentinels as ids
from .booked import sample

_DETAILS_SYSTEM = "http://hl7.org/fhir/operation-outcome"
_SLOT_SECONDS = 300
_NOT_OFFERED = ["DELETE", "PATCH", "OPTIONS"]


def tkw_blueprint(clock: Clock, edition: str) -> Blueprint:
    """The routes below ``/STU3``. Tokens are not looked at."""
    blueprint = Blueprint(ids.PROVIDER.key, __name__, url_prefix=ids.PATH)
    desk = _Desk(clock, edition)
    blueprint.before_request(desk.check_headers)
    blueprint.add_url_rule("/metadata", "metadata", desk.metadata, methods=["GET"])
    blueprint.add_url_rule("/Slot", "slots", desk.search_slots, methods=["GET"])
    blueprint.add_url_rule("/Appointment", "book", desk.book, methods=["POST"])
    blueprint.add_url_rule("/Appointment/<appointment_id>", "read", desk.read, methods=["GET"])
    blueprint.add_url_rule("/Appointment/<appointment_id>", "cancel", desk.cancel, methods=["PUT"])
    for path in ("/Slot", "/Appointment", "/Appointment/<path:appointment_id>"):
        blueprint.add_url_rule(path, f"not-offered {path.rpartition('/')[2][:11]}", _not_offered, methods=_NOT_OFFERED)
    return blueprint


class _Desk:
    def __init__(self, clock: Clock, edition: str) -> None:
        self.clock = clock
        self.edition = edition
        self.resources = ProviderResources(ids.PROVIDER)
        #: The last that was booked in each slot, so that it is read as it was sent; at most one a slot.
        self.kept: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()

    def check_headers(self) -> Response | None:
        """What a gateway would miss."""
        if request.method in _NOT_OFFERED:
            return None
        missing = [] if request.headers.get("Ssp-From") else ["Ssp-From"]
        if request.method in ("POST", "PUT") and not request.headers.get("X-Request-ID"):
            missing.append("X-Request-ID")
        return _refusal(400, f"The header {missing[0]} is missing.") if missing else None

    def metadata(self) -> Response:
        formats = tuple(name.split(";")[0] for name in CONTENT_TYPES.values())
        return fhir_response(capability_statement(ids.PROVIDER, self._base(), self.edition, formats))

    def search_slots(self) -> Response:
        query = read_slot_query(request.args.items(multi=True))
        if not query.service:
            return _refusal(400, "The search names no service.")
        status = ids.SEARCHED.get(query.service, 400)
        if status != 200:
            return _refusal(status, f"This is what the service {query.service} earns.")
        rows = [] if query.service == ids.NO_SLOTS else self._slots(query.earliest, query.before)
        includes = frozenset[str]() if query.service == ids.SLOTS_ONLY else query.includes
        link = f"{self._base()}/Slot?{request.query_string.decode('latin-1')}"
        return fhir_response(self.resources.slot_bundle(self._base(), link, rows, includes, query.service))

    def book(self) -> Response:
        body = request_body()
        slot = _slot_of(body)
        status = ids.BOOKED.get(slot, 422)
        if status != 201:
            return _refusal(status, _about(slot), ids.SLOT_TAKEN if slot == "slot006" else None)
        # What is kept is given back in either format, so it has to be FHIR.
        sent = known_structure(body, "Appointment")
        resource = self._version({**sent, "id": ids.APPOINTMENTS[slot]}, 1)
        with self.lock:
            self.kept[slot] = resource
        return self._answer(resource, 201)

    def read(self, appointment_id: str) -> Response:
        slot = ids.READABLE.get(appointment_id)
        if slot is None:
            return _refusal(404, "There is no such appointment here.")
        with self.lock:
            kept = self.kept.get(slot)
        return self._answer(kept or self._version(sample(slot, appointment_id, self.clock.now()), 1), 200)

    def cancel(self, appointment_id: str) -> Response:
        body = request_body()
        slot = _slot_of(body)
        status = ids.CANCELLED.get(slot, 404)
        if status != 200:
            return _refusal(status, _about(slot), ids.CANCEL_DIFFERS if status == 422 else None)
        sent = known_structure(body, "Appointment")
        resource = self._version({**sent, "id": ids.APPOINTMENTS[slot], "status": "cancelled"}, 2)
        with self.lock:
            self.kept[slot] = resource
        return self._answer(resource, 200)

    def _base(self) -> str:
        return base_url(ids.PATH)

    def _slots(self, earliest: int | None, before: int | None) -> list[SlotRow]:
        """All of them close together, so that a window of two hours shows every one."""
        first = (max(int(self.clock.now().timestamp()), earliest or 0) // _SLOT_SECONDS + 1) * _SLOT_SECONDS
        rows = [_row(name, first + place * _SLOT_SECONDS) for place, name in enumerate(sorted(ids.BOOKED))]
        return [row for row in rows if before is None or row.start < before]

    def _version(self, resource: dict[str, Any], version: int) -> dict[str, Any]:
        now = as_instant(self.clock.now())
        return {**resource, "meta": {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": now}}

    def _answer(self, resource: dict[str, Any], status: int) -> Response:
        location = version_url(self._base(), resource)
        headers = version_headers(resource, int(self.clock.now().timestamp()), location)
        return fhir_response(resource, status, headers if status == 200 else {**headers, "Location": location})


def _row(name: str, start: int) -> SlotRow:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{ids.PATH}/Slot/{name}"))
    return SlotRow(name, identifier, ids.DIARY.id, start, start + _SLOT_SECONDS, "free")


def _slot_of(body: dict[str, Any]) -> str:
    """The id of the contained Slot, or empty."""
    contained = body.get("contained")
    for each in contained if isinstance(contained, list) else []:
        if isinstance(each, dict) and each.get("resourceType") == "Slot":
            return str(each.get("id") or "")
    return ""


def _about(slot: str) -> str:
    return f"This is what the slot {slot[:40]!r} earns."


def _not_offered(**_: str) -> Response:
    return _refusal(405, f"The method {request.method} is not supported here.")


def _refusal(status: int, diagnostics: str, issue: tuple[str, str] | None = None) -> Response:
    if status not in ids.ISSUES:
        # What a gateway says where the provider does not answer.
        return Response(status=status)
    code, details = issue or ids.ISSUES[status]
    system = SPINE_ERROR_SYSTEM if status == 500 else _DETAILS_SYSTEM
    outcome = {
        "resourceType": "OperationOutcome",
        "id": g.response_id,
        "issue": [
            {
                "severity": "error",
                "code": code,
                "details": {"coding": [{"system": system, "code": details}]},
                "diagnostics": diagnostics,
            }
        ],
    }
    return fhir_response(outcome, status)
