"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from typing import Any

from uec_booking.simulator.seams import Fault


def _ask_nothing(original: Any, *arguments: Any) -> None:
    """Whatever there is, is right."""


def _unsigned(original: Any) -> bool:
    return False


VARIANTS: tuple[Fault, ...] = (
    Fault(
        "unsigned-registry-tokens",
        "REG-21",
        "Providers call the registry with the unsigned token of the booking interface (tolerated, CF-57).",
        "provider",
        "rules.registry_token_is_signed",
        _unsigned,
    ),
    Fault(
        "without-ssp-headers",
        "SSP-13",
        "Providers answer requests that lack the Ssp- headers (SHOULD), as suits curl and generic clients.",
        "provider",
        "rules.check_ssp_headers",
        _ask_nothing,
    ),
)
