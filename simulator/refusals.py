"""How a rule says no: by naming the situation. What status that is stands in `answers`, by edition."""

from __future__ import annotations


class Refused(Exception):
    """A request that is not carried out.

    `situation` is a key of `answers.SITUATIONS`; `diagnostics` is the reason for a person to read;
    `where` is the FHIRPath-like place of the fault in the request body, if it has one.
    """

    def __init__(self, situation: str, diagnostics: str, where: str = "") -> None:
        super().__init__(f"{situation}: {diagnostics}")
        self.situation = situation
        self.diagnostics = diagnostics
        self.where = where
