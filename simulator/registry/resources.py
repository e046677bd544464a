"""FHIR out: the registry's resources as dicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import fhir_out
from .stored import Pointer

Resource = dict[str, Any]


class RegistryResources:
    """Builds the registry's answers."""

    def pointer(self, pointer: Pointer) -> Resource:
        """A version of a pointer as it is returned."""
        return pointer.body

    def headers(self, base: str, resource: Resource, stored_at: int) -> dict[str, str]:
        """ETag, Last-Modified and Content-Location of the version returned (REG-03)."""
        return fhir_out.version_headers(resource, stored_at, self.location(base, resource))

    def location(self, base: str, resource: Resource) -> str:
        """The absolute, version-specific URL of a pointer (REG-02)."""
        return fhir_out.version_url(base, resource)

    def bundle(self, base: str, self_link: str, found: Iterable[Pointer]) -> Resource:
        """The searchset of pointers, unpaged (REG-15)."""
        entries = [
            {
                "fullUrl": f"{base}/Appointment/{pointer.id}",
                "resource": self.pointer(pointer),
                "search": {"mode": "match"},
            }
            for pointer in found
        ]
        return fhir_out.searchset(self_link, len(entries), entries)
