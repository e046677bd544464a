"""What the control interface can do to the world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from .. import database as db
from ..clock import EARLIEST, LATEST, Clock, as_instant, from_epoch, in_range
from ..on_demand.counting import REGISTRY, OnDemand
from ..on_demand.faults import PROVIDER_CALLS, REGISTRY_CALLS, faults_from
from ..outbox import Outbox
from ..provider.system import ProviderSystem
from ..received import Received
from ..registry.oauth import Client
from ..registry.system import RegistrySystem
from ..seams import Switchboard
from ..staff import NotBooked, Staff

# Ten years.
MAX_ADVANCE_SECONDS = 315_360_000
_OUT_OF_RANGE = f"The times of this world are from {EARLIEST:%Y-%m-%d} to before {LATEST:%Y-%m-%d}."


class ControlError(ValueError):
    """A control call that cannot be carried out; the message says why."""


def read_moment(value: object) -> datetime:
    """The moment in a text, timezone-aware. Raises ControlError, also if the world can never be there."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ControlError(f"Not a moment in time: {value!s:.60}.") from None
    if moment.tzinfo is None:
        raise ControlError(f"The moment has no offset, unlike {as_instant(datetime.now().astimezone())}.")
    if not in_range(moment):
        raise ControlError(_OUT_OF_RANGE)
    return moment


