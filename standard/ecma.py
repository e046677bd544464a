"""The patterns of JSON Schema as they are meant: regular expressions of ECMA-262, which Python's differ from.

There `$` is the end and nothing else, where Python's lets a line end follow; digits and letters are those of
ASCII; and a full stop stops at more line ends. A pattern is put into Python's words here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_BLANKS = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_ENDS = r"\n\r\u2028\u2029"
#: One piece of a pattern: an escape, a class from bracket to bracket, or a character.
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_MEANT = {"$": r"\Z", ".": f"[^{_LINE_ENDS}]", r"\s": f"[{_BLANKS}]", r"\S": f"[^{_BLANKS}]"}


@cache
def ecma_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern of ECMA-262, compiled. Raises re.error, and ValueError for \\S within a class."""
    return re.compile("".join(map(_piece, _PIECE.findall(pattern))), re.ASCII)


def _piece(piece: str) -> str:
    if not piece.startswith("["):
        return _MEANT.get(piece, piece)
    if r"\S" in piece:
        raise ValueError(f"\\S within the class {piece} is not understood")
    return piece.replace(r"\s", _BLANKS)


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not ecma_pattern(pattern).search(instance):
        yield ValidationError(f"{instance[:80]!r} does not match {pattern!r}")


#: A validator of JSON Schema whose `pattern` is that of ECMA-262.
Validator = extend(Draft202012Validator, {"pattern": _pattern})
