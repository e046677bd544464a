"""The door of a webhook: the task is POSTed, and the answer is the answer.

Its HTTP status is no verdict: a hook that fails says nothing of the system that it drives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...http.client import Client
from ...http.exchange import Sent
from ...settings.consumer import ConsumerUnderTest
from ...settings.model import Limits, Tls
from ..contract import LONGEST_ANSWER, Answer, NoAnswer, answer_to

_GRACE = 5.0


class WebhookDoor:
    """A driver that listens at an address of the settings."""

    def __init__(self, consumer: ConsumerUnderTest) -> None:
        self._url = consumer.webhook

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it."""
        seconds = float(task["deadline_s"]) + _GRACE
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
        return answer_to(task, exchange.response.body)

    def close(self) -> None:
        """Nothing is left open."""
