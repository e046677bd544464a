"""How many bookings may still be sent: the settings bound them over all users of a process."""

from __future__ import annotations


class Bookings:
    """Counts bookings up to a bound. ``refused`` is how many were not sent because of it."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.refused = 0

    def take(self) -> bool:
        """Whether another one may be sent."""
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        return True
