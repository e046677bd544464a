"""Runs of the harness against foreign providers, by its command."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.run_storage import content_of

from .program import Done, results, uec
from .wsgi_serving import Served


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    done: Done
    found: dict[str, Any]

    def ids(self, verdict: str) -> set[str]:
        """The requirements with a verdict."""
        return {r["id"] for r in self.found["requirements"] if r["verdict"] == verdict}

    def told(self, *verdicts: str) -> str:
        """What was seen for the requirements with these verdicts, for the message of a failed test."""
        lines = []
        for requirement in self.found["requirements"]:
            if requirement["verdict"] in verdicts:
                seen = [o for o in requirement["observations"] if o["outcome"] not in ("met", "told")]
                words = "; ".join(f"expected {o['expected'][:120]}, actual {o['actual'][:200]}" for o in seen[:3])
                lines.append(f"{requirement['verdict']} {requirement['id']}: {words}")
        return "\n".join(lines)

    def statuses(self) -> Counter[str]:
        """How many scenarios have which status."""
        return Counter(scenario["status"] for scenario in self.found["scenarios"])


def taken(out: Path) -> tuple[int, int]:
    """How many exchanges the ledger of a run has with the systems under test, and how many bookings were made."""
    lines = [json.loads(line) for line in content_of(out).decode().splitlines()]
    exchanges = [e for line in lines if line["kind"] == "scenario" for e in line["exchanges"]]
    made = [e for e in exchanges if e["request"]["method"] == "POST" and (e["response"] or {}).get("status") == 201]
    return len(exchanges), len(made)


def part(key: str, served: Served, services: dict[str, str], audience: str = "") -> str:
    """The table of a settings file for a provider."""
    lines = [f"[{key}]", f'name = "Foreign {key}"', f'base_url = "{served.root}"']
    if audience:
        lines.append(f'audience = "{audience}"')
    lines += [f"[{key}.services]", *(f'{purpose} = "{service}"' for purpose, service in services.items()), ""]
    return "\n".join(lines)


def settings(folder: Path, *parts: str, ca: str = "", head: str = "", tail: str = "") -> Path:
    """A settings file of these parts."""
    path = folder / "foreign.toml"
    tls = f'[tls]\nca = "{ca}"\n' if ca else ""
    path.write_text("\n".join([head, *parts, tls, tail]), encoding="utf-8")
    return path


#: For a run that is looked at for its verdicts: the other reports take a third of the time of a short one.
VERDICTS_ALONE = ("--report", "results")


def assure(config: Path, out: Path, *options: str) -> Run:
    """Run the suite; its results, whatever they are."""
    done = uec("assure", "--config", config, "--out", out, *options)
    assert (out / "results.json").exists(), done.out + done.err
    return Run(done, results(out))
