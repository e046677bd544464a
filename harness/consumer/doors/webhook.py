"""The door of a webhook: the task is POSTed. It answers at once, or with 202, and posts the answer when it has it.

Its HTTP status is no verdict: a hook that fails says nothing of the system that it drives.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from ...http.client import Client
from ...http.exchange import Sent
from ...settings.consumer import ConsumerUnderTest
from ...settings.model import Limits, Tls
from ..contract import LONGEST_ANSWER, Answer, NoAnswer, answer_to
from .answer_box import AnswerBox, Posted

_GRACE = 5.0
_ACCEPTED = 202


class WebhookDoor:
    """A driver that listens at an address of the settings.

    Each task names in ``answer_to`` where its answer may be posted, and events on the way to it.

    Raises:
        SettingsError: nothing can listen there.
    """

    def __init__(self, consumer: ConsumerUnderTest) -> None:
        self._url = consumer.webhook
        self._box = AnswerBox()

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it."""
        seconds = float(task["deadline_s"]) + _GRACE
        ends = time.monotonic() + seconds
        address, posted = self._box.open(task)
        why = "the task has ended without it"
        try:
            at_once = self._post({**task, "answer_to": address}, seconds)
            answer = self._waited(posted, ends, seconds) if at_once is None else answer_to(task, at_once)
            why = "the task has its answer already"
            return answer if answer is posted.answer else posted.with_events(answer)
        finally:
            self._box.shut(address, why)

    def _post(self, task: Mapping[str, Any], seconds: float) -> bytes | None:
        """What the hook answers; None where it says that the answer will be posted."""
        limits = Limits(read_seconds=seconds, total_seconds=seconds, body_bytes=LONGEST_ANSWER)
        client = Client(Tls(), limits)
        try:
            headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
            exchange = client.send(Sent("POST", self._url, headers, json.dumps(task).encode()))
        finally:
            client.close()
        if exchange.response is None:
            raise NoAnswer(f"its hook at {self._url} gave {exchange.answered()}")
        if not exchange.ok:
            raise NoAnswer(f"its hook at {self._url} answered with {exchange.answered()}")
        return None if exchange.status == _ACCEPTED else exchange.response.body

    def _waited(self, posted: Posted, ends: float, seconds: float) -> Answer:
        posted.ended.wait(max(0.0, ends - time.monotonic()))
        if posted.problem:
            raise NoAnswer(f"what its hook posted cannot be used: {posted.problem}")
        if posted.answer is None:
            told = f", only {len(posted.events)} events" if posted.events else ""
            raise NoAnswer(
                f"its hook at {self._url} answered with 202, and posted no answer within {seconds:g} s{told}"
            )
        return posted.answer

    def close(self) -> None:
        """End what listens for answers."""
        self._box.close()
