"""What random sequences find of faults that no scenario reaches, as a document and as a page of docs/.

    python dev/explored_page.py ROUND ... [--load TEXT]     add rounds to docs/explored.json, and write the page
    python dev/explored_page.py                             write the page anew from docs/explored.json
    python dev/explored_page.py --known EXPLORED | --good EXPLORED

A ROUND is SEALED,EXPLORED[,FEW]: the sealed.json of ``prove --sealed --quick``, and what ``bench/explore.py --sealed``
has written of its faults (those that it missed, at the least), in full and with ``--few``. ``--known`` is what
``bench/explore.py`` has written of a sample of known defects, ``--good`` what ``bench/good_systems.py`` has written.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uec_booking.harness.proving.proof import bounds

DATA, PAGE = Path("docs/explored.json"), Path("docs/explanation/explored.md")
#: Requests that a finding should take at most.
_SHORT = 4
#: What a fault became that no scenario has shown.
UNSEEN = ("missed", "never showed")


def of_round(number: int, named: str) -> Iterator[dict[str, Any]]:
    """The faults of a round: what they are, and what found them."""
    sealed, explored, *few = (Path(path) for path in named.split(","))
    found, in_a_run = _lines(explored), _lines(*few)
    for fault in json.loads(sealed.read_text(encoding="utf-8"))["faults"]:
        unseen = fault["became"] in UNSEEN
        yield {
            "round": number,
            **{name: fault[name] for name in ("name", "role", "clauses", "why", "became")},
            "explored": found.get(fault["name"]),
            "in_a_run": in_a_run.get(fault["name"]) if unseen else None,
        }


def _read(*paths: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def _known(lines: list[dict[str, Any]]) -> dict[str, Any]:
    found = [one["requests"] for line in lines for one in line["findings"]]
    return {"defects": len({line["name"] for line in lines}), "lengths": sorted(found)}


def _good(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Of those systems that were explored from all seeds that any was explored from."""
    seeds = {line["seed"] for line in lines}
    times = Counter(line["name"] for line in lines)
    whole = [line for line in lines if times[line["name"]] == len(seeds)]
    return {
        "systems": len({line["name"] for line in whole}),
        "seeds": len(seeds),
        **{name: sum(line[name] for line in whole) for name in ("sequences", "requests")},
        "cut_short": sum(sum(line["cut_short"].values()) for line in whole),
        "accused": sorted({line["name"] for line in lines if line["accusations"]}),
    }


def _lines(*paths: Path) -> dict[str, Any]:
    lines = _read(*paths)
    return {line["name"]: {name: line[name] for name in ("seed", "seconds", "sequences", "findings")} for line in lines}


def page(data: dict[str, Any]) -> str:
    """The page, as Markdown."""
    unseen = [fault for fault in data["faults"] if fault["became"] in UNSEEN]
    measured = [fault for fault in unseen if fault["explored"]]
    whole = [n for n, _ in enumerate(data["rounds"], 1) if all(one["explored"] for one in _of(n, data["faults"]))]
    rounds = sorted({fault["round"] for fault in measured})
    shares = [_share(f"round {n}", _of(n, measured), data) for n in rounds]
    alone = [_share(f"round {n}, with those that scenarios found", _of(n, data["faults"]), data) for n in whole]
    few = [_share("few", [one for one in measured if one["in_a_run"]], data, "in_a_run")]
    rows = "\n".join(_row(fault) for fault in measured)
    seen = len(data["faults"]) - len(unseen)
    return f"""# What random sequences find

{len(data["faults"])} faults of state and content that show only after a sequence of calls, each in a proxy before the
bundled simulator ([how](../how-to/prove.md)). Those of the first round were written from the standard alone, before
the author had read any check or any step of the explorer, and so were those of the third, later and by another author;
those of the second after a look at its steps. The scenarios of the requirements that they break found {seen} of them;
`explore` went looking for the other {len(unseen)}, each once, from one seed; making a finding shorter took longer. The
whole suite was not run against them, so some of its other scenarios may reach a few. Each round is as it fell: what was
mended since for the kinds of faults that it missed does not show here.

| faults | in seconds each | found | 95 % bounds | median of the requests of a finding |
|---|---|---|---|---|
{"".join([*shares, _share("together", measured, data), *alone, *few])}
{"".join(_measured(n, one) for n, one in enumerate(data["rounds"], 1))}
{_of_known(data)}{_of_good(data)}
## The faults

| fault | round | breaks | found as |
|---|---|---|---|
{rows}
"""


