"""Looking into resources in JSON form, whatever shape they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def contained(resource: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """The contained resource of a type, or None; matched by type, never by index (CF-31)."""
    for inner in resource.get("contained") or []:
        if isinstance(inner, Mapping) and inner.get("resourceType") == kind:
            return inner
    return None


def bundle_resources(bundle: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """The resources of one type in a Bundle; entries of any odd shape are passed over."""
    found = []
    for entry in bundle.get("entry") or []:
        resource = entry.get("resource") if isinstance(entry, Mapping) else None
        if isinstance(resource, dict) and resource.get("resourceType") == kind:
            found.append(resource)
    return found


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource."""
    if isinstance(value, Mapping):
        reference = value.get("reference")
        if isinstance(reference, str):
            yield reference
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def ids_referred_to(resources: Iterable[Mapping[str, Any]], element: str) -> set[str]:
    """The ids of what an element of some resources refers to."""
    return {ref.rsplit("/", 1)[-1] for resource in resources for ref in references(resource.get(element))}
