"""One row of the directory: a DoS service, and what the world has of it. Data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from uec_booking.standard.directory import VERSION


class InSds(StrEnum):
    """What the Spine Directory Service has of a service: all that is needed, or one thing amiss."""

    FOUND = "found"
    NO_NHSAS = "no-nhsas"
    NO_CARE_CONNECT = "no-care-connect"
    GP_CONNECT_TOO = "gp-connect-too"
    SEVERAL_NHSMHS = "several-nhsmhs"
    NO_NHSMHS = "no-nhsmhs"
    NO_ENDPOINT = "no-endpoint"
    INVALID_ENDPOINT = "invalid-endpoint"
    SLASH_AT_THE_END = "slash-at-the-end"
    UNSAFE_CHARACTERS = "unsafe-characters"


@dataclass(frozen=True)
class DirectoryService:
    """A service as a directory file says it; the members are explained in ``directory.schema.json``."""

    id: str
    name: str
    address: str
    postcode: str
    asids: tuple[str, ...]
    requires_booking: str | None
    requires_booking_name: str
    in_sds: InSds
    root: str
    slots: str
    cancelling: str
    faults: tuple[Mapping[str, Any], ...]

    @property
    def is_here(self) -> bool:
        """Whether a system of this world answers for it. The root of one may be empty: then it is the host alone."""
        return not self.root.startswith(("http://", "https://"))

    @property
    def unescaped_root(self) -> str:
        """The root with the characters themselves where it has escapes."""
        return unquote(self.root)


def from_document(document: Mapping[str, Any]) -> tuple[DirectoryService, ...]:
    """The services of a document that keeps the schema."""
    return tuple(
        DirectoryService(
            **row | {"asids": tuple(row["asids"]), "in_sds": InSds(row["in_sds"]), "faults": tuple(row["faults"])}
        )
        for row in document["services"]
    )


def as_document(services: Iterable[DirectoryService]) -> dict[str, Any]:
    """The services in the form of a directory file."""
    return {"directory": VERSION, "services": [_as_row(service) for service in services]}


def _as_row(service: DirectoryService) -> dict[str, Any]:
    row = asdict(service)
    return row | {"asids": list(service.asids), "in_sds": str(service.in_sds), "faults": list(service.faults)}
