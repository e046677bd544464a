"""Going on with an exploration that was broken off: its place and its findings are in its document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from uec_booking.standard import requirements

from ..errors import SettingsError, why_not_written
from ..http.exchange import Exchange
from ..settings.model import Settings
from .exploration import Exploration
from .hunt import Place

_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class _Place(BaseModel, strict=True):
    round: _Count
    within: _Count
    passed: _Count


class _System(BaseModel, strict=True):
    part: str
    base_url: str
    sequences: _Count
    requests: _Count
    slots: _Count
    cut_short: _Count
    notes: list[str]
    place: _Place
    known: list[str]


def _exchanges(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for one in stored:
        try:
            Exchange.from_json(one)
        except (ValueError, KeyError, TypeError) as problem:
            raise ValueError(f"no exchange: {problem}") from None
    return stored


class _Finding(BaseModel, strict=True, extra="allow"):
    """What its page and its scripts are made of; ``document`` has all of it."""

    part: str
    address: str
    tls: dict[str, str]
    requirement: str
    text: str
    expected: str
    actual: str
    where: str
    conflict: str
    steps: list[dict[str, Any]]
    exchanges: Annotated[list[dict[str, Any]], AfterValidator(_exchanges)]
    recipe: list[dict[str, Any]]


class Earlier(BaseModel, strict=True):
    """The document of an exploration that is gone on with."""

    form: Literal[1]
    seed: int
    edition: str
    reading: str
    systems: list[_System]
    findings: list[_Finding]

    def kept(self) -> list[dict[str, Any]]:
        """Its findings, as they stand there."""
        return [finding.model_dump() for finding in self.findings]

    def exploration(self, part: str) -> Exploration:
        """The exploration of a system, to be gone on with; one that begins where there was none of it."""
        for one in self.systems:
            if one.part == part:
                place = Place(one.place.round, one.place.within, one.place.passed)
                return Exploration(
                    part,
                    self.seed,
                    place,
                    set(one.known),
                    notes=list(one.notes),
                    sequences=one.sequences,
                    requests=one.requests,
                    slots=one.slots,
                    cut_short=one.cut_short,
                )
        return Exploration(part, self.seed)


def earlier(path: Path, settings: Settings, seed: int | None) -> Earlier:
    """The document at ``path``, which is one of these systems, this edition and, where it is given, this seed.

    Raises:
        SettingsError: it is not, or there is none that can be read.
    """
    try:
        found = Earlier.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise SettingsError(
            f"--resume: there is no exploration in {path.parent} ({path.name}). Name its folder with --out, or leave "
            "--resume out to begin one."
        ) from None
    except OSError as problem:
        raise SettingsError(f"--resume: {path} cannot be read: {why_not_written(problem)}.") from None
    except ValidationError as problem:
        place = ".".join(map(str, problem.errors()[0]["loc"])) or "the whole of it"
        raise SettingsError(
            f"--resume: {path} is not the document of an exploration by this version ({place} is not as it should "
            "be). Leave --resume out to begin one anew."
        ) from None
    if wrong := _other(found, settings, seed):
        raise SettingsError(f"--resume: the exploration in {path} was {wrong}. Name the same, or leave --resume out.")
    return found


def _other(found: Earlier, settings: Settings, seed: int | None) -> str:
    """In what the exploration was another one than is asked for now; empty where in nothing."""
    if seed not in (None, found.seed):
        return f"drawn from the seed {found.seed}, and --seed says {seed}"
    if (found.edition, found.reading) != (settings.edition, settings.reading):
        return f"under edition {found.edition}{f', reading {found.reading}' if found.reading else ''}"
    for one in found.systems:
        part = settings.parts.get(one.part)
        if part is None or (part.base_url != one.base_url and not part.bundled):
            return f"of {one.base_url}"
    unknown = {name for one in found.systems for name in one.known} - requirements.load().keys()
    return f"by a version that knows {', '.join(sorted(unknown))}" if unknown else ""
