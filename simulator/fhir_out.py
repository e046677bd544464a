"""What the providers and the registry have in common: how a version is named, and how a result is wrapped."""

from __future__ import annotations

import uuid
from typing import Any

from .clock import as_http_date, from_epoch

Resource = dict[str, Any]


def version_url(base: str, resource: Resource) -> str:
    """The absolute, version-specific URL of an appointment or pointer under a service root."""
    return f"{base}/Appointment/{resource['id']}/_history/{resource['meta']['versionId']}"


def version_headers(resource: Resource, stored_at: int, location: str) -> dict[str, str]:
    """ETag, Last-Modified and Content-Location of a version. ``stored_at`` is Unix seconds."""
    return {
        "ETag": f'W/"{resource["meta"]["versionId"]}"',
        "Last-Modified": as_http_date(from_epoch(stored_at)),
        "Content-Location": location,
    }


def versions_named(if_match: str) -> list[str]:
    """The versions in an If-Match header, which may list several (RFC 9110 section 13.1.1), weak or not."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]


def searchset(self_link: str, total: int, entries: list[Resource]) -> Resource:
    """The Bundle of a search result; without entries it has no ``entry`` (FHIR forbids an empty one)."""
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": self_link}],
    }
    return bundle | ({"entry": entries} if entries else {})
