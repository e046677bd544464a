"""Whether what came in is FHIR STU3 at all, by fhir.resources' models."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from uec_booking.simulator.refusals import Refused

_MODULES = {"Appointment": "appointment"}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})\Z")


def check_structure(resource: Mapping[str, Any], resource_type: str) -> None:
    """Raises Refused (malformed-body) unless the resource is a structurally valid one of the type."""
    found = resource.get("resourceType")
    if found != resource_type:
        raise Refused(
            "malformed-body", f"A resource of type {resource_type} is expected, not {found}.", "resourceType"
        )
    # Imported when first needed: the models are slow to load.
    module = importlib.import_module(f"fhir.resources.STU3.{_MODULES[resource_type]}")
    try:
        getattr(module, resource_type).model_validate(dict(resource))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (resource_type, *first["loc"]))
        raise Refused("malformed-body", f"Not valid FHIR STU3: {first['msg']}.", place) from None
    except (KeyError, RecursionError, TypeError, ValueError, AttributeError) as error:
        # The models meet unknown contained types and absurd nesting with these.
        raise Refused(
            "malformed-body", f"Not valid FHIR STU3: {type(error).__name__}.", resource_type
        ) from None
    # The models take other spellings of a moment, and numbers, for an instant.
    for name in ("start", "end"):
        value = resource.get(name)
        if value is not None and not (isinstance(value, str) and _INSTANT.match(value)):
            reason = f"{name} is an instant with seconds and an offset."
            raise Refused("malformed-body", reason, f"{resource_type}.{name}")
