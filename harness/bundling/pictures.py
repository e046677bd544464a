"""The pictures that a person added while taking calls: the recording names each with its hash, a bundle has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..consumer.doors.told import FOLDER, LARGEST_PICTURE
from ..errors import SettingsError
from ..judging.verdicts import JudgedRun
from .statement import sha256

#: As ``AttendedDoor`` writes it into what a check finds.
_NAMED = re.compile(rf"picture {FOLDER}/([0-9a-f]{{16}}\.(?:png|jpg)) \(SHA-256 ([0-9a-f]{{64}})\)")
_BEGINS = "picture-"
_MEMBER = re.compile(rf"{_BEGINS}[0-9a-f]{{16}}\.(?:png|jpg)")


def named(judged: JudgedRun) -> dict[str, str]:
    """The pictures that the recording names: each by its name in a bundle, with its SHA-256."""
    return {
        f"{_BEGINS}{name}": fingerprint
        for scenario in judged.scenarios
        for seen in scenario.record.observations
        if seen.told_by
        for name, fingerprint in _NAMED.findall(seen.told_by)
    }


def kept(judged: JudgedRun, folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """The pictures that lie in the folder of the run, by their names in a bundle, and those that are missing there.

    Raises:
        SettingsError: one of them is not what the recording says.
    """
    found: dict[str, bytes] = {}
    missing: list[str] = []
    for name, fingerprint in sorted(named(judged).items()):
        path = folder / FOLDER / name.removeprefix(_BEGINS)
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_PICTURE + 1)
        except OSError:
            missing.append(path.name)
            continue
        if sha256(content) != fingerprint:
            raise SettingsError(
                f"The picture {path} is not the one that was added in the run: its SHA-256 is another. Put the "
                "original back, or move it away: then the bundle is made without it, and says so."
            )
        found[name] = content
    return found, missing


def is_picture(member: str) -> bool:
    return bool(_MEMBER.fullmatch(member))


def differences(judged: JudgedRun, members: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """The pictures of a bundle that its recording does not name so, and those that it names and are not there."""
    known = named(judged)
    there = {name: sha256(content) for name, content in members.items() if is_picture(name)}
    wrong = sorted(name for name, fingerprint in there.items() if known.get(name) != fingerprint)
    return wrong, sorted(known.keys() - there.keys())
