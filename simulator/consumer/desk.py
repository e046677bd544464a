"""The desk put together: its parts, and how a task becomes an answer."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from uec_booking.standard.consumer_contract import VERSION, problem_of_task

from .body import Bodies
from .encounter import CannotCarryOut, Encounter, OutOfTime
from .flow.booking import Booking
from .flow.call import CallFlow
from .flow.cancelling import Cancelling
from .flow.capability import Capability
from .flow.discovery import Discovery
from .flow.existing import Existing
from .flow.trouble import Trouble
from .memory import Memory
from .rules import DeskRules
from .settings import DeskSettings
from .wire.addresses import Addresses
from .wire.dos import DosClient
from .wire.http import Http
from .wire.provider import ProviderClient
from .wire.registry import RegistryClient
from .wire.sds import SdsClient
from .wire.tokens import Tokens

log = logging.getLogger("uec_booking.desk")
Answer = dict[str, Any]


class Desk:
    """The desk. Each of its parts is an attribute, so that a fault finds the one whose method it replaces.

    `answer` may be called from several threads at once.
    """

    def __init__(self, settings: DeskSettings) -> None:
        self._settings = settings
        self.http = Http(settings)
        self.addresses = Addresses(settings.ssp_url)
        self.tokens = Tokens()
        self.rules = DeskRules(settings.edition)
        self.bodies = Bodies(settings.edition)
        self.memory = Memory(settings.memory)
        self.trouble = Trouble(self.rules)
        self.dos = DosClient(self.http, settings)
        self.sds = SdsClient(settings)
        self.provider = ProviderClient(self.http, self.addresses, self.tokens, self.rules)
        self.registry = RegistryClient(self.http, settings, self.addresses, self.tokens, self.rules)
        self.discovery = Discovery(settings, self.dos, self.sds, self.trouble)
        self.capability = Capability(self.rules, self.provider, self.trouble)
        self.booking = Booking(self.rules, self.bodies, self.addresses, self.provider, self.memory, self.trouble)
        self.existing = Existing(
            settings, self.rules, self.memory, self.registry, self.provider, self.discovery, self.trouble
        )
        self.cancelling = Cancelling(
            self.rules, self.bodies, self.provider, self.memory, self.discovery, self.existing, self.trouble
        )
        self.flow = CallFlow(self.rules, self.existing, self.discovery, self.capability, self.booking, self.cancelling)

    def answer(self, task: object, say: Callable[[dict[str, Any]], None] = lambda event: None) -> Answer:
        """Carry out a task of the contract. Whatever happens, there is an answer; `say` hears each event at once."""
        problem = problem_of_task(task)
        if problem or not isinstance(task, dict):
            id_ = task.get("task") if isinstance(task, dict) else ""
            return _answer(id_ if isinstance(id_, str) else "", "could-not", f"The task cannot be read: {problem}")
        if task["kind"] == "hello":
            return self.hello(task)
        encounter = Encounter(task, self._settings.identities[task["encounter"]["service_111"]], say)
        outcome, why = self._taken(encounter)
        try:
            self.memory.keep_call(encounter)
        except sqlite3.Error:
            # The call was taken all the same; whoever runs the desk finds in the log that reports lack it.
            log.exception("task %s could not be kept for the reports", encounter.task["task"])
        return _answer(task["task"], outcome, why, encounter.events)

    def hello(self, task: Mapping[str, Any]) -> Answer:
        """Who we are, and what we support as we are configured."""
        settings = self._settings
        supports = {
            "dos": settings.dos_url,
            "sds": settings.sds_url,
            "ssp": settings.ssp_url,
            "registry": settings.registry_url,
            "xml": True,
            "cancel-later": True,
            "cancel-of-others": True,
        }
        about = {
            "name": "111 desk",
            "version": version("uec-booking-conformance"),
            "supports": [name for name, there in supports.items() if there],
        }
        return {**_answer(task["task"], "finished", ""), **about}

    def _taken(self, encounter: Encounter) -> tuple[str, str]:
        try:
            self.flow.take(encounter)
            # A call whose last answers were cut off by the deadline is not at its end.
            encounter.seconds_left()
        except CannotCarryOut as error:
            return "could-not", str(error)
        except OutOfTime:
            seconds = encounter.task["deadline_s"]
            text = f"The time of {seconds} seconds ran out; what is not shown as done may be unfinished."
            encounter.show("user-told", text=text)
            return "could-not", text
        except Exception as error:
            # A desk that falls over takes no further calls; whoever runs it finds the place in the log.
            log.exception("task %s failed", encounter.task["task"])
            text = f"The desk had a fault of its own ({type(error).__name__})."
            encounter.show("user-told", text=text)
            return "could-not", text
        return "finished", ""


def _answer(task: str, outcome: str, why: str, events: list[dict[str, Any]] | None = None) -> Answer:
    return {"contract": VERSION, "task": task, "outcome": outcome, "why": why, "events": list(events or ())}


def unreadable(why: str) -> Answer:
    """The answer to what is no task at all."""
    return _answer("", "could-not", f"The task cannot be read: {why}")
