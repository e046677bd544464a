"""What a valid NHS number is, and made-up ones."""

from __future__ import annotations

import secrets


def valid_nhs_number(value: str) -> bool:
    """Whether the value is ten digits of which the last is the Modulus 11 check digit (CF-36)."""
    if len(value) != 10 or not (value.isascii() and value.isdigit()):
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(value, range(10, 1, -1), strict=False)) % 11
    return check != 10 and int(value[9]) == check % 11


def synthetic_number() -> str:
    """An NHS number of the range that is kept for tests."""
    return next(number for number in iter(lambda: f"999{secrets.randbelow(10**7):07d}", "") if valid_nhs_number(number))
