"""The world at a glance: its systems, a day of a service's diaries, and the entries of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Row, func, select

from .. import database as db
from ..clock import from_epoch
from ..settings import Settings
from ..world import CONTROL_PATH, REGISTRY_ASID, REGISTRY_PATH, TOKEN_PATH, ProviderProfile, Service

#: Of more entries of the registry those are shown whose appointments are the latest.
ENTRIES_SHOWN = 100


@dataclass(frozen=True)
class System:
    """A system of the world, with its address."""

    role: str
    name: str
    address: str
    ods: str = ""
    asid: str = ""


def systems(settings: Settings) -> list[System]:
    """All systems of the world."""
    root = settings.root
    providers = [System("Provider", p.name, f"{root}{p.path}", p.ods, p.asid) for p in settings.providers]
    others = [
        System("Registry", "Appointment registry", f"{root}{REGISTRY_PATH}", asid=REGISTRY_ASID),
        System("Registry's token service", "Tokens of the registry", f"{root}{TOKEN_PATH}"),
        System("DoS", "Directory of Services", settings.dos_url),
    ]
    if settings.sds_url:
        others.append(System("SDS", "Spine Directory Service", settings.sds_url))
    return [*providers, *others, System("Control", "Control interface, for tests", f"{root}{CONTROL_PATH}")]


@dataclass(frozen=True)
class SlotShown:
    """A slot in a day view."""

    minute: str
    status: str


@dataclass(frozen=True)
class Day:
    """A day of a service: `hours` has for each hour the slots of each diary, in the order of `diaries`."""

    on: date
    diaries: tuple[tuple[str, str], ...]
    hours: tuple[tuple[str, tuple[tuple[SlotShown, ...], ...]], ...]
    free: int
    busy: int

    @property
    def before(self) -> date:
        """The day before."""
        return self.on - timedelta(days=1)

    @property
    def following(self) -> date:
        """The day after."""
        return self.on + timedelta(days=1)


def day_of(tx: Connection, profile: ProviderProfile, service: Service, day: date) -> Day:
    """A day of a service, in UTC, as the provider's storage has it: no defect stands between."""
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    table = db.slots
    query = select(table).where(
        table.c.system == profile.key,
        table.c.diary.in_(service.diaries),
        table.c.start.between(midnight, midnight + 24 * 3600 - 1),
    )
    rows = tx.execute(query.order_by(table.c.start)).all()
    hours = sorted({from_epoch(row.start).hour for row in rows})
    return Day(
        day,
        tuple((diary, _whose(profile, diary)) for diary in service.diaries),
        tuple((f"{hour:02}", _hour(rows, hour, service.diaries)) for hour in hours),
        sum(row.status == "free" for row in rows),
        sum(row.status != "free" for row in rows),
    )


def _whose(profile: ProviderProfile, diary_id: str) -> str:
    diary = profile.diary(diary_id)
    if diary is None:
        return ""
    person = diary.clinician
    return f"{person.prefix} {person.given} {person.family}" + (f", {diary.channel}" if diary.channel else "")


def _hour(
    rows: Sequence[Row[tuple[object, ...]]], hour: int, diaries: Sequence[str]
) -> tuple[tuple[SlotShown, ...], ...]:
    of_hour = [row for row in rows if from_epoch(row.start).hour == hour]
    return tuple(
        tuple(SlotShown(f"{from_epoch(row.start)::%M}", row.status) for row in of_hour if row.diary == diary)
        for diary in diaries
    )


@dataclass(frozen=True)
class Entry:
    """An entry of the registry."""

    nhs_number: str
    status: str
    start: str
    version: int
    url: str


def entries(tx: Connection) -> tuple[int, list[Entry]]:
    """How many entries the registry has, and those whose appointments are the latest."""
    table = db.pointers
    total = tx.scalar(select(func.count()).select_from(table)) or 0
    rows = tx.execute(select(table).order_by(table.c.start.desc(), table.c.id).limit(ENTRIES_SHOWN))
    return total, [
        Entry(row.nhs_number, row.status, f"{from_epoch(row.start):%Y-%m-%d %H:%M}", row.version, row.url)
        for row in rows
    ]
