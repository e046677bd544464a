"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from typing import Any

from uec_booking.simulator.seams import Fault


def _ask_nothing(original: Any, *arguments: Any) -> None:
    """Whatever there is, is right."""


VARIANTS: tuple[Fault, ...] = (
    Fault(
        "without-ssp-headers",
        "SSP-13",
        "Providers answer requests that lack the Ssp- headers (SHOULD), as suits curl and generic clients.",
        "provider",
        "rules.check_ssp_headers",
        _ask_nothing,
    ),
)
