"""What says that an appointment is gone, and what does not: the log of bookings is cleared only on evidence."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from uec_booking.harness.bookkeeping.booking_log import FILE
from uec_booking.harness.cleanup.sweep import sweep
from uec_booking.harness.settings import load

_ID = "a1"
_FHIR = "application/fhir+json;charset=utf-8"
_HTML = b"<html><body>Sign in</body></html>"


def _appointment(status: str, identity: str = _ID, kind: str = "Appointment") -> bytes:
    return json.dumps({"resourceType": kind, "id": identity, "meta": {"versionId": "1"}, "status": status}).encode()


_OUTCOME = json.dumps(
    {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
).encode()

#: Status, media type and body of an answer.
Answer = tuple[int, str, bytes]

_CANCELLED: Answer = (200, _FHIR, _appointment("cancelled"))
_BOOKED: Answer = (200, _FHIR, _appointment("booked"))

_EVIDENCE: dict[str, Answer] = {
    "it is cancelled": _CANCELLED,
    "it was entered in error": (200, _FHIR, _appointment("entered-in-error")),
    "404 with an OperationOutcome": (404, _FHIR, _OUTCOME),
    "410 with an OperationOutcome": (410, _FHIR, _OUTCOME),
}

_NONE: dict[str, Answer] = {
    "a login page": (200, "text/html", _HTML),
    "404 of a gateway": (404, "text/html", _HTML),
    "404 without a body": (404, _FHIR, b""),
    "410 of a gateway": (410, "text/plain", b"gone"),
    "a byte order mark": (200, _FHIR, b"\xef\xbb\xbf" + _appointment("cancelled")),
    "UTF-16": (200, _FHIR, _appointment("cancelled").decode().encode("utf-16")),
    "another root element": (200, _FHIR, _appointment("cancelled", kind="Appointments")),
    "another resource": (200, _FHIR, _appointment("cancelled", kind="Encounter")),
    "another id": (200, _FHIR, _appointment("cancelled", "a2")),
    "no body": (200, _FHIR, b""),
    "a list": (200, _FHIR, b"[" + _appointment("cancelled") + b"]"),
    "an OperationOutcome with 200": (200, _FHIR, _OUTCOME),
    "403": (403, _FHIR, _OUTCOME),
    "500": (500, _FHIR, _OUTCOME),
    "302": (302, _FHIR, b""),
}


@contextmanager
def _answering(answer: Callable[[str, str], Answer]) -> Iterator[tuple[str, list[str]]]:
    """A provider that answers each request as ``answer(method, path)`` says; yields its base and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, body = answer(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = reply

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/STU3", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _swept(folder: Path, base: str, **more: object) -> list[str]:
    """What a sweep says of one appointment at ``base`` that a run has booked."""
    entry = {"system": "provider", "base_url": base, "url": f"{base}/Appointment/{_ID}", "organisation": "first_111"}
    (folder / FILE).write_text(json.dumps({**entry, **more}) + "\n", encoding="utf-8")
    return sweep(folder / FILE, load.from_urls(base, "", services=["1"]))


@pytest.mark.parametrize("name", _EVIDENCE)
def test_it_is_gone(name: str, tmp_path: Path) -> None:
    with _answering(lambda *_: _EVIDENCE[name]) as (base, asked):
        assert _swept(tmp_path, base) == []
    assert asked == [f"GET /STU3/Appointment/{_ID}"]
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("name", _NONE)
def test_it_may_stand(name: str, tmp_path: Path) -> None:
    with _answering(lambda *_: _NONE[name]) as (base, asked):
        (note,) = _swept(tmp_path, base)
    assert "may still be booked" in note
    assert not any(one.startswith("PUT") for one in asked)
    assert (tmp_path / FILE).exists()


@pytest.mark.parametrize("name", [*_NONE, "it is booked"])
def test_a_cancellation_that_shows_nothing_is_read_back(name: str, tmp_path: Path) -> None:
    """Whatever the PUT is answered, it is the appointment itself that says whether it is cancelled."""
    put = {**_NONE, "it is booked": _BOOKED}[name]
    for after, is_left in ((_CANCELLED, False), (_BOOKED, True)):
        state = [_BOOKED]

        def answer(method: str, path: str, after: Answer = after, state: list[Answer] = state) -> Answer:
            if method == "PUT":
                state[0] = after
                return put
            return state[0]

        with _answering(answer) as (base, asked):
            notes = _swept(tmp_path, base)
        assert [one.split(" ")[0] for one in asked] == ["GET", "PUT", "GET"]
        assert bool(notes) == (tmp_path / FILE).exists() == is_left


def test_every_address_that_an_answer_gave_is_tried(tmp_path: Path) -> None:
    """The Location led elsewhere on the same host, and it is there that the appointment was."""
    state = ["booked"]

    def answer(method: str, path: str) -> Answer:
        if not path.startswith("/other/"):
            return 404, _FHIR, _OUTCOME
        if method == "PUT":
            state[0] = "cancelled"
        return 200, _FHIR, _appointment(state[0])

    with _answering(answer) as (base, _):
        there = f"{base.removesuffix('/STU3')}/other/Appointment/{_ID}"
        assert _swept(tmp_path, base, others=[there]) == []
    assert state == ["cancelled"]
