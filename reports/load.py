"""``load.html``: how many requests of many users were answered how fast, and whether their history can be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .reporter import SilentReporter, write_document
from .templating import html

Document = Mapping[str, Any]


class LoadReporter(SilentReporter):
    """Writes ``load.html``."""

    def load_measured(self, load: Document, directory: Path) -> None:
        write_document(directory / "load.html", page(load))


def page(load: Document) -> str:
    """The page of a ``load.json``, as text."""
    wrong = len(load["history"]["impossible"])
    slots = "1 slot has" if wrong == 1 else f"{wrong} slots have"
    requests = sum(one["requests"] for one in load["interactions"].values())
    headline = f"{slots} a history that cannot be" if wrong else f"{requests:,} requests measured"
    return html(
        "load.html.j2",
        "Many users at once · UEC Booking conformance",
        good=not wrong,
        headline=headline,
        summary=_summary(load),
        load=load,
        targets=[{**one, "within": _within(one)} for one in load["targets"]],
    )


def _summary(load: Document) -> list[tuple[str, str]]:
    asked, system = load["asked_for"], load["system"]
    rate = f"{asked['rate']:g} encounters a second" if asked["rate"] else "as the users come to it"
    software = f"{system['software']} {system['version']}".strip()
    return [
        ("System", f"{system['name']} ({software})" if software else system["name"]),
        ("Address", system["base_url"]),
        ("Edition", load["edition"]),
        ("Users", f"{asked['users']:,}, who think for {asked['think']:g} s between two requests"),
        ("Rate", rate),
        ("Time", f"{load['seconds']:g} s"),
        ("Encounters", f"{load['encounters']:,}"),
        ("Bookings that came too late", f"{load['taken']:,}: somebody else had the slot by then"),
    ]


def _within(target: Document) -> str:
    if target["measured"] is None:
        return "nothing was measured"
    return "within it" if target["measured"] <= target["target"] else "longer than agreed"
