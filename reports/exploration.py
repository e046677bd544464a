"""``findings.html``: what an exploration found; for each finding a scenario and a script of curl calls beside it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.text import one_line

from .exchanges import request_text, response_text, short_title, title
from .page_exchanges import SHORT_LIMIT, LaidOut
from .reporter import SilentReporter, write_document
from .templating import html, markdown
from .text import cut

Document = Mapping[str, Any]

#: Longer words would make a line of a comment that nobody reads.
_LONGEST = 500


class ExplorationReporter(SilentReporter):
    """Writes ``findings.html``, and ``finding-N.feature`` and ``finding-N.sh`` for each finding."""

    def exploration_made(self, exploration: Document, directory: Path) -> None:
        for old in directory.glob("finding-*.*"):
            old.unlink()
        for finding in exploration["findings"]:
            place = directory / f"finding-{finding['number']}"
            write_document(place.with_suffix(".feature"), feature(finding, exploration))
            write_document(place.with_suffix(".sh"), script(finding, exploration))
        write_document(directory / "findings.html", page(exploration))


def feature(finding: Document, exploration: Document) -> str:
    """The finding as a scenario, to be read: its sentences are none of the suite's."""
    return markdown("exploration/finding.feature.j2", finding=_on_one_line(finding), seed=exploration["seed"])


def script(finding: Document, exploration: Document) -> str:
    """The finding as a script for bash that sends its requests again, with curl."""
    tls = finding["tls"]
    named = (("--cacert", tls["ca"]), ("--cert", tls["certificate"]), ("--key", tls["key"]))
    options = [word for option, path in named if path for word in (option, path)]
    return markdown(
        "exploration/reproduce.sh.j2",
        finding=_on_one_line(finding),
        seed=exploration["seed"],
        base=shlex.quote(finding["address"]),
        options=shlex.quote(shlex.join(options)),
        requests=json.dumps(finding["recipe"], indent=1),
        steps=_numbered(finding),
    )


def page(exploration: Document) -> str:
    """The page of a ``findings.json``, as text."""
    findings = exploration["findings"]
    broken = f"{len(findings)} requirement{'' if len(findings) == 1 else 's'} found broken"
    return html(
        "exploration/findings.html.j2",
        "What an exploration found · UEC Booking conformance",
        good=not findings,
        headline=broken if findings else "Nothing was found",
        summary=_summary(exploration),
        notes=[note for system in exploration["systems"] for note in system["notes"]],
        findings=[{**one, "laid_out": _laid_out(one)} for one in findings],
    )


def _summary(exploration: Document) -> list[tuple[str, str]]:
    edition = exploration["edition"] + (f", reading {exploration['reading']}" if exploration["reading"] else "")
    return [
        ("Edition", edition),
        ("Drawn from the number", str(exploration["seed"])),
        *((f"The {one['part']}", _told(one)) for one in exploration["systems"]),
    ]


def _told(system: Document) -> str:
    slots = f", {system['slots']} different slots" if system["slots"] else ""
    return (
        f"{system['name']} at {system['base_url']}: {system['sequences']} sequences, {system['requests']} "
        f"requests{slots}. It ended because {system['ended']}."
    )


def _laid_out(finding: Document) -> list[LaidOut]:
    return [
        LaidOut(
            title(exchange),
            short_title(exchange),
            f"finding-{finding['number']}-{number}",
            "",
            cut(request_text(exchange), SHORT_LIMIT),
            cut(response_text(exchange), SHORT_LIMIT),
            "",
            opened=number == len(finding["exchanges"]),
        )
        for number, exchange in enumerate(finding["exchanges"], 1)
    ]


def _numbered(finding: Document) -> list[tuple[str, list[int]]]:
    """The words of each step, and the numbers of its requests."""
    steps, number = [], 0
    for step in finding["steps"]:
        count = len(step["exchanges"])
        words = one_line(f"{step['keyword']} {step['words']}", _LONGEST)
        steps.append((words, list(range(number + 1, number + 1 + count))))
        number += count
    return steps


def _on_one_line(finding: Document) -> Document:
    """What a system said, on lines that end nothing but themselves."""
    told = {name: one_line(finding[name], _LONGEST) for name in ("requirement", "text", "expected", "actual")}
    steps = [{**step, "words": one_line(step["words"], _LONGEST)} for step in finding["steps"]]
    return {**finding, **told, "steps": steps}
