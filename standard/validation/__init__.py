"""Is a resource (a dict in the JSON form) valid FHIR STU3?

Facts of FHIR only; the standard's own rules are in `uec_booking.standard.profiles`.

Two readers that know nothing of each other look at it: a walk of our own along the table of elements, which
also checks codes, formats of values, references and narratives; and, when that finds nothing, the models of
fhir.resources. What came as bytes is checked in its form by `uec_booking.standard.codec` before.
"""

from __future__ import annotations

from itertools import islice

from ..problems import Problem
from .primitives import ID_FORM
from .second_reader import second_opinion
from .walk import walk
from .well_typed import well_typed

__all__ = ["ID_FORM", "Problem", "check_structure", "well_typed"]

MAX_PROBLEMS = 100


def check_structure(resource: object, *, allow_unknown: bool = False) -> list[Problem]:
    """The faults of a resource against FHIR STU3, at most MAX_PROBLEMS, the outermost first; never raises.

    With `allow_unknown`, elements that STU3 does not know are passed over, as a receiver must do (FMT-13).
    """
    problems = list(islice(walk(resource, allow_unknown), MAX_PROBLEMS))
    return problems or second_opinion(resource)[:MAX_PROBLEMS]
