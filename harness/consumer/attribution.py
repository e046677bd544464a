"""To which scenario a request of the consumer under test belongs: the first rung of a ladder that decides.

The service that it goes to (each scenario has its own), else the patient, else a trace id that was seen with one of
those, else the one scenario that is under way. Where several are under way and none of it decides, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from uec_booking.standard import names

from .requests import ProviderCall


class Rung(StrEnum):
    """What decided to which scenario a request belongs."""

    SERVICE = "the service"
    PATIENT = "the patient"
    TRACE = "the trace id"
    ARMED = "the one scenario under way"


@dataclass
class UnderWay:
    """A scenario under way: the service roots that are its own, its patients' NHS numbers, the traces seen with it."""

    name: str
    roots: frozenset[str]
    patients: frozenset[str] = frozenset()
    traces: set[str] = field(default_factory=set)


def attributed(
    request: ProviderCall, under_way: Collection[UnderWay], owners: Mapping[str, str]
) -> tuple[UnderWay, Rung] | None:
    """The scenario that the request belongs to, and what decided it; None where that is not certain.

    ``owners`` names the scenario of every service root: a request to that of a scenario which is not under way comes
    late, and belongs to none of these.
    """
    trace = request.header(names.SSP_TRACE_ID) or ""
    found = _decided(request, under_way, owners, trace)
    if found is not None and trace and found[1] in (Rung.SERVICE, Rung.PATIENT):
        found[0].traces.add(trace)
    return found


def _decided(
    request: ProviderCall, under_way: Collection[UnderWay], owners: Mapping[str, str], trace: str
) -> tuple[UnderWay, Rung] | None:
    for one in under_way:
        if request.root in one.roots:
            return one, Rung.SERVICE
    about = request.target + request.content.decode("utf-8", "replace")
    by_patient = [one for one in under_way if any(number in about for number in one.patients)]
    if len(by_patient) == 1:
        return by_patient[0], Rung.PATIENT
    if request.root in owners:
        return None
    by_trace = [one for one in under_way if trace and trace in one.traces]
    if len(by_trace) == 1:
        return by_trace[0], Rung.TRACE
    if len(under_way) == 1:
        return next(iter(under_way)), Rung.ARMED
    return None
