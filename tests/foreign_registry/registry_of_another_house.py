"""An Appointment Registry of another house: Flask and a dict, written from the standard's pages alone.

It chooses otherwise wherever the standard leaves a choice: versions that are no numbers, no history, no
total and no search mode in its Bundles, 401 for a bad token, 412 for a stale version, and no XML.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request

DEMOGRAPHICS = "https://demographics.spineservices.nhs.uk"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
URL = "urn:ietf:rfc:3986"
NEVER = {"id", "contained", "supportingInformation", "description", "slot"}
NEEDED = ("status", "start", "created", "identifier", "participant", "end")
Resource = dict[str, Any]


class No(Exception):
    """A rejection, with its status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def application(root: str) -> Flask:
    """The registry whose service root is ``root``."""
    app = Flask(__name__)
    shelf: dict[str, Resource] = {}
    lock = threading.Lock()
    base = "/" + root.split("/", 3)[3]

    @app.before_request
    def authorised() -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not _good(token, root):
            raise No(401, "The bearer token is missing or wrong.")

    @app.post(f"{base}/Appointment")
    def register() -> Response:
        pointer = _body()
        _check(pointer)
        pointer["id"] = secrets.token_hex(8)
        with lock:
            shelf[pointer["id"]] = _stamped(pointer)
            return _answer(shelf[pointer["id"]], 201, root)

    @app.get(f"{base}/Appointment")
    def search() -> Response:
        wanted = [value.partition("|") for _, value in request.args.items(multi=True)]
        now = datetime.now(UTC)
        with lock:
            found = [p for p in shelf.values() if any(_matches(p, system, value, now) for system, _, value in wanted)]
        entries = [{"fullUrl": f"{root}/Appointment/{p['id']}", "resource": p} for p in found]
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset"}
        return _json(bundle | ({"entry": entries} if entries else {}), 200)

    @app.get(f"{base}/Appointment/<name>")
    def read(name: str) -> Response:
        with lock:
            if name not in shelf:
                raise No(404, "There is no such pointer.")
            return _answer(shelf[name], 200, root)

    @app.put(f"{base}/Appointment/<name>")
    def update(name: str) -> Response:
        pointer = _body()
        with lock:
            current = shelf.get(name)
            if current is None:
                raise No(404, "There is no such pointer.")
            tag = request.headers.get("If-Match")
            if not tag:
                raise No(412, "If-Match is missing.")
            if tag.removeprefix("W/").strip('"') != current["meta"]["versionId"]:
                raise No(412, "If-Match names another version.")
            free = {"meta", "status"}
            if {k: v for k, v in pointer.items() if k not in free} != {
                k: v for k, v in current.items() if k not in free
            }:
                raise No(422, "Only the status can be changed.")
            if pointer.get("status") not in ("cancelled", "entered-in-error"):
                raise No(422, "A pointer can only be ended.")
            shelf[name] = _stamped(pointer)
            return _answer(shelf[name], 200, root)

    @app.errorhandler(No)
    def refused(reason: No) -> Response:
        issue = {"severity": "error", "code": "processing", "diagnostics": str(reason)}
        outcome = {"resourceType": "OperationOutcome", "id": secrets.token_hex(4), "issue": [issue]}
        response = _json(outcome, reason.status)
        if reason.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="registry"'
        return response

    @app.errorhandler(404)
    def nowhere(_: Exception) -> Response:
        return refused(No(404, "There is nothing here."))

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Strict-Transport-Security"] = "max-age=600"
        return response

    return app


def _good(token: str, root: str) -> bool:
    """An unsigned token that holds now, and is made out to us."""
    parts = token.split(".")
    try:
        head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
        holds = claims["iat"] <= time.time() + 5 and claims["exp"] >= time.time() and claims["aud"].rstrip("/") == root
        return len(parts) == 3 and head["alg"] == "none" and not parts[2] and holds
    except (ValueError, KeyError, TypeError):
        return False


def _body() -> Resource:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        raise No(400, "The body is not JSON.") from None
    if not isinstance(body, dict) or body.get("resourceType") != "Appointment":
        raise No(400, "The body is not an Appointment.")
    return body


def _check(pointer: Resource) -> None:
    wrong = [name for name in pointer if name in NEVER] + [name for name in NEEDED if not pointer.get(name)]
    if wrong:
        raise No(422, f"Wrong in a pointer: {', '.join(wrong)}.")
    if pointer["status"] != "booked":
        raise No(422, "A pointer is registered as booked.")
    for name in ("start", "end", "created"):
        try:
            datetime.fromisoformat(pointer.get(name, pointer["start"]))
        except (TypeError, ValueError):
            raise No(422, f"The {name} is no time.") from None
    identifier, participant = pointer["identifier"], pointer["participant"]
    if len(identifier) != 1 or identifier[0].get("system") != URL or "://" not in identifier[0].get("value", ""):
        raise No(422, "The identifier is the absolute URL of the appointment.")
    number = participant[0].get("actor", {}).get("identifier", {})
    if len(participant) != 1 or number.get("system") != NHS_NUMBER or not _valid(number.get("value", "")):
        raise No(422, "The participant is a patient with an NHS number.")


def _valid(number: str) -> bool:
    """The NHS number's check digit, modulus 11."""
    if len(number) != 10 or not number.isdigit():
        return False
    rest = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(number[:9])) % 11
    return int(number[9]) == rest % 11


def _stamped(pointer: Resource) -> Resource:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {**pointer, "meta": {"versionId": secrets.token_hex(6), "lastUpdated": now}}


def _matches(pointer: Resource, system: str, value: str, now: datetime) -> bool:
    if system == URL:
        return bool(pointer["identifier"][0]["value"] == value)
    if system not in (NHS_NUMBER, DEMOGRAPHICS):
        return False
    to_come = datetime.fromisoformat(pointer["start"]) >= now
    return to_come and pointer["participant"][0]["actor"]["identifier"]["value"] == value


def _answer(pointer: Resource, status: int, root: str) -> Response:
    response = _json(pointer, status)
    version = pointer["meta"]["versionId"]
    response.headers["ETag"] = f'W/"{version}"'
    response.last_modified = datetime.now(UTC)
    if request.method != "GET":
        response.headers["Location"] = f"{root}/Appointment/{pointer['id']}/_history/{version}"
    return response


def _json(resource: Resource, status: int) -> Response:
    return Response(json.dumps(resource), status, content_type="application/fhir+json;charset=utf-8")
