"""A server that breaks HTTP neither holds nor breaks a whole run."""

from __future__ import annotations

from pathlib import Path

import pytest
from uec_booking.harness.settings.model import ROLES

from ..support.hostile_peers.behaviours import serving
from ..support.hostile_peers.catalogue import PEERS
from ..support.hostile_peers.peer import Peer
from ..support.program import uec

#: Hostile peers of several kinds; what each is answered with is told in docs/hostile-peers.md.
A_FEW = ("hangs", "drips-headers", "garbage", "closes", "redirects-without-end", "many-attributes", "early-hints")


@pytest.mark.parametrize(
    "peer",
    [peer for peer in PEERS if peer.name in A_FEW],
    ids=lambda peer: peer.name,
)
def test_a_hostile_server_neither_holds_nor_breaks_the_program(peer: Peer, tmp_path: Path) -> None:
    with serving(peer.behaviour) as url:
        config = tmp_path / "hostile.toml"
        parts = "".join(f'[{key}]\nbase_url = "{url}"\n' for key in ROLES)
        config.write_text(
            f'{parts}[provider.services]\nlater = "1"\n[second_provider.services]\nlater = "1"\n'
            "[limits]\nread_seconds = 0.7\ntotal_seconds = 1.2\nbody_bytes = 100000\n",
            encoding="utf-8",
        )
        done = uec("assure", "--config", config, "--only", "story-a", "--out", tmp_path / "out")
    assert done.status in (1, 2, 3), done.out
    assert "Traceback" not in done.out + done.err
