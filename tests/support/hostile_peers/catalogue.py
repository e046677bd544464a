"""The hostile peers: what each does, and what the harness makes of it. docs/hostile-peers.md is made from here.

Run as a program it writes that page anew: ``python -m tests.support.hostile_peers.catalogue``.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Template

from .cases_of_bodies import BODIES
from .cases_of_http import FRAMES, HEADS
from .cases_of_time_and_size import CODINGS, ENDLESS, SLOW
from .peer import ANSWER, Peer

PAGE = Path(__file__).parents[3] / "docs" / "hostile-peers.md"
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
    text = (Path(__file__).parent / "hostile-peers.md.j2").read_text(encoding="utf-8")
    template = Template(text, trim_blocks=True, keep_trailing_newline=True)
    return template.render(groups=GROUPS, kinds=_KINDS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
