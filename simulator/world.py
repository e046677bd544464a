"""Which systems exist: providers with their services and diaries, the registry, the organisations. Data only.

All names, ODS codes and ASIDs are made up. Base URLs are paths under the one server.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from urllib.parse import unquote

REGISTRY_PATH = "/registry/STU3/1"
TOKEN_PATH = "/registry/oauth2/token"
REGISTRY_ASID = "918999198300"
CONTROL_PATH = "/control"
CONSOLE_PATH = "/console"
DOS_PATH = "/dos"
SLOT_MINUTES = 15
DIARY_HOURS = 48


class CancelPolicy(Enum):
    """Who may cancel a booking at a provider, on the standard's scale (CF-59)."""

    BOOKER = 2
    ANY_111 = 3
    ANYONE = 4


@dataclass(frozen=True)
class Organisation:
    """A consumer organisation; `is_111` tells the 111 services from the others."""

    key: str
    name: str
    ods: str
    asid: str
    is_111: bool


@dataclass(frozen=True)
class Place:
    """Where the patient goes: an FHIR Location."""

    id: str
    site_code: str
    name: str
    line: str
    city: str
    postcode: str


@dataclass(frozen=True)
class Clinician:
    """A practitioner and the role in which slots are offered."""

    id: str
    user_id: str
    role_profile_id: str
    family: str
    given: str
    prefix: str
    gender: str
    job_code: str
    job_name: str


@dataclass(frozen=True)
class Diary:
    """One clinician's schedule at a provider. `channel` is empty where the provider does not know it.

    `only_for` holds the ODS codes of the organisations that may see and book its slots; empty means all.
    A slot starts `every_minutes`.
    """

    id: str
    clinician: Clinician
    channel: str = ""
    only_for: tuple[str, ...] = ()
    every_minutes: int = SLOT_MINUTES


@dataclass(frozen=True)
class Service:
    """A DoS service: its id is the value of the slot search; several services may share diaries."""

    id: str
    name: str
    diaries: tuple[str, ...]


@dataclass(frozen=True)
class ProviderProfile:
    """All that is particular to one provider system.

    `path` is as it stands in a URL, so it may have escapes; `section` is empty for one that no settings file names.
    """

    key: str
    section: str
    name: str
    ods: str
    asid: str
    path: str
    place: Place
    diaries: tuple[Diary, ...]
    services: tuple[Service, ...]
    purposes: tuple[tuple[str, str], ...]
    cancel_policy: CancelPolicy

    @property
    def route(self) -> str:
        """The path as a request has it once it is received: without escapes."""
        return unquote(self.path)

    def service(self, service_id: str) -> Service | None:
        """The service of that DoS id, or None."""
        return next((service for service in self.services if service.id == service_id), None)

    def diary(self, diary_id: str) -> Diary | None:
        """The diary of that id, or None."""
        return self._by_id.get(diary_id)

    @cached_property
    def _by_id(self) -> dict[str, Diary]:
        # Asked for each slot that is shown. The first of an id counts.
        return {diary.id: diary for diary in reversed(self.diaries)}


ORGANISATIONS: tuple[Organisation, ...] = (
    Organisation("first_111", "Northmoor 111 Service", "X9A01", "918999198101", True),
    Organisation("second_111", "Southvale 111 Service", "X9A02", "918999198102", True),
    Organisation("other", "Eastbrook Ambulance Clinical Hub", "X9B01", "918999198103", False),
)

_NURSE = ("R0600", "Specialist Nurse Practitioner")
_DOCTOR = ("R0260", "General Medical Practitioner")


def _clinicians(start: int, people: tuple[tuple[str, str, str, str, tuple[str, str]], ...]) -> list[Clinician]:
    return [
        Clinician(
            id=f"practitioner-{start + number}",
            user_id=f"{555_000_000_000 + start + number}",
            role_profile_id=f"{555_100_000_000 + start + number}",
            family=family,
            given=given,
            prefix=prefix,
            gender=gender,
            job_code=job[0],
            job_name=job[1],
        )
        for number, (prefix, given, family, gender, job) in enumerate(people, start=1)
    ]


