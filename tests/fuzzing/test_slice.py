"""What an hour of fuzzing once found stays found, and each target keeps to its contract on a bounded slice of it.

The slice is the same at each run: good inputs, cut, doubled, spliced and spoilt by chance that is seeded.
"""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from .contract import Target
from .served import world
from .targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
INPUTS = 60
#: Far more than any input may cost, in MB.
MEMORY = 300


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    if world.cache_info().currsize:
        world().close()
        world.cache_clear()


def spoilt(data: bytes, other: bytes, words: tuple[bytes, ...], chance: random.Random) -> bytes:
    """The input with a few slips in it."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 8, 64)))
        put = chance.choice(
            (
                b"",
                bytes([chance.randrange(256)]),
                data[start:end] * 2,
                other[start:end],
                chance.choice((*words, b"\x00", b'"', b"<", b"\xff", b"-1", b"\xed\xa0\x80")),
            )
        )
        data = data[:start] + put + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_it_keeps_to_its_contract(target: Target) -> None:
    chance = random.Random(target.name)
    for seed in target.seeds:
        target.feed(seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(INPUTS):
        target.feed(spoilt(chance.choice(target.seeds), chance.choice(target.seeds), target.words, chance))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024 * MEMORY


@pytest.mark.parametrize("kept", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_stays_mended(kept: Path) -> None:
    [target] = [one for one in TARGETS if one.name == kept.parent.name]
    target.feed(kept.read_bytes())
