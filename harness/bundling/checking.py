"""Whether a bundle is what it says: nothing changed, signed by whom it should be, and the same verdicts again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..errors import SettingsError
from ..judging.verdicts import JudgedRun
from ..text import ended
from ..tool import tool
from .keys import public_from
from .making import (
    ABOVE_MANIFEST,
    ENVELOPE,
    MANIFEST,
    PUBLIC_KEY,
    README,
    RECORDING,
    REPORTS,
    STAMP,
    STATEMENT,
    VERDICTS,
    Origin,
    documents,
    judged_from,
    manifest,
    stated,
    to_be_stamped,
    verdicts,
)
from .pictures import differences, is_picture
from .statement import NotSigned, key_id, opened
from .timestamps import WrongStamp, time_of

_ALWAYS = frozenset({README, RECORDING, VERDICTS, *REPORTS.values(), MANIFEST, STATEMENT})
_KNOWN = _ALWAYS | {PUBLIC_KEY, ENVELOPE, STAMP}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at: whether it is right, or None where it is only told."""

    right: bool | None
    sentence: str


def findings(
    members: Mapping[str, bytes], key: Ed25519PublicKey | None = None, authority: Path | None = None
) -> Iterator[Finding]:
    """What is found in the members of a bundle, one after the other; of damaged ones too.

    ``key`` is that of the signer, ``authority`` the file with the certificates of the time-stamp authority.

    Raises:
        SettingsError: the file of the authority cannot be read.
    """
    missing, added = (
        sorted(_ALWAYS - members.keys()),
        sorted(name for name in members.keys() - _KNOWN if not is_picture(name)),
    )
    if missing or added:
        yield from (Finding(False, f"{name} is missing.") for name in missing)
        yield from (Finding(False, f"{name} was added: no bundle has it.") for name in added)
        return
    yield from _hashes(members)
    yield from _signature(members, key)
    yield from _stamp(members, authority)
    yield from _judged_again(members)


def _hashes(members: Mapping[str, bytes]) -> Iterator[Finding]:
    listed = {name: content for name, content in members.items() if name not in ABOVE_MANIFEST}
    found, told = manifest(listed), members[MANIFEST]
    if found == told:
        yield Finding(True, f"The hashes of all {len(listed)} members of the manifest are right.")
        return
    lines = told.decode("ascii", "replace").splitlines()
    other = [line[66:] for line in found.decode("ascii").splitlines() if line not in lines]
    for name in other:
        yield Finding(False, f"{name} is not what the manifest says: it was changed, added, or swapped.")
    if not other:
        yield Finding(False, f"{MANIFEST} lists more than the bundle holds, or was changed.")


def _signature(members: Mapping[str, bytes], key: Ed25519PublicKey | None) -> Iterator[Finding]:
    if ENVELOPE not in members:
        if PUBLIC_KEY in members:
            yield Finding(False, f"{ENVELOPE} is missing, though there is a key: the signature was taken out.")
        else:
            yield Finding(None if key is None else False, "It is not signed: whoever made it could have changed it.")
        return
    own = public_from(members.get(PUBLIC_KEY, b""))
    if own is None:
        yield Finding(False, f"{PUBLIC_KEY} is missing, or no Ed25519 key.")
        return
    try:
        payload = opened(members[ENVELOPE], key or own)
    except NotSigned as problem:
        yield Finding(False, f"{ENVELOPE}: {problem}")
        return
    yield Finding(True, f"It is signed with the key {key_id(key or own)}.")
    if key is None:
        yield Finding(None, "Whose key that is, the bundle cannot say: name the signer's with --key.")
    if payload != members[STATEMENT]:
        yield Finding(False, f"{STATEMENT} is not what was signed.")


def _stamp(members: Mapping[str, bytes], authority: Path | None) -> Iterator[Finding]:
    if STAMP not in members:
        yield Finding(None if authority is None else False, "It has no time stamp.")
        return
    try:
        time = time_of(members[STAMP], to_be_stamped(members), authority)
    except WrongStamp as problem:
        yield Finding(False, f"{STAMP}: {problem}")
        return
    told = f"{time:%Y-%m-%d %H:%M:%S} UTC"
    if authority is None:
        told += " says its time stamp, of which nobody vouches here: name its authority with --timestamp-ca"
        yield Finding(None, f"{told}.")
    else:
        yield Finding(True, f"It was there at {told}, by the time stamp of the authority.")


def _judged_again(members: Mapping[str, bytes]) -> Iterator[Finding]:
    recording = members[RECORDING]
    try:
        judged, origin = judged_from(recording), _origin(members[VERDICTS])
    except SettingsError as problem:
        yield Finding(False, f"{RECORDING} cannot be judged again: {ended(problem)}")
        return
    except ValueError:
        yield Finding(False, f"{VERDICTS} is damaged.")
        return
    found: dict[str, bytes] = {VERDICTS: verdicts(judged, origin)}
    same = dict(origin.tool) == dict(tool())
    if same:
        found |= documents(judged, recording, origin)
    found[STATEMENT] = stated(judged, members[MANIFEST], recording)
    yield from _pictures(judged, members)
    wrong = [name for name, content in found.items() if members[name] != content]
    for name in wrong:
        yield Finding(False, f"{name} is not what the recording gives when it is judged again.")
    if not wrong:
        yield Finding(True, f"Judged again, the recording gives the same verdicts: {judged.headline()}.")
    if not same:
        made = f"{origin.tool.get('version')} {origin.tool.get('commit', '')}".strip()
        yield Finding(None, f"The reports were made by another version ({made}), and are compared by that alone.")


def _pictures(judged: JudgedRun, members: Mapping[str, bytes]) -> Iterator[Finding]:
    wrong, missing = differences(judged, members)
    for name in wrong:
        yield Finding(False, f"{name} is no picture that the recording names: it was added, or changed.")
    for name in missing:
        yield Finding(None, f"{name} is named by the recording, and was not there when the bundle was made.")


def _origin(content: bytes) -> Origin:
    """Raises ValueError where it is not as we write it."""
    try:
        told = json.loads(content)["origin"]
        origin = Origin(str(told["run_sha256"]), int(told["lines_redacted"]), dict(told["tool"]))
    except (KeyError, TypeError, RecursionError) as problem:
        raise ValueError(problem) from None
    if not all(isinstance(text, str) for pair in origin.tool.items() for text in pair):
        raise ValueError("the tool is not told in texts")
    return origin
