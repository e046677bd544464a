"""Conformant choices different from the desk's own (`uec-booking desk --variant NAME`): none of them may be accused.

Every module here is found; nothing has to be listed. A variation is written as a defect is, a function under
``allows`` or a row of a table. What makes it conformant is said where it is not plain: the clause or the
contradiction of the standard (docs/conflicts.md) that leaves it free.
"""

from __future__ import annotations

from ...defects import found_in
from ...seams import Fault


def variants() -> tuple[Fault, ...]:
    """All variations."""
    return tuple(found_in(__path__, __name__))
