"""HTTP in and out of the registry."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from ..http import base_url, fhir_response, request_body
from ..refusals import Rejected
from .stored import Pointer
from .system import RegistrySystem


def registry_blueprint(system: RegistrySystem) -> Blueprint:
    """The routes of the registry under its own path."""
    blueprint = Blueprint("registry", __name__, url_prefix=system.path)
    desk = _Desk(system)
    blueprint.before_request(desk.away)
    blueprint.add_url_rule("/Appointment", "register", desk.register, methods=["POST"])
    blueprint.add_url_rule("/Appointment", "search", desk.search, methods=["GET"])
    blueprint.add_url_rule("/Appointment/<pointer_id>", "read", desk.read, methods=["GET"])
    blueprint.add_url_rule("/Appointment/<pointer_id>", "update", desk.update, methods=["PUT"])
    versioned = "/Appointment/<pointer_id>/_history/<version>"
    blueprint.add_url_rule(versioned, "vread", desk.vread, methods=["GET"])
    return blueprint


class _Desk:
    def __init__(self, system: RegistrySystem) -> None:
        self.system = system
        self.rules = system.rules
        self.records = system.records
        self.resources = system.resources

    def away(self) -> Response | None:
        """While the registry is away there is only what a gateway before it would say: 503, no body."""
        return Response(status=503) if self.system.away.is_set() else None

    def register(self) -> Response:
        self._authorise("write")
        body = self.rules.check_body(request_body())
        key = self.rules.check_entry(body)
        now = self.system.clock.now()
        resource = self.rules.registered(body, self.records.new_id(), now)
        version = int(resource["meta"]["versionId"])
        pointer = Pointer(resource["id"], version, resource, int(now.timestamp()))
        with self.records.database.write() as tx:
            self.records.store_new(tx, pointer, key)
        return self._written(pointer, 201)

    def search(self) -> Response:
        self._authorise("read")
        query = self.rules.query(request.args.items(multi=True))
        not_before = self.rules.not_before(query, self.system.clock.now())
        with self.records.database.read() as tx:
            if query.url:
                found = self.records.by_url(tx, query.url)
            else:
                found = self.records.by_patient(tx, query.nhs_number, not_before, query.before)
        return fhir_response(self.resources.bundle(self._base(), request.url, found))

    def read(self, pointer_id: str) -> Response:
        self._authorise("read")
        with self.records.database.read() as tx:
            return self._answer(self.records.current(tx, pointer_id))

    def vread(self, pointer_id: str, version: str) -> Response:
        self._authorise("read")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        with self.records.database.read() as tx:
            return self._answer(self.records.version(tx, pointer_id, number))

    def update(self, pointer_id: str) -> Response:
        self._authorise("write")
        body = self.rules.check_body(request_body())
        now = self.system.clock.now()
        with self.records.database.write() as tx:
            current = self._found(self.records.current(tx, pointer_id))
            self.rules.check_version(current, request.headers.get("If-Match"))
            self.rules.check_update(current, body)
            resource = self.rules.updated(current, body, now)
            version = int(resource["meta"]["versionId"])
            pointer = Pointer(current.id, version, resource, int(now.timestamp()))
            self.records.store_version(tx, pointer, current.version)
        return self._written(pointer, 200)

    def _authorise(self, interaction: str) -> None:
        header = request.headers.get("Authorization")
        g.caller = self.system.tokens.caller(header, self.rules.scopes(interaction), self.system.clock.now())

    def _base(self) -> str:
        return base_url(self.system.path)

    def _found(self, pointer: Pointer | None) -> Pointer:
        if pointer is None:
            raise Rejected("not-found", "There is no such entry in the registry.")
        return pointer

    def _answer(self, pointer: Pointer | None) -> Response:
        found = self._found(pointer)
        resource = self.resources.pointer(found)
        return fhir_response(resource, 200, self.resources.headers(self._base(), resource, found.stored_at))

    def _written(self, pointer: Pointer, status: int) -> Response:
        resource = self.resources.pointer(pointer)
        headers = self.resources.headers(self._base(), resource, pointer.stored_at)
        headers["Location"] = self.resources.location(self._base(), resource)
        return fhir_response(resource, status, headers)
