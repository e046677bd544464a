"""Changes of a pointer that is registered."""

from __future__ import annotations

import copy
from collections.abc import Callable

from ...actors.calls import Call
from .named import Maker, Named, Resource


def _pointer(change: Callable[[Resource], None]) -> Maker:
    def make(call: Call) -> Call:
        resource = copy.deepcopy(dict(call.resource or {}))
        change(resource)
        return call.changed(resource=resource)

    return lambda _: make


def _other_number_system(resource: Resource) -> None:
    """The number of a pointer's patient, said to be one of another register."""
    resource["participant"][0]["actor"]["identifier"]["system"] = "https://fhir.hl7.org.uk/Id/chi-number"


def _two_urls(resource: Resource) -> None:
    first = resource["identifier"][0]
    resource["identifier"] = [first, {**first, "value": f"{first['value']}-and-another"}]


def _two_patients(resource: Resource) -> None:
    second = copy.deepcopy(resource["participant"][0])
    second["actor"]["identifier"]["value"] = "9990000018"
    resource["participant"].append(second)


def _contained_patient(resource: Resource) -> None:
    actor = resource["participant"][0]["actor"]
    resource["contained"] = [{"resourceType": "Patient", "id": "p", "identifier": [actor["identifier"]]}]
    actor["reference"] = "#p"


POINTERS: Named = {
    "with two URLs as identifiers": _pointer(_two_urls),
    "with its patient contained": _pointer(_contained_patient),
    "with two patients": _pointer(_two_patients),
    "the NHS number under another system": _pointer(_other_number_system),
}
