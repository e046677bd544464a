"""What it costs to load the standard as data: fresh processes, median of ten. python bench/catalogue.py [RUNS]"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 10
LIMIT_MS = 100

TIMED = """
import time
start = time.perf_counter()
from uec_booking.standard import {module}
{module}.{call}()
print((time.perf_counter() - start) * 1000)
"""


def milliseconds(module: str, call: str, runs: int) -> float:
    """Median time to import the module and load its data, in milliseconds, Python's own start left out."""
    command = [sys.executable, "-c", TIMED.format(module=module, call=call)]
    times = [float(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout) for _ in range(runs)]
    return statistics.median(times)


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    for module, call in (("requirements", "load"), ("conflicts", "load"), ("answers", "situations")):
        print(f"{module:<13}{milliseconds(module, call, runs):6.1f} ms   (limit {LIMIT_MS} ms)")
