"""How long the commands that only read take to start: `python bench/startup.py [RUNS]`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7
LIMITS_MS = {"--help": 500, "--version": 500, "requirements --role registry": 1000}


def milliseconds(arguments: list[str], runs: int) -> float:
    """The median wall-clock time of one command, in processes of its own."""
    program = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, check=True, timeout=60)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    for command, limit in LIMITS_MS.items():
        print(f"uec-booking {command:<30}{milliseconds(command.split(), runs):7.0f} ms   (limit {limit} ms)")
