"""The bearer tokens of the consumer systems that we play.

An unsecured JWT (``alg`` none, RFC 7519 section 6) with the claims that the standard's
authentication page lists; it lives five minutes. Odd tokens for rejections are made
by changing one claim of a good one.

`uec-booking token` prints one, for calls by hand.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import jwt
from uec_booking.standard import names

from ..settings.model import Organisation

#: Seconds since a token was made when it is first used: clocks differ a little, and none of ours is to blame
#: a provider for it. That drift is tolerated is a check of its own (SEC-25).
HANDOVER = 5


def claims(organisation: Organisation, audience: str, scope: str, *, practitioner: bool = True) -> dict[str, Any]:
    """Good claims for a call now, of a synthetic user of ``organisation``."""
    issued = int(time.time()) - HANDOVER
    user = f"user-{organisation.ods.lower()}"
    good: dict[str, Any] = {
        "iss": f"https://{organisation.ods.lower()}.consumer.example/spine",
        "sub": user,
        "aud": audience,
        "exp": issued + names.TOKEN_LIFETIME_SECONDS,
        "iat": issued,
        "reason_for_request": names.REASON_FOR_REQUEST,
        "requested_scope": scope,
        "requesting_device": {
            "resourceType": "Device",
            "identifier": [{"system": "https://consumer.example/Id/device", "value": f"device-{organisation.ods}"}],
            "model": "UEC Booking Conformance",
            "version": "1.0",
        },
        "requesting_organization": {
            "resourceType": "Organization",
            "identifier": [{"system": names.ODS_ORGANISATION_SYSTEM, "value": organisation.ods}],
            "name": organisation.name,
        },
    }
    if practitioner:
        good["requesting_practitioner"] = {
            "resourceType": "Practitioner",
            "id": user,
            "identifier": [
                {"system": names.SDS_USER_SYSTEM, "value": "999000000111"},
                {"system": names.SDS_ROLE_PROFILE_SYSTEM, "value": "999000000222"},
                {"system": "https://consumer.example/Id/local-user", "value": user},
            ],
            "name": [{"family": "Synthetic", "given": ["Call"], "prefix": ["Mx"]}],
        }
    return good


def unsecured(payload: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
    """The token string: two base64url segments and an empty signature, so it ends in a dot."""
    # The types of the library know no token without a key, which it makes.
    key: Any = None
    return jwt.encode(dict(payload), key, algorithm="none", headers=dict(header) if header else None)
