"""Good messages to begin from: resources as bytes, tokens, and requests as they stand on the wire."""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from uec_booking.harness.actors.appointment_body import Slot, booking
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.actors.tokens import claims
from uec_booking.harness.settings.model import Organisation
from uec_booking.standard import names
from uec_booking.standard.codec import to_json, to_xml
from uec_booking.standard.editions import DEFAULT

#: It is this time in the fuzzed world at each input, so that a token of an example is good for ever.
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
ROOT = "http://localhost:9"
PROVIDER = "/utc/STU3/1/booking"
REGISTRY = "/registry/STU3/1"
SERVICE = "2000000001"
PATIENT = "9990000107"
_SAMPLES = Path(__file__).parents[1] / "standard" / "samples"
_START = int(NOW.timestamp()) + 6 * 3600
_ORGANISATION = Organisation("first", "First 111 service", "X9A01", "918999198001")
_SCOPES = {
    PROVIDER: f"{names.SCOPE_SLOT_READ} {names.SCOPE_APPOINTMENT_READ} {names.SCOPE_APPOINTMENT_WRITE}",
    REGISTRY: f"{names.SCOPE_APPOINTMENT_READ} {names.SCOPE_APPOINTMENT_WRITE}",
}


def good_claims(path: str = PROVIDER) -> dict[str, Any]:
    """The claims of a good token for the system at a path, as of `NOW`."""
    made = claims(_ORGANISATION, f"{ROOT}{path}", _SCOPES[path])
    issued = int(NOW.timestamp()) - 5
    return {**made, "iat": issued, "exp": issued + names.TOKEN_LIFETIME_SECONDS}


def bearer(payload: bytes) -> str:
    """An Authorization header with this payload in an unsigned token."""
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (b'{"alg":"none","typ":"JWT"}', payload))
    return f"Bearer {'.'.join(parts)}."


def request(method: str, target: str, headers: str = "", body: bytes = b"", path: str = PROVIDER) -> bytes:
    """A request with all that the system at the path wants to see; `headers` are further lines."""
    token = bearer(json.dumps(good_claims(path)).encode())
    head = (
        f"{method} {path}{target} HTTP/1.1\r\nHost: localhost:9\r\nAuthorization: {token}\r\n"
        f"X-Request-ID: {len(body)}-{target[:20].replace('/', '')}\r\n{headers}"
        + "".join(f"{name}: 1\r\n" for name in ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"))
        + (f"Content-Length: {len(body)}\r\n" if body else "")
    )
    return head.encode("utf-8", "replace") + b"\r\n" + body


def queries() -> tuple[bytes, ...]:
    """Good queries of each search."""
    return (
        f"schedule.actor%3Ahealthcareservice={SERVICE}&start=ge2026-06-01T09%3A00%3A00%2B00%3A00"
        "&start=le2026-06-02T09%3A00%3A00%2B00%3A00&status=free&_include=Slot%3Aschedule"
        "&_include%3Arecurse=Schedule%3Aactor%3AHealthcareService&_format=xml".encode(),
        b"service=2000000001&status=free,busy&start=2026-06-01",
        f"patient.identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{PATIENT}&start=ge2026-05-01".encode(),
        f"identifier={PATIENT}&status=booked&_count=1".encode(),
        b"_id=0d4c2c1e-8f0e-4a57-9a55-6b1c1f3f9a10&version=1",
    )


@cache
def appointment() -> dict[str, Any]:
    """A good booking of a slot of the world as it is at `NOW`."""
    slot = {
        "resourceType": "Slot",
        "id": f"utc-diary-1-{_START // 60}",
        "identifier": [{"system": names.UUID_SYSTEM, "value": "7f6e8a62-9f1f-5c55-8d0c-3f3f0f8f7b11"}],
        "schedule": {"reference": "Schedule/utc-diary-1"},
        "status": "free",
        "start": datetime.fromtimestamp(_START, UTC).isoformat(),
        "end": datetime.fromtimestamp(_START + 900, UTC).isoformat(),
    }
    return booking(synthetic_patient(random.Random(1)), Slot("utc", SERVICE, slot, NOW, NOW), DEFAULT)


@cache
def resources() -> tuple[bytes, ...]:
    """Resources of each type that the standard uses, as JSON."""
    samples = tuple(path.read_bytes() for path in sorted(_SAMPLES.glob("*.json")))
    contained = [one for one in appointment()["contained"] if one["resourceType"] != "Slot"]
    by_id = {**appointment(), "contained": contained, "slot": [{"reference": f"Slot/utc-diary-1-{_START // 60}"}]}
    return (*samples, to_json(appointment()), to_json(by_id))


@cache
def documents() -> tuple[bytes, ...]:
    """The same as XML, and a few that use what XML has besides."""
    made = tuple(to_xml(json.loads(one), lenient_unknown=True) for one in resources())
    return (
        *made,
        b'<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><!-- c --><text>'
        b'<status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><b>a</b> &amp; b</div></text></Patient>',
    )
