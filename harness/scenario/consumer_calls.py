"""What one scenario of a consumer works with: the calls that it took, and what it did on the wire meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..consumer import directory
from ..consumer.attribution import UnderWay, attributed
from ..consumer.contract import Answer, Ended, Known, NoAnswer, Outcome, Wanted, call, hello
from ..consumer.doors.door import Door
from ..consumer.requests import Interaction, ProviderCall, provider_call
from ..consumer.surroundings import World, lookups
from ..errors import CannotGoOn, NotApplicable, Unsupported
from ..http.client import new_exchange_id
from ..http.exchange import Exchange, Received, Sent
from ..judging.recorder import Recorder
from ..proxy.forward import FORWARDED
from ..proxy.log import ProxyLog
from ..settings.consumer import CONSUMER, ConsumerUnderTest, Surroundings
from ..settings.model import Settings
from .call_taken import CallTaken, Standing
from .clocks import may_be_ahead
from .patient_draw import PatientDraw


class _EndedInCall(CannotGoOn):
    """A consumer that is kept running ended."""


@dataclass
class ConsumerCalls:
    """The state that the steps of a scenario with a consumer under test share."""

    settings: Settings
    recorder: Recorder
    door: Door
    chance: random.Random
    leases: Path
    taken: list[CallTaken] = field(default_factory=list)
    appointments: list[Standing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = World(self.surroundings, self.settings.limits)
        self._log = ProxyLog(Path(self.surroundings.record))
        self._log.from_now_on()
        self._draw = PatientDraw(self.settings.patients, self.leases, self.chance)
        self._caller: Patient | None = None
        self._owners = {root: directory_id for directory_id, root in self.surroundings.roots.items()}
        self._under_way = UnderWay(self.recorder.scenario, frozenset())
        self._armed: set[str] = set()
        self._ahead: timedelta | None = None
        self._hello: Answer | None = None
        self._disturbed: list[str] = []

    def close(self) -> None:
        """Let the world be itself again."""
        for root in self._armed:
            self.world.arm(root, [])
        for disturbance in self._disturbed:
            self._log.calm(disturbance)
        self.world.close()
        self._draw.give_back()

    @property
    def surroundings(self) -> Surroundings:
        assert self.settings.surroundings is not None
        return self.settings.surroundings

    @property
    def consumer(self) -> ConsumerUnderTest:
        assert self.settings.consumer is not None
        return self.settings.consumer

    @property
    def caller(self) -> Patient:
        """Who calls 111 in this scenario."""
        if self._caller is None:
            self._caller = self._draw.another()
            self._under_way.patients |= {self._caller.nhs_number}
        return self._caller

    @caller.setter
    def caller(self, patient: Patient) -> None:
        self._caller = patient

    def name_caller_beyond_ascii(self) -> None:
        """The caller has a name with letters that ASCII does not have.

        Raises:
            NotApplicable: the patients are declared, and have the names that they have.
        """
        if self.settings.patients:
            raise NotApplicable("the test patients are declared: their names cannot be chosen")
        self._caller = replace(self.caller, given="Zoë", family="Müller-Testpersön")

    def another_caller(self) -> None:
        """Whoever calls from now on is another patient."""
        self._caller = self._draw.another()
        self._under_way.patients |= {self._caller.nhs_number}

    def keep_elsewhere(self, made: Standing) -> None:
        """Take in an appointment that was booked past the consumer: what is asked there is of this scenario."""
        self.appointments.append(made)
        self._under_way.roots |= {made.root}

    @property
    def last(self) -> CallTaken:
        """The call that the Then steps are about."""
        if not self.taken:
            raise CannotGoOn("no call was taken yet")
        return self.taken[-1]

    def root(self, service: str) -> str:
        """The service root of the provider of a service, by its name."""
        return self.surroundings.roots[directory.services()[service].id]

    # -- what goes wrong ----------------------------------------------------------------

    def arm(self, service: str, fault: Mapping[str, Any]) -> None:
        """Have the provider of a service fail so from now on."""
        root = urlsplit(self.root(service)).path
        self._armed.add(root)
        self.world.arm(root, [fault])

    def arm_registry(self, fault: Mapping[str, Any]) -> None:
        """Have the registry fail so from now on."""
        self._armed.add("registry")
        self.world.arm("registry", [fault])

    def disturb(self, service: str, kind: str, methods: Sequence[str], status: int, times: int = 1) -> None:
        """Have the Spine Secure Proxy answer in place of the provider of a service."""
        about = urlsplit(self.root(service)).path
        self._disturbed.append(self._log.disturb(kind, about, methods=tuple(methods), times=times, status=status))

    # -- calls ------------------------------------------------------------------------

    def needs(self, capability: str) -> None:
        """Go on only where the consumer says that it supports something that it need not.

        Raises:
            NotApplicable: it does not.
        """
        if self._hello is None:
            self._hello = self._given(hello())
        if capability not in self._hello.supports:
            raise NotApplicable(f"the consumer does not support {capability}")

    def lives(self) -> bool:
        """Whether it answers when it is asked who it is."""
        try:
            self.door.give(hello())
        except NoAnswer:
            return False
        return True

    def take(self, name: str, wanted: Wanted) -> CallTaken:
        """Have the consumer take a call, and keep all that it did until it said that the call was over.

        Raises:
            CannotGoOn: its door broke, so nothing can be told of it. One that ends when a call of its own has failed is
                not that: ``CallTaken.ended`` says so.
        """
        self._under_way.roots |= {self._root_of(wanted.service)} if wanted.service else set()
        self._under_way.patients |= {wanted.caller.nhs_number} - {""}
        passed, heard, refused = len(self._log.exchanges()), self.world.mark(), len(self._log.refused())
        ended = ""
        try:
            answer = self._given(call(replace(wanted, seconds=self.consumer.seconds)))
        except _EndedInCall as end:
            ended, answer = str(end), Answer(Outcome.COULD_NOT, str(end), ())
        requests = list(self._since(passed, len(self.taken), wanted))
        if ended and all(request.exchange.ok for request in requests):
            raise CannotGoOn(ended)
        received = self.world.received(heard)
        self._past_the_proxy(received)
        taken = CallTaken(
            name,
            wanted,
            answer,
            tuple(requests),
            tuple(lookups(received)),
            tuple(self._asked_of_the_registry(received)),
            ended,
            tuple(self._log.refused()[refused:]),
            self._may_be_ahead(answer, requests),
        )
        self.taken.append(taken)
        self._keep(taken)
        return taken

    def _asked_of_the_registry(self, received: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """What the consumer asked it: the providers that we play around the consumer tell it of bookings meanwhile."""
        path = urlsplit(self.surroundings.registry).path
        return (one for one in received if one.get("path", "").startswith(path) and not one.get("own"))

    def _past_the_proxy(self, received: Iterable[Mapping[str, Any]]) -> None:
        """Record what came to a provider directly.

        Raises:
            CannotGoOn: something did: of such a call no more can be seen.
        """
        paths = tuple(f"{urlsplit(root).path}/" for root in self.surroundings.roots.values())
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.surroundings.dos))
        direct = [
            one
            for one in received
            if one.get("path", "").startswith(paths) and FORWARDED not in str(one.get("headers", {}).get("Forwarded"))
        ]
        for one in direct:
            sent = Sent(one["method"], f"{origin}{one['path']}", tuple(one["headers"].items()), one["body"].encode())
            answer = Received(int(one["status"]), "", (), b"")
            exchange = Exchange(new_exchange_id(), CONSUMER, "", "", one["at"], 0.0, sent, answer)
            self.recorder.exchange(replace(exchange, extra={"direct": True}))
        if direct:
            raise CannotGoOn("providers were called directly, and not through the Spine Secure Proxy", "SSP-01")

    def _may_be_ahead(self, answer: Answer, requests: Iterable[ProviderCall]) -> timedelta:
        """The narrowest bound that a call of this scenario gave; none where our own page tells the time of events."""
        if self.settings.consumer is not None and self.settings.consumer.attended:
            return timedelta(0)
        bounds = [] if self._ahead is None else [self._ahead]
        if (bound := may_be_ahead(answer, requests)) is not None:
            bounds.append(bound)
        self._ahead = min(bounds, default=None)
        return self._ahead or timedelta(0)

    def _root_of(self, service_id: str) -> str:
        return self.surroundings.roots[service_id]

    def _given(self, task: Mapping[str, Any]) -> Answer:
        given = datetime.now(UTC)
        try:
            answer = self.door.give(task).by_our_clock(given, datetime.now(UTC))
        except Ended as end:
            raise _EndedInCall(f"the consumer ended in the midst of a call: {end}") from None
        except NoAnswer as none:
            raise CannotGoOn(f"the consumer's door gave no answer: {none}") from None
        if answer.outcome == Outcome.UNSUPPORTED:
            raise Unsupported(f"the consumer does not support it: {answer.why}")
        return answer

    def _since(self, passed: int, encounter: int, wanted: Wanted) -> Iterable[ProviderCall]:
        """What passed the proxy since, of this scenario: kept in the record, and checked as every request is."""
        found = []
        for exchange in self._log.exchanges()[passed:]:
            request = provider_call(exchange, self.surroundings.roots.values())
            belongs = attributed(request, [self._under_way], self._owners)
            if belongs is None:
                continue
            extra = {
                **exchange.extra,
                "encounter": encounter,
                "service_111": wanted.service_111,
                "nhs_number_known": bool(wanted.caller.nhs_number),
                "attributed_by": str(belongs[1]),
            }
            kept = self.recorder.exchange(replace(exchange, extra=extra))
            found.append(replace(request, exchange=kept))
        return found

    def _keep(self, taken: CallTaken) -> None:
        rows = {self.surroundings.roots[row.id]: row for row in directory.services().values()}
        for request in taken.of(Interaction.BOOK):
            if request.exchange.status == 201 and request.root in rows:
                row = rows[request.root]
                url = appointment_url(request.exchange, request.root)
                known = Known(url, str(request.exchange.resource.get("start", "")), row.name)
                made = Standing(known, request.root, row, request, taken.wanted.service_111, len(self.taken) - 1)
                self.appointments.append(made)
