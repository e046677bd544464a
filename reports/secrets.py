"""Takes credentials out of what leaves the folder of the run.

The stored run has none where they belong (the harness takes out headers and fields by their names). A system can
repeat one anywhere else, in a diagnostic or in an address: that is found by its form.
"""

from __future__ import annotations

import re

from .text import one_line

REDACTED = "[redacted]"

# A JSON Web Token begins with the base64 of '{"'. The standard's have no signature, and so may end in the point.
_TOKEN = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")
_NAMES = ("access_token", "refresh_token", "id_token", "client_secret", "client_assertion")
_PARAMETER = re.compile(rf"([?&](?:{'|'.join(_NAMES)})=)[^&#\s\"'<>]+")


def without_secrets(text: str) -> str:
    """``text`` with each token and each credential in an address replaced."""
    # Bodies are long and hardly ever hold one: looking for a word is much faster than for a pattern.
    if "eyJ" in text:
        text = _TOKEN.sub(REDACTED, text)
    if any(name in text for name in _NAMES):
        text = _PARAMETER.sub(rf"\1{REDACTED}", text)
    return text


def redacted_line(text: object, limit: int = 300) -> str:
    """``one_line`` without credentials; they are looked for before the line is cut, as half a token has no form."""
    return one_line(without_secrets(str(text)), limit)
