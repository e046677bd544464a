"""Resources in which nothing was found wrong before: those in a Bundle come again and again, and are looked at once."""

from __future__ import annotations

import hashlib
import json

#: Fingerprints that are kept; when there are so many, it begins anew.
_MOST = 50_000


class Faultless:
    """What was found without fault, by its fingerprint."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def __contains__(self, fingerprint: bytes | None) -> bool:
        return fingerprint in self._seen

    def add(self, fingerprint: bytes | None) -> None:
        if fingerprint is not None:
            if len(self._seen) >= _MOST:
                self._seen.clear()
            self._seen.add(fingerprint)


def fingerprint(resource: object, *terms: object) -> bytes | None:
    """Of a resource as it stands, every digit of it, and of the terms on which it is looked at.

    None where it has something that JSON alone does not tell (a Decimal), or is no JSON at all: that is looked at anew.
    """
    try:
        return hashlib.sha256(json.dumps([resource, terms], ensure_ascii=True).encode("ascii")).digest()
    except (TypeError, ValueError, RecursionError):
        return None
