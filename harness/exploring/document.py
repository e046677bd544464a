"""``findings.json``: what an exploration found, with all that its pages and scripts are made of, and nothing secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from uec_booking.standard import requirements

from ..settings.model import Part, Settings
from .attempt import Outcome
from .exploration import Exploration
from .recipe import recipe

#: The form of the document; it grows when what is there changes its meaning.
FORM = 1


def document(
    explored: Sequence[Exploration], settings: Settings, kept: Sequence[Mapping[str, Any]] = ()
) -> Mapping[str, Any]:
    """The document of the explorations of one or more systems, drawn from one seed.

    ``kept`` are the findings of the exploration that these go on with: they come first.
    """
    findings = [(one, settings.part(each.part)) for each in explored for one in each.findings]
    return {
        "form": FORM,
        "seed": explored[0].seed,
        "edition": settings.edition,
        "reading": settings.reading,
        "systems": [_system(each, settings.part(each.part)) for each in explored],
        "findings": [
            {**one, "number": number}
            for number, one in enumerate((*kept, *(_finding(one, part) for one, part in findings)), 1)
        ],
    }


def _system(found: Exploration, part: Part) -> Mapping[str, Any]:
    return {
        "part": part.key,
        "name": part.name,
        "base_url": part.base_url,
        "sequences": found.sequences,
        "requests": found.requests,
        "slots": found.slots,
        "cut_short": found.cut_short,
        "ended": found.ended,
        "notes": found.notes,
        # From where --resume goes on, and what it does not look for any more.
        "place": asdict(found.place),
        "known": sorted(found.known),
    }


def _finding(outcome: Outcome, part: Part) -> Mapping[str, Any]:
    assert outcome.failure is not None
    observation = outcome.failure.observation
    exchanges = [exchange for step in outcome.done for exchange in step.exchanges]
    return {
        "part": part.key,
        "address": part.url(""),
        "tls": {"ca": part.tls.ca, "certificate": part.tls.client_certificate, "key": part.tls.client_key},
        "requirement": observation.requirement,
        "text": requirements.load()[observation.requirement].text,
        "expected": outcome.failure.expected,
        "actual": observation.actual,
        "where": "" if observation.where == "model" else observation.where,
        "conflict": outcome.failure.conflict,
        "steps": [
            {"keyword": step.keyword, "words": step.words, "exchanges": [one.id for one in step.exchanges]}
            for step in outcome.done
        ],
        "exchanges": [exchange.to_json() for exchange in exchanges],
        "recipe": recipe(exchanges, outcome.slots, part),
    }
