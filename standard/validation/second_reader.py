"""A second opinion from fhir.resources, whose models were made from the definitions of HL7 by others."""

from __future__ import annotations

from typing import Any

from ..problems import Problem, shown
from .faultless import Faultless, fingerprint

#: Those in which the models found nothing.
_FAULTLESS = Faultless()


def second_opinion(resource: object) -> list[Problem]:
    """What the STU3 models of fhir.resources object to.

    The resources in a Bundle are read by themselves, each once, and the Bundle without them; where that finds
    anything, the whole is read, so that places and words are always those of the whole.
    """
    if isinstance(resource, dict) and (inner := _entries(resource)):
        around = {**resource, "entry": [{k: v for k, v in one.items() if k != "resource"} for one in resource["entry"]]}
        if all(map(_is_faultless, inner)) and not _objections(around):
            return []
    return _objections(resource)


def _entries(resource: dict[str, Any]) -> list[object]:
    """The resources in the entries of a Bundle."""
    entries = resource.get("entry") if resource.get("resourceType") == "Bundle" else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        return []
    return [one["resource"] for one in entries if "resource" in one]


def _is_faultless(resource: object) -> bool:
    known = fingerprint(resource)
    if known in _FAULTLESS:
        return True
    if _objections(resource):
        return False
    _FAULTLESS.add(known)
    return True


def _objections(resource: object) -> list[Problem]:
    """The models are imported here because that takes a quarter of a second. They raise RecursionError on deep and
    KeyError on unknown contained types; neither should come after our own walk, and is told as a problem.
    """
    from fhir.resources.STU3 import get_fhir_model_class
    from pydantic import ValidationError

    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(name, str):
        return [Problem("$", "a resource", shown(resource))]
    try:
        get_fhir_model_class(name).model_validate(resource)
    except ValidationError as error:
        return [
            Problem(_place(name, fault["loc"]), fault["msg"], shown(fault.get("input")))
            for fault in error.errors(include_url=False, include_context=False)
            if not _mistaken(fault["type"], fault["msg"])
        ]
    except (KeyError, RecursionError, ValueError, TypeError) as error:
        return [Problem(name, "readable by the STU3 models", type(error).__name__)]
    return []


def _mistaken(kind: str, message: str) -> bool:
    """Objections that are known to be wrong, and right ones that our own walk has made already.

    The models do not know `_valueCode` and its kin in an extension, and want a value for a required choice
    where extensions alone will do; unknown elements and missing choices are found by our own walk.
    """
    return kind == "extra_forbidden" or "Expect any of field value" in message


def _place(name: str, location: tuple[str | int, ...]) -> str:
    return name + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
