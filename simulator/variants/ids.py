"""Variants in ids: numbers, capitals, dots, and as long as FHIR allows."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from typing import Any

from ..fault_making import provider, registry
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..registry.records import RegistryRecords
from ..seams import Fault


def _numeric(original: Any) -> str:
    return str(10**11 + secrets.randbelow(9 * 10**11))


def _long(original: Any) -> str:
    return secrets.token_hex(32)


def _dotted(original: Any) -> str:
    return f"apt.{secrets.token_hex(4)}-{secrets.token_hex(3)}.1"


def _loud(original: Any) -> str:
    return str(uuid.uuid4()).upper()


def _numbered_slot(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
    number = int(hashlib.sha256(row.id.encode()).hexdigest()[:12], 16)
    return original(row) | {"id": str(number)}


def _loud_identifier(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
    slot = original(row)
    slot["identifier"] = [identifier | {"value": identifier["value"].upper()} for identifier in slot["identifier"]]
    return slot


IDS: tuple[Fault, ...] = (
    provider("numeric-ids", "PRV-BOOK-08", "Appointments have numbers as ids.", ProviderRecords.new_id, _numeric),
    provider("long-ids", "FMT-15", "Appointments have ids of 64 characters.", ProviderRecords.new_id, _long),
    provider("dotted-ids", "FMT-15", "Appointments have ids with dots and hyphens.", ProviderRecords.new_id, _dotted),
    provider("loud-ids", "FMT-14", "Appointments have UUIDs in capitals as ids.", ProviderRecords.new_id, _loud),
    provider("numbered-slots", "RES-SLOT-05", "Slots have numbers as ids.", ProviderResources.slot, _numbered_slot),
    provider(
        "loud-slot-identifiers",
        "RES-SLOT-05",
        "The UUIDs of slots are written in capitals.",
        ProviderResources.slot,
        _loud_identifier,
    ),
    registry("registry-numeric-ids", "REG-04", "Pointers have numbers as ids.", RegistryRecords.new_id, _numeric),
)
