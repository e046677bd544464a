"""The topics of the standard: the same names in features/, steps/, checks, defects and requirements.

A topic is a file, or a folder where one file does not hold it. Not every room has something for every topic.
"""

from __future__ import annotations

from collections.abc import Mapping

#: By the role that the topic is about, in the order in which a call meets them. Without a role: the stories.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "workflow": (),
    "provider": (
        *("capability", "slot_search", "booking", "reading", "cancelling", "appointment_search", "retries"),
        *("tokens", "formats", "rejections", "end_of_run"),
    ),
    "registry": ("entries", "searches", "notifications", "rejections", "end_of_run"),
    "consumer": (
        *("discovery", "slot_search", "booking", "reading", "cancelling", "registry_check", "rebooking"),
        *("error_handling", "tokens", "recording"),
    ),
    # Of no interaction of its own: what the resources hold, and what is attested of the people and their ways.
    "resources": ("slot_search", "appointment", "patient"),
    "process": ("non_functional", "reporting"),
}


def in_order(path: str) -> tuple[int, int, str]:
    """The place of a file in the order of the topics, by its path below a room, as ``provider/booking.toml``.

    Raises ValueError for a path that belongs to no topic.
    """
    role, _, rest = path.rpartition(".")[0].partition("/")
    if role not in TOPICS:
        raise ValueError(f"{path}: {role!r} is none of {', '.join(TOPICS)}")
    if not TOPICS[role]:
        return list(TOPICS).index(role), 0, rest
    topic = rest.partition("/")[0]
    if topic not in TOPICS[role]:
        raise ValueError(f"{path}: {topic!r} is no topic of {role}: {', '.join(TOPICS[role])}")
    return list(TOPICS).index(role), TOPICS[role].index(topic), rest
