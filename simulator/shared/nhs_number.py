"""What a valid NHS number is."""

from __future__ import annotations


def valid_nhs_number(value: str) -> bool:
    """Whether the value is ten digits of which the last is the Modulus 11 check digit (CF-36)."""
    if len(value) != 10 or not (value.isascii() and value.isdigit()):
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(value, range(10, 1, -1), strict=False)) % 11
    return check != 10 and int(value[9]) == check % 11
