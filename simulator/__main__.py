"""`python -m uec_booking.simulator`."""

import sys

from uec_booking.simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
