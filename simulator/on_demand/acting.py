"""Faults on demand at work: beside the rules, before a system hears of a call, or after it has done what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Flask, Response, g, request

from ..clock import Clock, as_instant
from ..http import Edge, base_url, request_body
from ..outbox import Outbox
from ..provider.system import ProviderSystem
from ..refusals import Rejected
from ..server import CUT
from ..staff import NotBooked, Staff
from .answering import answer_of
from .counting import Fired, OnDemand
from .faults import ANSWER, CANCELLED_LOCALLY, CUT_AFTER, CUT_BEFORE, MOVED, SLOW, TAKEN

_ALIKE = {"vread": "read"}


@dataclass(frozen=True)
class _Site:
    """A provider with its staff."""

    system: ProviderSystem
    staff: Staff


class _Hand:
    """Lets faults have their way with the present request."""

    def __init__(self, on_demand: OnDemand, clock: Clock, sites: Mapping[str, _Site]) -> None:
        self._on_demand = on_demand
        self._clock = clock
        self._sites = sites
        self._acts: Mapping[str, Callable[[Fired], Response | None]] = {
            ANSWER: self._answer,
            SLOW: self._wait,
            CUT_BEFORE: self._cut_before,
            CUT_AFTER: self._cut_after,
            TAKEN: self._take,
            MOVED: self._move,
            CANCELLED_LOCALLY: self._cancel,
        }

    def meet(self) -> Response | None:
        """What is answered in place of the system, or None: then it is its turn."""
        if g.edge is None:
            return None
        endpoint = (request.endpoint or "").rpartition(".")[2]
        call = _ALIKE.get(endpoint, endpoint)
        told = {
            "at": as_instant(self._clock.now()),
            "request_id": request.headers.get("X-Request-ID", "")[:200],
            "response_id": g.response_id,
        }
        fired = self._on_demand.meet(g.edge.system, call, told) if call else None
        if fired is None:
            return None
        g.fault_on_demand = fired.fault.do
        return self._acts[fired.fault.do](fired)

    def _answer(self, fired: Fired) -> Response:
        return _in_place_of_the_system(answer_of(fired.fault))

    def _wait(self, fired: Fired) -> None:
        fired.given_up.wait(fired.fault.seconds)

    def _cut_before(self, fired: Fired) -> Response:
        request.environ[CUT] = True
        # The system never heard of it.
        g.audited = True
        return _in_place_of_the_system(Response(status=0))

    def _cut_after(self, fired: Fired) -> None:
        request.environ[CUT] = True

    def _take(self, fired: Fired) -> None:
        site = self._sites[g.edge.system]
        system = site.system
        try:
            booking = system.rules.booking(system.rules.check_body(request_body()))
        except Rejected as refusal:
            self._on_demand.note(fired, f"nothing was taken: {refusal.diagnostics}")
            return
        system.records.make_slots(self._clock.now())
        with system.records.database.write() as tx:
            slot = system.records.find_slot(tx, system.rules.slot_key(booking), booking.start)
            if slot is None or not site.staff.book(tx, slot, base_url(system.profile.path)):
                self._on_demand.note(fired, "nothing was taken: there is no such free slot")

    def _move(self, fired: Fired) -> None:
        self._at_the_appointment(fired, self._sites[g.edge.system].staff.touch)

    def _cancel(self, fired: Fired) -> None:
        self._at_the_appointment(fired, self._sites[g.edge.system].staff.cancel)

    def _at_the_appointment(self, fired: Fired, act: Callable[[str], object]) -> None:
        try:
            act(str((request.view_args or {}).get("appointment_id", "")))
        except NotBooked:
            self._on_demand.note(fired, "nothing was done: there is no booked appointment of that id")


def _in_place_of_the_system(response: Response) -> Response:
    """The response, of which no defect or variant of the system changes anything."""
    edge: Edge = g.edge
    g.edge = replace(edge, rewrite=lambda *_: None)
    return response


def install_on_demand(
    app: Flask, on_demand: OnDemand, clock: Clock, providers: Mapping[str, tuple[ProviderSystem, Outbox]]
) -> None:
    """Let faults on demand meet the requests to the app. To be called after `http.install`, which reads them."""
    sites = {key: _Site(system, Staff(system, outbox)) for key, (system, outbox) in providers.items()}
    hand = _Hand(on_demand, clock, sites)
    app.before_request(hand.meet)
