"""What every door has: a task goes in, an answer comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ...settings.consumer import ConsumerUnderTest, Surroundings
from ..contract import Answer


class Door(Protocol):
    """A way to give a consumer its tasks, one at a time."""

    def give(self, task: Mapping[str, Any]) -> Answer:
        """Give a task and wait for the answer, which is the end of the task.

        Raises:
            NoAnswer: none came in time, or what came is none.
        """

    def close(self) -> None:
        """End what the door has started."""


def opened(consumer: ConsumerUnderTest, surroundings: Surroundings, edition: str) -> Door:
    """The door that the settings name."""
    from .command import CommandDoor, LinesDoor
    from .webhook import WebhookDoor

    if consumer.webhook:
        return WebhookDoor(consumer)
    environment = surroundings.environment(consumer, edition)
    return (LinesDoor if consumer.keeps_running else CommandDoor)(consumer, environment)
