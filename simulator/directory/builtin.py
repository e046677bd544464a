"""The directory of the world that is there without a file: the services of its providers, all in order."""

from __future__ import annotations

from collections.abc import Iterable

from uec_booking.standard.names import BOOKING_ONLY_ATTRIBUTE

from ..world import CancelPolicy, ProviderProfile
from .services import DirectoryService, InSds

CANCELLING = {"booker": CancelPolicy.BOOKER, "any-111": CancelPolicy.ANY_111, "anyone": CancelPolicy.ANYONE}
_WORD = {policy: word for word, policy in CANCELLING.items()}


def builtin_directory(providers: Iterable[ProviderProfile]) -> tuple[DirectoryService, ...]:
    """A row for each service of the providers."""
    return tuple(
        DirectoryService(
            id=service.id,
            name=service.name,
            address=f"{provider.place.line}, {provider.place.city}",
            postcode=provider.place.postcode,
            asids=(provider.asid,),
            requires_booking=None,
            requires_booking_name=BOOKING_ONLY_ATTRIBUTE,
            in_sds=InSds.FOUND,
            root=provider.path,
            slots="many" if service.diaries else "none",
            cancelling=_WORD[provider.cancel_policy],
            faults=(),
        )
        for provider in providers
        for service in provider.services
    )
