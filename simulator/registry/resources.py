"""FHIR out: the registry's resources as dicts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from uec_booking.simulator.clock import as_http_date, from_epoch
from uec_booking.simulator.registry.stored import Pointer

Resource = dict[str, Any]


class RegistryResources:
    """Builds the registry's answers."""

    def pointer(self, pointer: Pointer) -> Resource:
        """A version of a pointer as it is returned."""
        return pointer.body

    def headers(self, base: str, resource: Resource, stored_at: int) -> dict[str, str]:
        """ETag, Last-Modified and Content-Location of the version returned (REG-03)."""
        return {
            "ETag": f'W/"{resource["meta"]["versionId"]}"',
            "Last-Modified": as_http_date(from_epoch(stored_at)),
            "Content-Location": self.location(base, resource),
        }

    def location(self, base: str, resource: Resource) -> str:
        """The absolute, version-specific URL of a pointer (REG-02)."""
        return f"{base}/Appointment/{resource['id']}/_history/{resource['meta']['versionId']}"

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
        bundle: Resource = {
            "resourceType": "Bundle",
            "id": str(uuid.uuid4()),
            "type": "searchset",
            "total": len(entries),
            "link": [{"relation": "self", "url": self_link}],
        }
        return bundle | ({"entry": entries} if entries else {})
