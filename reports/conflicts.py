"""docs/conflicts.md: where the documents of the standard contradict each other, for those who write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uec_booking.standard import answers, conflicts, editions

_INTRO = """# Where the documents of the standard contradict each other

<!-- Generated from standard/conflicts and standard/answers:
     python -m uec_booking.reports.conflicts > docs/conflicts.md -->

The UEC Booking Standard is spread over several sets of documents, and they do not always agree.
This page lists the {count} places where they do not: who says what, and what this project does about it.
It is written for those who maintain the documents: most entries are faults that one sentence would mend.

## How to read it

A value that a system answers is **right** (the edition under test asks for it), **tolerated** (another
document publishes it; the verdict is a warning that names the document) or wrong (a failure). Where an entry
has a table of values, verdicts are made from that table. A **reading** is a stricter view that a user can
choose: `scal-2020` is that of the 2020 assurance scripts, `tkw` that of the older test tool.

| Document | What it is |
|---|---|
| nhs-booking-api | the pages of the API; editions are versions of the API |
| uec-appts | the pages of the standard (docs-uec-appts); editions are those of the standard |
| scal-provider, scal-consumer | the assurance scripts of July 2020 |
| tkw | the rules and simulators of the older test tool, June 2021 |
| seed | the workflow page of 3 July 2020 |

An edition of the standard has one version of the API beside it: {pairs}.

What we do about an entry takes one of four forms:

{stances}
"""


def render() -> str:
    """The whole page, as Markdown that ends in a newline."""
    lines = [_intro(), "## Contents", ""]
    for group, title in conflicts.GROUPS.items():
        lines += [f"- {title}: {', '.join(_link(entry.id) for entry in _of(group))}"]
    for group, title in conflicts.GROUPS.items():
        lines += ["", f"## {title}"]
        for entry in _of(group):
            lines += ["", *_entry(entry)]
    return "\n".join(lines) + "\n"


def _intro() -> str:
    return _INTRO.format(
        count=len(conflicts.load()),
        pairs=", ".join(f"{name}/{api}" for name, api in editions.API_VERSION.items()),
        stances="\n".join(f"- **{name}**: {text}" for name, text in conflicts.STANCES.items()),
    )


def _of(group: str) -> list[conflicts.Conflict]:
    return [entry for entry in conflicts.load().values() if entry.group == group]


def _link(conflict: str) -> str:
    return f"[{conflict}](#{conflict.lower()})"


def _entry(entry: conflicts.Conflict) -> Iterator[str]:
    yield f'### <a id="{entry.id.lower()}"></a>{entry.id} · {_cell(entry.title)}'
    yield ""
    yield "| Document | Edition or place | Says |"
    yield "|---|---|---|"
    for source in entry.sources:
        yield f"| {source.doc} | {_cell(source.editions)} | {_cell(source.says)} |"
    yield ""
    yield f"**What we do** ({entry.stance}): {entry.treatment}"
    if entry.situations:
        yield ""
        yield "| Situation | Edition or reading | Accepted |"
        yield "|---|---|---|"
        for name in entry.situations:
            yield from _values(answers.situations()[name])
    yield ""
    yield f"Requirements: {', '.join(entry.clauses)}."


def _values(situation: answers.Situation) -> Iterator[str]:
    label = f"`{situation.id}`: {_cell(situation.text)}"
    for where, accepted in [*_runs(situation), *situation.by_reading.items()]:
        yield f"| {label} | {where} | {_cell(answers.expectation(accepted))} |"
        label = ""


def _runs(situation: answers.Situation) -> list[tuple[str, answers.Accepted]]:
    """The answers by edition, with editions that follow each other and agree put together."""
    runs: list[tuple[list[str], answers.Accepted]] = []
    for edition in filter(situation.applies_in, editions.EDITIONS):
        accepted = situation.accepted(edition)
        if runs and runs[-1][1] == accepted:
            runs[-1][0].append(edition)
        else:
            runs.append(([edition], accepted))
    return [(_span(names), accepted) for names, accepted in runs]


def _span(names: list[str]) -> str:
    if len(names) == len(editions.EDITIONS):
        return "every edition"
    if len(names) == 1:
        return names[0]
    return f"{names[0]} to {names[-1]}"


def _cell(text: str) -> str:
    """Text that may stand in a table: what Markdown or HTML would take for its own is escaped."""
    return re.sub(r"[\\|<*]|(?<!\w)_", r"\\\g<0>", text)


if __name__ == "__main__":
    print(render(), end="")
