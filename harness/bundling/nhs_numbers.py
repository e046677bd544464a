"""NHS numbers that may be those of real people: evidence with one of them does not leave.

Synthetic are the numbers that begin with 999, which the NHS gives to nobody. Any other valid number is taken for a
person's where it stands beside the identifier of NHS numbers. Elsewhere it is where it lies in a range from which
numbers are given out, because ids of services, times and telephones have ten digits too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from uec_booking.standard.nhs_number import is_valid_nhs_number

_SYNTHETIC = "999"
# As it is written, with spaces or hyphens or neither. A line break may be escaped before it, in JSON within JSON.
_TEN = re.compile(r"(?:(?<![0-9A-Za-z.])|(?<=\\[nrt]))\d{3}([ -]?)\d{3}\1\d{4}(?![0-9A-Za-z])")
# England, Wales and the Isle of Man; Northern Ireland; Scotland, where a number begins with the day of birth.
_GIVEN_OUT = re.compile(r"[467]|3[2-9]|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])")
_NAME_BEFORE = re.compile(r"(?i)nhs[ _-]?(?:number|no\b)[^0-9]*\Z")
_NAME_BEHIND = re.compile(r"(?i)[^0-9]*nhs[ _-]?(?:number|no\b)")
#: Characters between the name and the number, at most.
_NEAR = 80


def of_persons(text: str, declared: Collection[str] = ()) -> Iterator[str]:
    """The NHS numbers in ``text`` that are neither synthetic nor ``declared`` test patients."""
    if "%" in text:
        text = unquote(text)
    for found in _TEN.finditer(text):
        number = re.sub(r"[ -]", "", found[0])
        if number.startswith(_SYNTHETIC) or number in declared or not is_valid_nhs_number(number):
            continue
        if _GIVEN_OUT.match(number) or _is_named(text, found.start(), found.end()):
            yield number


def _is_named(text: str, start: int, end: int) -> bool:
    """Whether it stands beside the name of NHS numbers, with no other number between them."""
    return bool(_NAME_BEFORE.search(text[max(0, start - _NEAR) : start]) or _NAME_BEHIND.match(text[end : end + _NEAR]))
