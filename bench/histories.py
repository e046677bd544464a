"""What it costs to look for an order that explains a history: 16 clients, 500 operations each of 20 seeds.

python bench/histories.py [SEEDS]: the time for all, and for those of each known race, with how many are found.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from uec_booking.harness.histories.checking import impossible

# What makes histories up belongs to the tests, which are no part of the installed package.
sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.histories.diary import RACES, history

SEEDS = 20
OPERATIONS = 500

if __name__ == "__main__":
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
    print(f"load average {os.getloadavg()[0]:.1f}")
    for race in ("", *RACES):
        histories = [history(seed, OPERATIONS, race=race) for seed in seeds]
        began = time.perf_counter()
        found = sum(bool(impossible(one)) for one in histories)
        seconds = time.perf_counter() - began
        print(f"{race or 'no race':<20}{OPERATIONS * len(histories):>7} operations {seconds:6.2f} s   {found} found")
