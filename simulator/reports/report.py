"""A report as a table, and its two forms: JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..clock import EARLIEST, LATEST, as_instant, from_epoch

Row = Mapping[str, str | int]
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Period:
    """From `since`, and before `until`: Unix seconds."""

    since: int = int(EARLIEST.timestamp())
    until: int = int(LATEST.timestamp())

    def has(self, moment: int) -> bool:
        """Whether the moment, in Unix seconds, lies in it."""
        return self.since <= moment < self.until


@dataclass(frozen=True)
class Report:
    """The rows of a report, in columns of these names, with the totals that it is asked for."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: Mapping[str, int]

    def as_json(self, period: Period) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "report": self.name,
            "title": self.title,
            "from": moment(period.since),
            "until": moment(period.until),
            "totals": dict(self.totals),
            "rows": [dict(row) for row in self.rows],
        }

    def as_csv(self) -> str:
        """The rows as CSV (RFC 4180) below the names of the columns. The totals follow from them."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([_cell(row[column]) for column in self.columns] for row in self.rows)
        return text.getvalue()


def moment(seconds: int) -> str:
    """A moment as reports tell it."""
    return as_instant(from_epoch(seconds))


def _cell(value: str | int) -> str | int:
    # Identifiers came from outside, and reports are opened in spreadsheets.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
