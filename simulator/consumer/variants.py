"""Conformant choices different from the desk's own (`uec-booking desk --variant NAME`)."""

from __future__ import annotations

from typing import Any

from uec_booking.standard import names

from ..seams import VARIANT, Fault, Method
from .rules import DeskRules
from .wire.provider import ProviderClient


def _asks_for_xml(original: Any) -> str:
    return names.FHIR_XML


def _no_lower_bound(original: Any, *arguments: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = original(*arguments)
    return [(name, value) for name, value in found if not value.startswith("ge")]


def _no_includes(original: Any) -> list[tuple[str, str]]:
    return []


def _one_trace_each_encounter(original: Any, encounter: Any) -> str:
    return str(encounter.task["task"])


def _choice(name: str, requirement: str, summary: str, seam: Method, replacement: Any) -> Fault:
    return Fault(name, requirement, summary, "consumer", seam, replacement, kind=VARIANT)


VARIANTS: tuple[Fault, ...] = (
    _choice("asks-for-xml", "CON-SRCH-07", "Answers are asked for in XML.", DeskRules.accepted_type, _asks_for_xml),
    _choice(
        "no-lower-bound", "CON-SRCH-03", "Slots are searched without a lower bound.", DeskRules.window, _no_lower_bound
    ),
    _choice("no-includes", "CON-SRCH-19", "Slots are searched without includes.", DeskRules.includes, _no_includes),
    _choice(
        "one-trace-each-encounter",
        "SSP-05",
        "All calls of an encounter have one Ssp-TraceID.",
        ProviderClient.trace_id,
        _one_trace_each_encounter,
    ),
)
