"""The hostile peers: what each does, and what the harness makes of it. docs/hostile-peers.md is made from here.

Run as a program it writes that page anew: ``python tests/hostile_peers/catalogue.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases_of_bodies import BODIES
from cases_of_http import FRAMES, HEADS
from cases_of_time_and_size import CODINGS, ENDLESS, SLOW
from peer import ANSWER, Peer

PAGE = Path(__file__).parents[2] / "docs" / "hostile-peers.md"
GROUPS = (
    ("Slow", SLOW),
    ("Too much", ENDLESS),
    ("Codings", CODINGS),
    ("Heads", HEADS),
    ("Where an answer ends", FRAMES),
    ("Bodies", BODIES),
)
PEERS: tuple[Peer, ...] = tuple(peer for _, group in GROUPS for peer in group)

_KINDS = {
    ANSWER: "reads the answer",
    "timeout": "gives up at the time limit",
    "too-large": "gives up at the size limit",
    "encoding": "takes no answer that it cannot unpack",
    "broken": "takes no answer that HTTP cannot tell",
}


def page() -> str:
    """docs/hostile-peers.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Hostile peers"
    yield ""
    yield "What systems do that break HTTP or FHIR, or only want to hold the harness up, and what the harness makes of"
    yield "it. Every exchange ends within `limits.total_seconds`, takes in at most `limits.body_bytes`, and is read in"
    yield "about a second; none raises, and none is taken for a good answer. What HTTP forbids in an answer that can be"
    yield "read all the same is a failure of FMT-22 and nothing else, and no booking gets lost by it."
    yield ""
    yield "Where no requirement is named, none is broken by the answer as such: what was asked for is missing, and the"
    yield "requirement that asked for it says so. Each line is one case of"
    yield "`tests/hostile_peers/test_every_peer.py`, by the name in its first column; what happens on kept connections"
    yield "and in TLS is in `test_connections.py` beside it. This page is made by"
    yield "`python tests/hostile_peers/catalogue.py`, and a test compares it."
    for title, group in GROUPS:
        yield from ("", f"## {title}", "", "| case | the peer sends | the harness | fails |", "|---|---|---|---|")
        for peer in group:
            yield f"| {peer.name} | {peer.does} | {_KINDS[peer.kind]} | {peer.blamed or '–'} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
