"""Text that can be kept and given back in either format: what XML 1.0 holds, and every database."""

from __future__ import annotations

import re

#: What is not a character of XML 1.0 (section 2.2): controls, lone surrogates, U+FFFE and U+FFFF.
_UNKEEPABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def keepable(value: object) -> bool:
    """Whether all text in a JSON value, names of members too, can be kept. Iterative, so depth does not matter."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            if _UNKEEPABLE.search(one):
                return False
        elif isinstance(one, dict):
            pending.extend(one.keys())
            pending.extend(one.values())
        elif isinstance(one, list | tuple):
            pending.extend(one)
    return True


def shown(text: str) -> str:
    """The text with what cannot be kept as U+FFFD, to be quoted in an answer."""
    return _UNKEEPABLE.sub("\ufffd", text)
