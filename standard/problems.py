"""What is wrong with a resource, as reports print it: the place, what was expected, what was there."""

from __future__ import annotations

from dataclasses import dataclass

from .levels import Level


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a resource.

    `where` is a FHIRPath-like place (`Appointment.participant[0].status`). `requirement` is the clause that
    asks for it and `level` how strongly; a rule of FHIR itself has neither.
    """

    where: str
    expected: str
    actual: str
    requirement: str = ""
    level: Level | None = None


def shown(value: object) -> str:
    """A value as it is quoted in a problem: short, and never the whole of a patient's record."""
    if isinstance(value, dict):
        return "an object with " + (", ".join(sorted(map(str, value))[:6]) or "nothing in it")
    if isinstance(value, list):
        plain = all(isinstance(item, str) for item in value) and 0 < len(value) < 5
        return ", ".join(map(shown, value)) if plain else f"a list of {len(value)} values"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value == "":
        return "empty"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