_UTC_STAFF = _clinicians(
    100,
    (
        ("Dr", "Asha", "Merriweather", "female", _DOCTOR),
        ("Dr", "Tobias", "Quill", "male", _DOCTOR),
        ("Mrs", "Imogen", "Hartfield", "female", _NURSE),
        ("Mr", "Caspian", "Lowther", "male", _NURSE),
        ("Dr", "Noor", "Silverdale", "female", _DOCTOR),
        ("Ms", "Freya", "Oakenshaw", "female", _NURSE),
    ),
)
_SECOND_STAFF = _clinicians(
    200,
    (
        ("Dr", "Edmund", "Farrow", "male", _DOCTOR),
        ("Dr", "Lucia", "Penhallow", "female", _DOCTOR),
        ("Ms", "Beatrix", "Summerhill", "female", _NURSE),
        ("Mr", "Osric", "Thornbury", "male", _NURSE),
        ("Dr", "Hana", "Wintersett", "female", _DOCTOR),
        ("Mr", "Jolyon", "Ashgrove", "male", _NURSE),
    ),
)


def _diaries(prefix: str, staff: list[Clinician], channels: tuple[str, ...]) -> tuple[Diary, ...]:
    # The channel is left out where nobody recorded it: it is never defaulted (PRV-SRCH-32).
    return tuple(
        Diary(f"{prefix}-{number}", clinician, channels[(number - 1) % len(channels)])
        for number, clinician in enumerate(staff, start=1)
    )


_UTC_DIARIES = _diaries("utc-diary", _UTC_STAFF, ("In-person", "In-person", ""))
_SECOND_DIARIES = _diaries("second-diary", _SECOND_STAFF, ("In-person", "Telephone", ""))

# Kept for one organisation: others neither see nor book its slots (PRV-SRCH-34).
_AMBULANCE_DIARY = Diary("utc-diary-7", _UTC_STAFF[0], "In-person", only_for=("X9B01",))

UTC = ProviderProfile(
    key="utc",
    section="provider",
    name="Urgent Treatment Centre",
    ods="X9C01",
    asid="918999198999",
    path="/utc/STU3/1/booking",
    place=Place("location-1", "X9C0101", "Millbrook Urgent Treatment Centre", "1 Mill Lane", "Millbrook", "ZZ99 3CZ"),
    diaries=(*_UTC_DIARIES, _AMBULANCE_DIARY),
    services=(
        Service("2000000001", "Urgent treatment, Millbrook", tuple(d.id for d in _UTC_DIARIES)),
        # The minor injuries service shares two of the diaries above.
        Service("2000000002", "Minor injuries, Millbrook", (_UTC_DIARIES[2].id, _UTC_DIARIES[3].id)),
        Service("2000000003", "Ambulance arrivals, Millbrook", (_AMBULANCE_DIARY.id,)),
        Service("2000000009", "Dental access, Millbrook", ()),
    ),
    purposes=(("within_2_hours", "2000000001"), ("later", "2000000001"), ("none", "2000000009")),
    cancel_policy=CancelPolicy.ANYONE,
)

SECOND = ProviderProfile(
    key="second",
    section="second_provider",
    name="Out of Hours Service",
    ods="X9D01",
    asid="918999198998",
    path="/second/STU3/1/booking",
    place=Place("location-2", "X9D0101", "Fernhill Out of Hours Centre", "22 Fern Road", "Fernhill", "ZZ99 3CZ"),
    diaries=_SECOND_DIARIES,
    services=(
        Service("3000000001", "Out of hours, Fernhill", tuple(d.id for d in _SECOND_DIARIES)),
        Service("3000000002", "Nurse advice, Fernhill", (_SECOND_DIARIES[2].id, _SECOND_DIARIES[3].id)),
        Service("3000000009", "Night visiting, Fernhill", ()),
    ),
    purposes=(("within_2_hours", "3000000001"), ("later", "3000000001"), ("none", "3000000009")),
    cancel_policy=CancelPolicy.BOOKER,
)

PROVIDERS: tuple[ProviderProfile, ...] = (UTC, SECOND)


def is_111(ods: str) -> bool:
    """Whether the organisation of that ODS code is a 111 service of this world."""
    return any(organisation.is_111 for organisation in ORGANISATIONS if organisation.ods == ods)
