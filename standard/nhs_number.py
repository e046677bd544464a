"""The check digit of an NHS number (Modulus 11); the booking documents only say "valid" (CF-36)."""

from __future__ import annotations


def is_valid_nhs_number(number: str) -> bool:
    """Ten digits whose last is the check digit; a computed check digit of 10 makes no number valid."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return check == int(number[9])  # a check of 10 equals no digit
