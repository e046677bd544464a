"""``findings.json``: what an exploration found, with all that its pages and scripts are made of, and nothing secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uec_booking.standard import requirements

from ..settings.model import Settings
from .attempt import Outcome
from .exploration import Exploration
from .recipe import recipe

#: The form of the document; it grows when what is there changes its meaning.
FORM = 1


def document(found: Exploration, settings: Settings) -> Mapping[str, Any]:
    """The document of an exploration."""
    part = settings.part("provider")
    return {
        "form": FORM,
        "seed": found.seed,
        "edition": settings.edition,
        "reading": settings.reading,
        "system": {"name": part.name, "base_url": part.base_url, "address": part.url("")},
        "tls": {"ca": part.tls.ca, "certificate": part.tls.client_certificate, "key": part.tls.client_key},
        "sequences": found.sequences,
        "requests": found.requests,
        "slots": found.slots,
        "cut_short": found.cut_short,
        "ended": found.ended,
        "notes": found.notes,
        "findings": [_finding(number, one, settings) for number, one in enumerate(found.findings, 1)],
    }


def _finding(number: int, outcome: Outcome, settings: Settings) -> Mapping[str, Any]:
    assert outcome.failure is not None
    observation, part = outcome.failure.observation, settings.part("provider")
    exchanges = [exchange for step in outcome.done for exchange in step.exchanges]
    return {
        "number": number,
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
