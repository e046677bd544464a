"""Generic FHIR clients search, book, read and cancel at the simulator, with no code of ours between."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from fhirclient import client as smart
from fhirclient.models.appointment import Appointment
from fhirclient.models.slot import Slot
from fhirpy import SyncFHIRClient
from uec_booking.harness.actors import appointment_body
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.actors.tokens import claims, unsecured
from uec_booking.harness.settings.model import DEFAULT_ORGANISATIONS

from ..support.program import World


def headers(world: World, scope: str, **more: str) -> dict[str, str]:
    """What the standard wants with each request and a generic client does not know: token and request id."""
    good = claims(DEFAULT_ORGANISATIONS["first_111"], world.config["provider"]["audience"], scope)
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Bearer {unsecured(good)}", "X-Request-ID": str(uuid.uuid4()), **named}


def window(world: World) -> dict[str, Any]:
    """The parameters of a slot search."""
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "schedule.actor:healthcareservice": world.config["provider"]["services"]["later"],
        "start": [f"ge{(now + timedelta(hours=6)).isoformat()}", f"le{(now + timedelta(hours=9)).isoformat()}"],
        "status": "free",
    }


def booking(slot: dict[str, Any]) -> dict[str, Any]:
    start, end = (datetime.fromisoformat(slot[name]) for name in ("start", "end"))
    offered = appointment_body.Slot("provider", "", slot, start, end)
    return appointment_body.booking(synthetic_patient(random.Random()), offered, "1.0.0")


def test_fhirclient(world: World) -> None:
    """fhirclient 3.2.0, the last one for STU3. It speaks application/json."""
    settings = {"app_id": "generic", "api_base": world.config["provider"]["base_url"] + "/"}
    server = smart.FHIRClient(settings=settings).server
    server.session = requests.Session()
    server.session.trust_env = False

    def as_(scope: str, **more: str) -> Any:
        server.session.headers.clear()
        server.session.headers.update(headers(world, scope, **more))
        return server

    query = window(world)
    search = Slot.where({**query, "start": {"$and": query["start"]}})
    bundle = search.perform(as_("organization/slot.read"))
    slots = [entry.resource for entry in bundle.entry]
    assert slots and {slot.status for slot in slots} == {"free"}

    made = Appointment(booking(slots[-1].as_json())).create(as_("patient/appointment.write"))
    assert made["resourceType"] == "Appointment"

    read = Appointment.read(made["id"], as_("patient/appointment.read"))
    assert (read.status, read.start.date) == ("booked", datetime.fromisoformat(made["start"]))

    read.status = "cancelled"
    cancelled = read.update(as_("patient/appointment.write", If_Match=f'W/"{read.meta.versionId}"'))
    assert (cancelled["id"], cancelled["status"]) == (made["id"], "cancelled")


def test_fhirpy(world: World) -> None:
    """fhirpy 2.3, of the present."""
    base = world.config["provider"]["base_url"]

    def as_(scope: str, **more: str) -> SyncFHIRClient:
        wanted = headers(world, scope, **more)
        return SyncFHIRClient(base, authorization=wanted.pop("Authorization"), extra_headers=wanted)

    slots = as_("organization/slot.read").resources("Slot").search(**window(world)).fetch()
    assert slots and {slot["status"] for slot in slots} == {"free"}

    wanted = booking(slots[-2].serialize())
    made = as_("patient/appointment.write").resource(wanted.pop("resourceType"), **wanted)
    made.save()
    assert made.id and made["status"] == "booked"

    read = as_("patient/appointment.read").reference("Appointment", made.id).to_resource()
    assert read["start"] == made["start"]

    client = as_("patient/appointment.write", If_Match=f'W/"{read["meta"]["versionId"]}"')
    body = read.serialize()
    cancelled = client.resource(body.pop("resourceType"), **{**body, "status": "cancelled"})
    cancelled.save()
    again = as_("patient/appointment.read").reference("Appointment", made.id).to_resource()
    assert again["status"] == "cancelled"
