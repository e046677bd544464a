"""The version of a resource that an answer tells."""

from __future__ import annotations

from collections.abc import Mapping

from .exchange import Exchange


def version_id(exchange: Exchange) -> str:
    """meta.versionId of the resource answered, or empty."""
    meta = exchange.resource.get("meta")
    value = meta.get("versionId") if isinstance(meta, Mapping) else None
    return value if isinstance(value, str) else ""


def version_tag(exchange: Exchange) -> str:
    """The ETag answered, or the one that meta.versionId gives."""
    return exchange.header("ETag") or f'W/"{version_id(exchange)}"'
