"""The page of the story: its steps, and the diagram of what went over the wire since it began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .drawing import Message, draw
from .exchanges import Exchange, ExchangeLog
from .interactions import Wording
from .sending import FIRST, SECOND
from .story import PATIENT, STEPS, Story, Told

#: What others do in the world meanwhile is drawn too, up to so many exchanges: the last ones.
_DRAWN = 60


def story_page(story: Story, log: ExchangeLog, wording: Wording) -> dict[str, Any]:
    """What the page shows."""
    told = story.so_far()
    # Until somebody speaks it has not begun.
    kept = [one for one in reversed(log.latest()) if told.spoken and one.number > told.begun][-_DRAWN:]
    messages = _messages(told, kept, wording)
    parts = [PATIENT, FIRST.name, SECOND.name, *wording.parts()]
    return {
        "steps": STEPS,
        "done": told.done,
        "messages": messages,
        "drawing": draw(messages, parts),
        "last": log.latest()[0].number if log.latest() else 0,
    }


def _messages(told: Told, kept: list[Exchange], wording: Wording) -> list[Message]:
    found: list[tuple[int, Message]] = [(after, Message(*said)) for after, said in told.spoken]
    for exchange in kept:
        line = wording.line(exchange)
        sender = told.senders.get(_request_id(exchange.request)) or wording.caller(exchange)
        found.append((exchange.number, Message(sender, line.asked, f"{line.what}: {line.status}", line.number)))
    # What is spoken after an exchange follows it: of equal numbers the exchange has one too.
    return [message for _, message in sorted(found, key=lambda pair: (pair[0], not pair[1].number))]


def _request_id(kept: Mapping[str, Any]) -> str:
    headers = {str(name).lower(): str(value) for name, value in kept.get("headers", {}).items()}
    return headers.get("x-request-id", "")
