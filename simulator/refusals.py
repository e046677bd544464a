"""How a rule says no: by naming the situation. What status that is stands in `answers`, by edition."""

from __future__ import annotations


class Rejected(Exception):
    """A request that is not carried out.

    `situation` is a key of `answers.SITUATIONS`; `diagnostics` is the reason for a person to read;
    `where` is the place of the fault, if it has one: in the body as a FHIRPath-like expression, or
    ``http.NAME`` for a parameter or header.
    """

    def __init__(self, situation: str, diagnostics: str, where: str = "") -> None:
        super().__init__(f"{situation}: {diagnostics}")
        self.situation = situation
        self.diagnostics = diagnostics
        self.where = where
