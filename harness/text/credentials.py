"""Credentials that a system repeated where none belongs: they are taken out of what is shown and sent to others.

The stored run has none where they belong (``http.exchange`` takes them out by the names of headers and fields).
Elsewhere, in a diagnostic or an address, they are known by their form, or by their value where that is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

REDACTED = "[redacted]"
_NAME_KEPT = rf"\1{REDACTED}"

_NO_WORD = r"(?=[a-z.-]*[A-Z0-9+/_~=])"
_FIELDS = (
    *("access_token", "refresh_token", "id_token", "client_secret", "client_assertion"),
    *("api_key", "apikey", "password", "passwd"),
)
#: Each with a word, in small letters, without which it cannot be there: looking for that is much faster.
_FORMS = (
    # A JSON Web Token begins with the base64 of '{"'.
    ("eyj", re.compile(r"eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*"), REDACTED),
    # Not a word as in "a Bearer challenge".
    ("basic ", re.compile(rf"\b((?i:basic)) +{_NO_WORD}[a-zA-Z0-9+/_-]{{8,}}=*"), rf"\1 {REDACTED}"),
    ("bearer ", re.compile(rf"\b((?i:bearer)) +{_NO_WORD}[a-zA-Z0-9+/_.~-]{{8,}}=*"), rf"\1 {REDACTED}"),
    (
        "private key",
        re.compile(r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
        REDACTED,
    ),
    *(
        (name, re.compile(rf"""(?i)({name}[\\"']*\s*[:=]\s*[\\"']*)(?!\[redacted)[^\s"'&<>\\,;]{{4,}}"""), _NAME_KEPT)
        for name in _FIELDS
    ),
)  # fmt: skip
#: A known value shorter than this would be found where it is none.
_SHORTEST = 6


class Credentials:
    """What has to be taken out: all that has the form of a credential, and the values that are known to be one."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = sorted({value for value in values if len(value) >= _SHORTEST}, key=len, reverse=True)

    def taken_out(self, text: str) -> str:
        """``text`` with each credential replaced; without any it comes back as it is."""
        small = text.lower()
        for word, form, instead in _FORMS:
            if word in small:
                text = form.sub(instead, text)
        for value in self._values:
            text = text.replace(value, REDACTED)
        return text
