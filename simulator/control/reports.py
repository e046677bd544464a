"""What the control interface can tell of a provider's reports, and the referrals that two of them count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert

from .. import database as db
from ..clock import Clock, as_instant
from ..provider.system import ProviderSystem
from ..reports.provider import KINDS, report
from ..reports.records import document_id
from ..reports.report import Period, Report
from ..world import ProviderProfile
from .levers import ControlError, read_moment

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class ReportLevers:
    """The reports of the world's providers."""

    def __init__(self, database: db.Database, clock: Clock, providers: Sequence[ProviderSystem]) -> None:
        self._database = database
        self._clock = clock
        self._profiles = [system.profile for system in providers]

    def titles(self) -> dict[str, Any]:
        """The reports that there are."""
        return {"reports": {name: kind.title for name, kind in KINDS.items()}}

    def referral(self, provider: str, document: str) -> dict[str, Any]:
        """Let a referral have arrived at a provider just now: the message itself is none that this program reads."""
        (profile,) = self._named(provider)
        now, known = self._clock.now(), document_id(document)
        if not known:
            raise ControlError("document must be the identifier of the referral's document.")
        table = db.referrals
        with self._database.write() as tx:
            tx.execute(delete(table).where(table.c.system == profile.key, table.c.document == known))
            tx.execute(insert(table).values(system=profile.key, document=known, at=int(now.timestamp())))
        return {"provider": profile.key, "document": known, "received_at": as_instant(now)}

    def report(self, name: str, provider: str, period: Period) -> Report:
        """A report of one provider, or of all if none is named."""
        with self._database.read() as tx:
            return report(name, tx, self._named(provider) if provider else self._profiles, period)

    def _named(self, provider: str) -> list[ProviderProfile]:
        found = [profile for profile in self._profiles if profile.key == provider]
        if not found:
            known = ", ".join(profile.key for profile in self._profiles)
            raise ControlError(f"There is no provider {provider[:40]!r}; there are {known}.")
        return found


def read_period(parameters: Mapping[str, str]) -> Period:
    """The period that ``from`` and ``until`` name, each a day (its beginning in UTC) or an instant.

    Raises ControlError.
    """
    everything = Period()
    since = _bound(parameters.get("from", ""), everything.since)
    until = _bound(parameters.get("until", ""), everything.until)
    if until <= since:
        raise ControlError("until must be after from: a period ends just before until.")
    return Period(since, until)


def _bound(value: str, otherwise: int) -> int:
    if not value:
        return otherwise
    if not _DAY.match(value):
        # A raw + in a query arrives as a blank.
        return int(read_moment(value.replace(" ", "+")).timestamp())
    try:
        day = datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        raise ControlError(f"There is no such day: {value}.") from None
    return int(read_moment(as_instant(day)).timestamp())
