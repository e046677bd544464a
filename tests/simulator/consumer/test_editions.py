"""The desk in the editions of the standard: what a booking holds, and how it is read and cancelled."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from .conftest import World
from .playing import Desk
from .proxy import opened
from .services import CENTRE, HUB


@pytest.mark.parametrize("edition", ["0.1.15", "0.1.17", "0.2.0"])
def test_an_older_edition_books_and_cancels(tmp_path: Path, edition: str) -> None:
    world = World(tmp_path, "--edition", edition)
    try:
        with opened(world.addresses["ca"], tmp_path) as proxy:
            desk = Desk(tmp_path, *world.desk_options(proxy), "--edition", edition)
            original = desk.call(service=CENTRE).booked()
            # The times of creation are in whole seconds.
            time.sleep(1.1)
            answer = desk.call(service=HUB, cancel=("all",))
            assert answer.of("cancelled-shown")[0]["about"] == [original]
            body = json.loads(proxy.of("book")[0].body)
            kinds = [one["resourceType"] for one in body["contained"]]
            assert ("Slot" in kinds) is (edition != "0.1.15") and ("created" in body) is (edition != "0.2.0")
            assert bool(proxy.of("metadata")) is (edition == "0.2.0")
            scope = proxy.of("read")[0].claims["requested_scope"].rpartition(".")[2]
            assert scope == ("read" if edition == "0.2.0" else "write")
            # Only of the oldest edition the time of creation is that of the cancellation.
            read = json.loads(proxy.of("cancel")[0].body)
            assert (read["created"] != body.get("created")) is (edition in ("0.1.15", "0.2.0"))
    finally:
        world.close()
