"""The five reports of a provider. Each is a function of its rows and a period; none tells who a patient is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from .. import database as db
from ..world import ProviderProfile
from .records import Booking, bookings, cancellations, referrals
from .report import Period, Report, Row, moment

_APPOINTMENT = ("provider", "appointment", "booked_at", "start", "status", "booked_by", "diary", "services")


def booked(tx: Connection, profile: ProviderProfile, period: Period) -> list[Row]:
    """rep-prov-01: one row for each appointment that was booked in the period."""
    return [_row(profile, each) for each in bookings(tx, profile.key) if period.has(each.booked_at)]


def against_referrals(tx: Connection, profile: ProviderProfile, period: Period) -> list[Row]:
    """rep-prov-02: the same rows, each with the document that it names and when that referral arrived."""
    arrived = referrals(tx, profile.key)
    return [
        {**_row(profile, each), "referral": each.referral, "referral_received_at": _at(arrived.get(each.referral))}
        for each in bookings(tx, profile.key)
        if period.has(each.booked_at)
    ]


def against_slots(tx: Connection, profile: ProviderProfile, period: Period) -> list[Row]:
    """rep-prov-03: one row for each diary and day that has slots which begin in the period."""
    table = db.slots
    query = select(table.c.diary, table.c.start, table.c.status).where(
        table.c.system == profile.key, table.c.start >= period.since, table.c.start < period.until
    )
    slots, free = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for diary, start, status in tx.execute(query):
        slots[diary, _day(start)] += 1
        free[diary, _day(start)] += status == "free"
    counted = Counter((each.diary, _day(each.start), each.status) for each in bookings(tx, profile.key))
    return [
        {
            "provider": profile.key,
            "diary": diary,
            "services": _services(profile, diary),
            "day": day,
            "slots": slots[diary, day],
            "booked": counted[diary, day, "booked"],
            "cancelled": counted[diary, day, "cancelled"],
            "free": free[diary, day],
        }
        for diary, day in sorted(slots)
    ]


def referrals_received(tx: Connection, profile: ProviderProfile, period: Period) -> list[Row]:
    """rep-prov-04: one row for each referral that arrived in the period, with its appointment if it has one.

    A referral whose appointment was cancelled is decoupled: it counts as a referral no more.
    """
    made: dict[str, Booking] = {}
    for each in bookings(tx, profile.key):
        # A booking that stands comes before one that was cancelled.
        if each.referral and (each.referral not in made or each.status == "booked"):
            made[each.referral] = each
    rows: list[Row] = []
    for document, at in referrals(tx, profile.key).items():
        one = made.get(document)
        state = "without-appointment" if one is None else "booked" if one.status == "booked" else "decoupled"
        if period.has(at):
            said = {"referral": document, "received_at": moment(at), "state": state}
            rows.append({"provider": profile.key, **said, "appointment": "" if one is None else one.id})
    return rows


def later_cancelled(tx: Connection, profile: ProviderProfile, period: Period) -> list[Row]:
    """rep-prov-05: one row for each appointment that was cancelled in the period, by whom, ``staff`` among them."""
    known = {each.id: each for each in bookings(tx, profile.key)}
    return [
        {**_row(profile, known[appointment]), "cancelled_at": moment(at), "cancelled_by": by}
        for appointment, at, by in cancellations(tx, profile.key)
        if appointment in known and period.has(at)
    ]


@dataclass(frozen=True)
class Kind:
    """One of the reports: how it is made, its columns, and what its totals count."""

    title: str
    make: Callable[[Connection, ProviderProfile, Period], list[Row]]
    columns: tuple[str, ...]
    totals: Mapping[str, Callable[[Row], int]]


def _one(row: Row) -> int:
    return 1


def _of(column: str) -> Callable[[Row], int]:
    return lambda row: int(row[column])


def _in_state(*states: str) -> Callable[[Row], int]:
    return lambda row: row["state"] in states


#: By the name that the standard gives them.
KINDS: Mapping[str, Kind] = {
    "rep-prov-01": Kind("Appointments booked over a date range", booked, _APPOINTMENT, {"appointments": _one}),
    "rep-prov-02": Kind(
        "Appointments booked against successful referrals",
        against_referrals,
        (*_APPOINTMENT, "referral", "referral_received_at"),
        {"appointments": _one, "against_a_referral": lambda row: bool(row["referral_received_at"])},
    ),
    "rep-prov-03": Kind(
        "Appointments booked against slots made available",
        against_slots,
        ("provider", "diary", "services", "day", "slots", "booked", "cancelled", "free"),
        {"slots": _of("slots"), "booked": _of("booked")},
    ),
    "rep-prov-04": Kind(
        "Referrals received without an appointment against all referrals",
        referrals_received,
        ("provider", "referral", "received_at", "state", "appointment"),
        {
            "referrals": _in_state("booked", "without-appointment"),
            "without_an_appointment": _in_state("without-appointment"),
            "decoupled": _in_state("decoupled"),
        },
    ),
    "rep-prov-05": Kind(
        "Appointments later cancelled",
        later_cancelled,
        (*_APPOINTMENT, "cancelled_at", "cancelled_by"),
        {"cancelled": _one},
    ),
}


def report(name: str, tx: Connection, profiles: list[ProviderProfile], period: Period) -> Report:
    """The report of that name (a key of `KINDS`) over these providers."""
    kind = KINDS[name]
    rows = [row for profile in profiles for row in kind.make(tx, profile, period)]
    totals = {total: sum(counts(row) for row in rows) for total, counts in kind.totals.items()}
    return Report(name, kind.title, kind.columns, tuple(rows), totals)


def _row(profile: ProviderProfile, each: Booking) -> dict[str, str]:
    return {
        "provider": profile.key,
        "appointment": each.id,
        "booked_at": moment(each.booked_at),
        "start": moment(each.start),
        "status": each.status,
        "booked_by": each.organisation,
        "diary": each.diary,
        "services": _services(profile, each.diary),
    }


def _services(profile: ProviderProfile, diary: str) -> str:
    return " ".join(service.id for service in profile.services if diary in service.diaries)


def _at(seconds: int | None) -> str:
    return "" if seconds is None else moment(seconds)


def _day(seconds: int) -> str:
    return moment(seconds)[:10]