class Levers:
    """One method for each action of the control interface; each returns what is answered as JSON."""

    def __init__(
        self,
        database: db.Database,
        clock: Clock,
        providers: Sequence[ProviderSystem],
        outboxes: Mapping[str, Outbox],
        registry: RegistrySystem,
        switchboard: Switchboard,
        received: Received,
        known_faults: Sequence[str],
        on_demand: OnDemand,
    ) -> None:
        self._database = database
        self._clock = clock
        self._providers = providers
        self._outboxes = outboxes
        self._registry = registry
        self._switchboard = switchboard
        self._received = received
        self._known_faults = known_faults
        self._on_demand = on_demand

    def reset(self) -> dict[str, Any]:
        """Empty the world."""
        self._switchboard.switch_to([])
        self._on_demand.reset()
        self._clock.reset()
        self._registry.away.clear()
        self._database.erase()
        for provider in self._providers:
            provider.records.forget_slots_made()
        self._received.clear()
        return {"reset": True}

    def registry_away(self, away: bool) -> dict[str, Any]:
        """Let the registry answer 503 to everything, or be itself again."""
        if away:
            self._registry.away.set()
        else:
            self._registry.away.clear()
            for outbox in self._outboxes.values():
                outbox.wake()
        return {"registry": "away" if away else "back"}

    def registry_clients(self, token_url: str) -> dict[str, Any]:
        """Who may ask the registry's token service, with what."""
        service = self._registry.tokens.service
        clients = [{"client_id": c.id, "client_secret": c.secret, "name": c.name} for c in service.clients()]
        return {"token_url": token_url, "scope": service.scope, "clients": clients}

    def admit_registry_client(self, client_id: str, client_secret: str, token_url: str) -> dict[str, Any]:
        """Let a client with a secret of its own ask the registry's token service."""
        self._registry.tokens.service.admit(Client(client_id, client_secret, client_id, ""))
        return self.registry_clients(token_url)

    def outbox(self) -> dict[str, Any]:
        """What is owed to the registry."""
        table = db.outbox
        with self._database.read() as tx:
            rows = tx.execute(select(table).where(table.c.state != "done").order_by(table.c.seq)).all()
        entries = [
            {"provider": r.system, "kind": r.kind, "url": r.url, "attempts": r.attempts, "state": r.state} for r in rows
        ]
        return {
            "waiting": [e for e in entries if e["state"] == "waiting"],
            "refused": [e for e in entries if e["state"] == "refused"],
        }

    def staff_cancel(self, url: str) -> dict[str, Any]:
        """The provider's own staff cancel an appointment; the registry is told as of any cancellation."""
        staff, appointment_id = self._locate(url)
        return self._by_staff(staff.cancel, appointment_id)

    def staff_touch(self, url: str) -> dict[str, Any]:
        """Staff add a comment to an appointment, so that a version newer than the consumer's exists."""
        staff, appointment_id = self._locate(url)
        return self._by_staff(staff.touch, appointment_id)

    def add_slots(self, provider_key: str, diary: str, starts: list[int]) -> dict[str, Any]:
        """Seed a diary with free slots at the given Unix times."""
        system = next((p for p in self._providers if p.profile.key == provider_key), None)
        if system is None or system.profile.diary(diary) is None:
            known = {p.profile.key: [d.id for d in p.profile.diaries] for p in self._providers}
            raise ControlError(f"There is no such diary; there are {json.dumps(known)}.")
        with self._database.write() as tx:
            return {"added": system.records.add_slots(tx, diary, starts)}

    def received(self, after: int, path: str) -> dict[str, Any]:
        """The last requests that came in."""
        return {"last": self._received.last(), "received": self._received.entries(after, path)}

    def forget_received(self) -> dict[str, Any]:
        """Forget what came in."""
        self._received.clear()
        return {"received": []}

    def audit(self, provider_key: str, appointment_id: str) -> dict[str, Any]:
        """The last thousand lines of the audit trail, oldest first."""
        table = db.audit
        query = select(table).order_by(table.c.seq.desc()).limit(1000)
        if provider_key:
            query = query.where(table.c.system == provider_key)
        if appointment_id:
            query = query.where(table.c.appointment == appointment_id)
        with self._database.read() as tx:
            rows = [dict(row) for row in tx.execute(query).mappings()]
        for row in rows:
            row["at"] = as_instant(from_epoch(row["at"]))
            row["provenance"] = json.loads(row["provenance"])
        return {"audit": rows[::-1]}

    def faults(self) -> dict[str, Any]:
        """Which defects and variants are on, how often each had its way since, and which there are."""
        return {
            "on": self._switchboard.names(),
            "used": self._switchboard.used(),
            "known": list(self._known_faults),
        }

    def switch_faults(self, names: list[str]) -> dict[str, Any]:
        """Have exactly these defects and variants on."""
        self._switchboard.switch_to(names)
        return self.faults()

    def faults_on_demand(self) -> dict[str, Any]:
        """The faults on demand of all systems, with what came of each."""
        return {"faults": self._on_demand.as_json()}

    def put_faults_on_demand(self, root: str, faults: object) -> dict[str, Any]:
        """Let the system with this root have exactly these faults on demand."""
        try:
            system = self._on_demand.system(root)
            calls = REGISTRY_CALLS if system == REGISTRY else PROVIDER_CALLS
            self._on_demand.put(system, faults_from(faults, calls))
        except ValueError as error:
            raise ControlError(str(error)) from None
        return self.faults_on_demand()

    def clear_faults_on_demand(self, root: str) -> dict[str, Any]:
        """Let the system with this root have no fault on demand; if it is empty, none of them."""
        if root:
            return self.put_faults_on_demand(root, [])
        self._on_demand.clear()
        return self.faults_on_demand()

    def clock(self) -> dict[str, Any]:
        """The world's time."""
        return {"now": as_instant(self._clock.now())}

    def move_clock(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Set, advance or reset the world's clock."""
        if wanted.get("reset") is True:
            self._clock.reset()
        elif "advance_seconds" in wanted:
            self._clock.set(self._advanced(wanted["advance_seconds"]))
        elif "now" in wanted:
            self._clock.set(read_moment(wanted["now"]))
        else:
            raise ControlError("Say now, advance_seconds or reset.")
        return self.clock()

    def _advanced(self, seconds: object) -> datetime:
        # Neither NaN nor an infinity is between the bounds; to go back there is `now`.
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= MAX_ADVANCE_SECONDS:
            raise ControlError(f"advance_seconds must be a number from 0 to {MAX_ADVANCE_SECONDS}.")
        moment = self._clock.now() + timedelta(seconds=float(seconds))
        if not in_range(moment):
            raise ControlError(_OUT_OF_RANGE)
        return moment

    def _locate(self, url: str) -> tuple[Staff, str]:
        try:
            path = urlsplit(url).path
        except ValueError:
            path = ""
        for system in self._providers:
            prefix = f"{system.profile.path}/Appointment/"
            if path.startswith(prefix):
                staff = Staff(system, self._outboxes[system.profile.key])
                return staff, path.removeprefix(prefix).split("/")[0]
        raise ControlError("That is not the URL of an appointment at a provider of this world.")

    def _by_staff(self, act: Callable[[str], dict[str, Any]], appointment_id: str) -> dict[str, Any]:
        try:
            resource = act(appointment_id)
        except NotBooked as error:
            raise ControlError(str(error)) from None
        return {"id": resource["id"], "version": resource["meta"]["versionId"]}
