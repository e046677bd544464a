"""All defects of providers and registry. Those of the reference consumer are its own affair.

They are found here and not in ``defects``, because finding them imports all that they stand in for, and the reference
consumer is started anew with each of its own.
"""

from __future__ import annotations

from . import defects
from .defects import CONSUMER, found_in
from .mechanical.faults import MECHANICAL_DEFECTS
from .seams import Fault

DEFECTS: tuple[Fault, ...] = (
    *found_in(defects.__path__, defects.__name__, leaving_out=CONSUMER),
    *MECHANICAL_DEFECTS,
)
