"""What the Authorization headers of a request say, read as far as it can be: facts only, nothing is judged here.

The token of a consumer is unsecured (``alg`` none): its claims are no secret, and they are what is to be seen. So the
proxy keeps them beside the request, where the header itself is redacted. What looks signed is kept by its form alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from ..http.exchange import Headers

_BEARER = re.compile(r"(Bearer) (\S+)", re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9_-]*")


def authorization(headers: Headers) -> dict[str, Any]:
    """What the Authorization headers hold, in values that go to JSON.

    ``count``: how many there are. ``bearer``: whether the one is ``Bearer`` and a token, and ``scheme`` how that
    is written. ``segments``: of how many
    the token is made. ``base64url``: whether each is unpadded base64url. ``signed``: whether the last one is filled.
    ``header`` and ``claims``: what the first two hold, None where that is no JSON object or the token is signed.
    ``fingerprint``: the same for the same token, and no way back to it.
    """
    values = [value for name, value in headers if name.lower() == "authorization"]
    found: dict[str, Any] = {"count": len(values), "bearer": False}
    bearer = _BEARER.fullmatch(values[0].strip()) if len(values) == 1 else None
    if bearer is None:
        return found
    token = bearer[2]
    segments = token.split(".")
    signed = len(segments) == 3 and bool(segments[2])
    return {
        **found,
        "bearer": True,
        "scheme": bearer[1],
        "segments": len(segments),
        "base64url": all(_SEGMENT.fullmatch(segment) for segment in segments),
        "signed": signed,
        "header": _object(segments[0]),
        "claims": None if signed or len(segments) < 2 else _object(segments[1]),
        "fingerprint": hashlib.sha256(token.encode()).hexdigest()[:16],
    }


def _object(segment: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(segment.rstrip("=") + "=" * (-len(segment.rstrip("=")) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
