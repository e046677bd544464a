"""What a database of the simulator must hold when it has failed, is back, and has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Table, create_engine, select
from uec_booking.simulator import database as db

from .story import Booked

#: What the registry is told of an appointment, by how it ended.
_TOLD = {"booked": ["book"], "cancelled": ["book", "cancel"]}


def faults(database: str, expected: list[Booked]) -> tuple[list[str], list[str], list[str]]:
    """What is lost, what is there twice, and what is half-done, each in words."""
    engine = create_engine(database if "://" in database else f"sqlite:///{database}")
    try:
        with engine.connect() as tx:
            there = _rows(tx, db.appointments)
            lost = [f"{one.url or one.request_id} is lost" for one in expected if _count(there, one) < 1]
            doubled = [f"{one.request_id} was done twice" for one in expected if _count(there, one) > 1]
            doubled += [f"{len(there)} appointments are there"] if len(there) > len(expected) else []
            return lost + list(_lost(tx, expected)), doubled + list(_doubled(tx)), list(_half_done(tx))
    finally:
        engine.dispose()


def _rows(tx: Connection, table: Table) -> list[Row[Any]]:
    return list(tx.execute(select(table)))


def _count(there: list[Row[Any]], one: Booked) -> int:
    return sum(row.patient_value == one.patient for row in there)


def _lost(tx: Connection, expected: list[Booked]) -> Iterator[str]:
    """What was answered, or is owed to the registry, and is not so."""
    heads = {row.url: row for row in _rows(tx, db.appointments)}
    pointers = {row.url: row for row in _rows(tx, db.pointers)}
    messages = sorted(_rows(tx, db.outbox), key=lambda row: int(row.seq))
    for one in expected:
        head, pointer = heads.get(one.url), pointers.get(one.url)
        if head is not None and head.status != one.told:
            yield f"{one.url} is {head.status}, and {one.told} was answered"
        if pointer is None or pointer.status != one.told:
            yield f"the registry does not have {one.url} as {one.told}"
        told = [row.kind for row in messages if row.url == one.url and row.state == "done"]
        if told != _TOLD[one.told]:
            yield f"of {one.url} the registry was told {told}"


def _doubled(tx: Connection) -> Iterator[str]:
    for url, times in Counter(row.url for row in _rows(tx, db.pointers)).items():
        if times > 1:
            yield f"the registry has {url} {times} times"
    booked = Counter((row.system, row.slot) for row in _rows(tx, db.appointments) if row.status == "booked")
    yield from (f"{slot} is booked {times} times" for slot, times in booked.items() if times > 1)
    done = Counter((row.appointment, row.version) for row in _rows(tx, db.audit) if row.outcome == "done")
    yield from (f"the audit trail has {what} {times} times" for what, times in done.items() if times > 1)


def _half_done(tx: Connection) -> Iterator[str]:
    yield from _versions(_rows(tx, db.appointments), _rows(tx, db.appointment_versions))
    yield from _versions(_rows(tx, db.pointers), _rows(tx, db.pointer_versions))
    slots, heads = _rows(tx, db.slots), _rows(tx, db.appointments)
    busy = {(row.system, row.id) for row in slots if row.status == "busy"}
    if busy != (booked := {(row.system, row.slot) for row in heads if row.status == "booked"}):
        yield f"the slots {busy} are busy, and {booked} are booked"
    audited = {(row.appointment, row.version) for row in _rows(tx, db.audit) if row.outcome == "done"}
    if audited != (kept := {(row.id, row.version) for row in _rows(tx, db.appointment_versions)}):
        yield f"audited are {audited}, and there are the versions {kept}"
    seen = {(row.appointment, row.version) for row in _rows(tx, db.requests_seen)}
    if not seen <= kept:
        yield f"requests are known of {seen - kept}, which are not there"
    yield from _diaries(slots)


def _versions(heads: list[Row[Any]], versions: list[Row[Any]]) -> Iterator[str]:
    kept: dict[str, list[int]] = {}
    for row in versions:
        kept.setdefault(row.id, []).append(row.version)
    for head in heads:
        if sorted(kept.pop(head.id, [])) != list(range(1, head.version + 1)):
            yield f"versions of {head.id} are missing"
    yield from (f"there are versions of {name}, and it is not" for name in kept)


def _diaries(slots: list[Row[Any]]) -> Iterator[str]:
    """A diary has a slot at every step, from its first to its last."""
    starts: dict[tuple[str, str], list[int]] = {}
    for row in slots:
        starts.setdefault((row.system, row.diary), []).append(row.start)
    for diary, times in starts.items():
        times.sort()
        steps = {later - earlier for earlier, later in pairwise(times)}
        if len(steps) > 1:
            yield f"the diary {diary} has gaps"
