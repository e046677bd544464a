"""docs/conflicts.md: where the documents of the standard contradict each other, for those who write them."""

from __future__ import annotations

from uec_booking.standard import answers, conflicts, editions

from .templating import markdown


def render() -> str:
    """The whole page, as Markdown that ends in a newline."""
    return markdown(
        "conflicts.md.j2",
        count=len(conflicts.load()),
        pairs=[f"{name}/{api}" for name, api in editions.API_VERSION.items()],
        stances=conflicts.STANCES.items(),
        groups=[(title, _of(group)) for group, title in conflicts.GROUPS.items()],
        situations=answers.situations(),
        answers_of=_answers,
    )


def _of(group: str) -> list[conflicts.Conflict]:
    return [entry for entry in conflicts.load().values() if entry.group == group]


def _answers(name: str) -> list[tuple[str, str]]:
    """What is accepted in a situation, by edition and by reading, in words."""
    situation = answers.situations()[name]
    found = [*_runs(situation), *situation.by_reading.items()]
    return [(where, answers.expectation(accepted)) for where, accepted in found]


def _runs(situation: answers.Situation) -> list[tuple[str, answers.Accepted]]:
    """The answers by edition, with editions that follow each other and agree put together."""
    runs: list[tuple[list[str], answers.Accepted]] = []
    for edition in filter(situation.applies_in, editions.EDITIONS):
        accepted = situation.accepted(edition)
        if runs and runs[-1][1] == accepted:
            runs[-1][0].append(edition)
        else:
            runs.append(([edition], accepted))
    return [(span(names), accepted) for names, accepted in runs]


def span(names: list[str]) -> str:
    """Editions that follow each other, in words."""
    if len(names) == len(editions.EDITIONS):
        return "every edition"
    if len(names) == 1:
        return names[0]
    return f"{names[0]} to {names[-1]}"


if __name__ == "__main__":
    print(render(), end="")