def _of_known(data: dict[str, Any]) -> str:
    """How short findings are, of defects of the simulator."""
    if "known" not in data:
        return ""
    known = data["known"]
    lengths = known["lengths"]
    short = sum(length <= _SHORT for length in lengths)
    return f"""
## How short a finding is

Of {known["defects"]} defects of state and content, drawn at random among those of the simulator, {len(lengths)}
were found within {known["seconds"]} seconds each. The median length of a finding is {statistics.median(lengths):g}
requests, the first of which searches for a free slot; {short} of {len(lengths)} take no more than {_SHORT}, and the
longest takes {max(lengths)}. ({known["date"]}, {known["load"]}.)
"""


def _of_good(data: dict[str, Any]) -> str:
    """How many good systems were accused."""
    if "good" not in data:
        return ""
    good = data["good"]
    _, high = bounds(len(good["accused"]), good["systems"]) or (0.0, 1.0)
    names = ", ".join(good["mended"])
    mended = f" Accused at first, and explored again when the explorer was mended: {names}." if names else ""
    accused = f"accused: {', '.join(good['accused'])}" if good["accused"] else "accused: none"
    return f"""
## Good systems

{good["systems"]} conformant systems of the simulator, each with a variation or several but for the first, were explored
from {good["seeds"]} seeds each, by one sequence, of two seeds in three a drawn one and of the third near misses:
{good["sequences"]} sequences with {good["requests"]} requests; {accused} (at most {high:.1%}, by the 95 % bounds).
{good["cut_short"]} sequences ended before their time.{mended} ({good["date"]}, {good["load"]}.)
"""


def _of(number: int, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [fault for fault in faults if fault["round"] == number]


def _measured(number: int, one: dict[str, Any]) -> str:
    """When a round was explored, and the hash of its files, which were not changed since they were written."""
    digests = ", ".join(f"`{file}` {digest[:16]}…" for file, digest in one["sha256"].items())
    return f"- Round {number}: {one['date']}; {one['load']}; SHA-256 of {digests}.\n"


def _share(what: str, faults: list[dict[str, Any]], data: dict[str, Any], by: str = "explored") -> str:
    """A row: how many of the faults were found; empty where none was looked for."""
    if not faults:
        return ""
    name = "those sequences alone that belong to every run" if what == "few" else what
    seconds = "–" if what == "few" else str(data["seconds"])
    found = [fault for fault in faults if fault[by]["findings"]]
    lengths = [one["requests"] for fault in found for one in fault[by]["findings"]]
    low, high = bounds(len(found), len(faults)) or (0.0, 1.0)
    share = f"{len(found)} of {len(faults)} ({len(found) / len(faults):.0%}) | {low:.0%} to {high:.0%}"
    return f"| {name} | {seconds} | {share} | {statistics.median(lengths) if lengths else 0:g} |\n"


def _row(fault: dict[str, Any]) -> str:
    found = [f"{one['requirement']}, {one['requests']} requests" for one in fault["explored"]["findings"]]
    why = fault["why"].replace("|", "\\|")
    return f"| {why} | {fault['round']} | {', '.join(fault['clauses'])} | {'; '.join(found) or 'not found'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="*")
    parser.add_argument("--known", type=Path)
    parser.add_argument("--good", type=Path)
    parser.add_argument("--mended", nargs="*", default=[])
    parser.add_argument("--load", default="")
    parser.add_argument("--seconds", type=int, default=75)
    options = parser.parse_args()
    when = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "load": options.load}
    if options.known or options.good:
        data = json.loads(DATA.read_text(encoding="utf-8"))
        if options.known:
            data["known"] = {**_known(_read(options.known)), "seconds": options.seconds, **when}
        if options.good:
            data["good"] = {**_good(_read(options.good)), "mended": options.mended, **when}
        DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if options.rounds:
        sealed = [json.loads(Path(named.split(",")[0]).read_text(encoding="utf-8")) for named in options.rounds]
        data = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"rounds": [], "faults": []}
        first = len(data["rounds"]) + 1
        data["seconds"] = options.seconds
        data["rounds"] += [{**when, "sha256": one["sha256"]} for one in sealed]
        data["faults"] += [fault for n, named in enumerate(options.rounds, first) for fault in of_round(n, named)]
        DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(json.loads(DATA.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
