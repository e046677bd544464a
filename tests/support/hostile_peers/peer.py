"""What one hostile peer is: what it does, and what the harness is to make of it."""

from __future__ import annotations

from dataclasses import dataclass

from .behaviours import GOOD, OK, Behaviour

#: What the tests set as limits.body_bytes; the times are limits.read_seconds and limits.total_seconds.
BODY_BYTES = 300_000
ANSWER = "an answer"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = OK + b"Content-Length: %d\r\n" % len(GOOD)


@dataclass(frozen=True)
class Peer:
    """A behaviour, and what comes of it.

    ``kind`` is the reason why there is no answer, or ANSWER; ``blamed`` the requirement that is not met by it
    (empty: none, for it says nothing of the peer's HTTP or FHIR, or is allowed). ``words`` are in what is told.
    """

    name: str
    does: str
    behaviour: Behaviour
    kind: str
    blamed: str = ""
    words: str = ""
