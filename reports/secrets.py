"""Text of reports without the credentials that a system has repeated in it."""

from __future__ import annotations

from uec_booking.harness.text.credentials import Credentials

from .text import one_line

without_secrets = Credentials().taken_out


def redacted_line(text: object, limit: int = 300) -> str:
    """``one_line`` without credentials; they are looked for before the line is cut, as half a token has no form."""
    return one_line(without_secrets(str(text)), limit)
