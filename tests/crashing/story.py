"""What a consumer and a provider's staff do in order, and go on doing when the simulator has failed and is back.

A request that was not answered, or with a 5xx, is sent again under its X-Request-ID: that is what the standard has
consumers do. The simulator answers a second one that was carried out before with 4xx and makes nothing of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from ..support.simulator_client import Simulator, booking, nhs_number, soon


class Unanswered(Exception):
    """There was no answer, or one that says nothing of what was done."""


@dataclass
class Booked:
    """A booking: where, what is sent, and what the answers told."""

    section: str
    patient: str = field(default_factory=nhs_number)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    cancelling_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    body: dict[str, Any] = field(default_factory=dict)
    #: The address that an answer gave, and the status that the last answer told.
    url: str = ""
    told: str = ""


class Story:
    """Three appointments: one cancelled by the consumer, one on the same slot cancelled by staff, one that stays."""

    def __init__(self, world: Simulator) -> None:
        self._world = world
        self._slot: dict[str, Any] = {}
        #: Why it did not go on the last time.
        self.why = ""
        self.first, self.second = Booked("provider"), Booked("provider")
        self.third = Booked("second_provider")
        self._steps: list[Callable[[], None]] = [
            lambda: self._book(self.first),
            lambda: self._cancel(self.first),
            lambda: self._book(self.second),
            lambda: self._touch(self.second),
            lambda: self._book(self.third),
            lambda: self._cancel_by_staff(self.second),
        ]

    @property
    def appointments(self) -> list[Booked]:
        return [self.first, self.second, self.third]

    def go_on(self) -> bool:
        """Take the steps that are left; False where the simulator does not answer any more."""
        while self._steps:
            try:
                self._steps[0]()
            except (requests.RequestException, Unanswered) as problem:
                self.why = str(problem)
                return False
            del self._steps[0]
        return True

    def is_told(self, seconds: float = 60) -> bool:
        """Whether nothing is owed to the registry any more, within so many seconds."""
        return bool(soon(self.registry_is_told, seconds))

    def owed(self) -> str:
        """What the registry was not told yet."""
        return self._world.control("GET", "/registry/outbox").text

    def registry_is_told(self) -> bool:
        """Whether nothing is owed to the registry."""
        try:
            answer = self._world.control("GET", "/registry/outbox")
            return answer.status_code == 200 and answer.json() == {"waiting": [], "refused": []}
        except requests.RequestException:
            return False

    def _book(self, one: Booked) -> None:
        consumer = self._world.consumer(one.section)
        if not one.body:
            one.body = booking(self._chosen(one), one.patient)
        answer = _answered(consumer.book(one.body, X_Request_ID=one.request_id))
        if answer.status_code == 201:
            one.url = f"{consumer.settings['base_url']}/Appointment/{answer.json()['id']}"
        else:
            _was_done_before(answer)
            one.url = self._found(one)
        one.told = "booked"

    def _chosen(self, one: Booked) -> dict[str, Any]:
        if one is self.second:
            # The slot that the first one has given back.
            return self._slot
        answer = _answered(self._world.consumer(one.section).search())
        entries = [entry["resource"] for entry in answer.json()["entry"]]
        slot: dict[str, Any] = next(each for each in entries[8:] if each["resourceType"] == "Slot")
        if one is self.first:
            self._slot = slot
        return slot

    def _found(self, one: Booked) -> str:
        """By a search for the patient: what a consumer does that has lost the answer."""
        consumer = self._world.consumer(one.section)
        found = _answered(consumer.search_pointers(one.patient)).json().get("entry", [])
        assert len(found) == 1, found
        return f"{consumer.settings['base_url']}/Appointment/{found[0]['resource']['id']}"

    def _cancel(self, one: Booked) -> None:
        consumer = self._world.consumer(one.section)
        current = _answered(consumer.read(one.url)).json()
        version = f'W/"{current["meta"]["versionId"]}"'
        body = {**current, "status": "cancelled"}
        answer = _answered(consumer.put(one.url, body, If_Match=version, X_Request_ID=one.cancelling_id))
        if answer.status_code != 200:
            _was_done_before(answer)
        one.told = "cancelled"

    def _touch(self, one: Booked) -> None:
        assert _answered(self._world.control("POST", "/staff-touch", {"url": one.url})).status_code == 200

    def _cancel_by_staff(self, one: Booked) -> None:
        answer = _answered(self._world.control("POST", "/staff-cancel", {"url": one.url}))
        # Where it was done before, there is none left that is booked.
        assert answer.status_code in (200, 400, 404, 409), answer.text
        one.told = "cancelled"


def _answered(answer: requests.Response) -> requests.Response:
    if answer.status_code >= 500:
        raise Unanswered(answer.text)
    return answer


def _was_done_before(answer: requests.Response) -> None:
    assert 400 <= answer.status_code < 500 and "X-Request-ID" in answer.text, answer.text
