"""``uec-booking bundle``: packs a stored run and its verdicts into one file that can be signed and verified."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..bundling import making
from ..bundling.archive import zipped
from ..bundling.keys import private_key
from ..bundling.pictures import kept
from ..bundling.recording import Copy, copied
from ..bundling.timestamps import stamped
from ..errors import SettingsError
from ..judging import run_storage
from ..judging.verdicts import EXIT_CONFORMANT, JudgedRun
from ..settings.load import load
from ..settings.model import Settings
from ..text import say
from ..text.credentials import Credentials
from .new_file import write_new
from .rejudge import stored


def main(arguments: Sequence[str]) -> int:
    """Write the bundle; returns 0, whatever the verdict is."""
    options = command_line().parse_args(arguments)
    if options.out.suffix != ".zip":
        raise SettingsError(f"--out {options.out} is no zip. Give it a name that ends in .zip.")
    if options.out.exists():
        raise SettingsError(f"{options.out} exists and is not overwritten. Choose another name with --out.")
    key = private_key(options.key) if options.key else None
    copy, original = _copy(options)
    judged = making.judged_from(copy.content)
    _check_verdicts(judged, original, copy)
    pictures, missing = kept(judged, options.run if options.run.is_dir() else options.run.parent)
    members = making.documents(judged, copy.content, making.Origin.of(original, copy.redacted), pictures)
    members = making.sealed(judged, members, key)
    if options.timestamp:
        members[making.STAMP] = stamped(making.to_be_stamped(members), options.timestamp)
    write_new(options.out, zipped(dict(sorted(members.items()))))
    _tell(options.out, judged, copy, signed=key is not None)
    _tell_of_pictures(pictures, missing)
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking bundle",
        description="Pack a stored run into one zip for an assessor: the recording, the verdicts and the report, a "
        "manifest of SHA-256, and a statement of the result (in-toto), signed with your Ed25519 key where one is "
        "named. Credentials that a system repeated are taken out; a run that names a real person is rejected. The same "
        "run gives the same file, its time stamp apart.",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="the folder that `uec-booking assure --out` wrote")
    add("--out", type=Path, metavar="FILE.zip", required=True, help="the bundle; an existing file is not overwritten")
    add("--key", type=Path, metavar="FILE", help="your private key (`openssl genpkey -algorithm ed25519 -out key.pem`)")
    add("--timestamp", metavar="URL", help="also have it time-stamped by this authority (RFC 3161)")
    add("--evidence", type=Path, metavar="FILE", help="statements on what a run cannot decide")
    add(
        "--config",
        type=Path,
        metavar="FILE",
        help="the settings file of the run: its test patients may be in it, its secrets are looked for by value",
    )
    return parser


def _copy(options: argparse.Namespace) -> tuple[Copy, bytes]:
    """What is sent of the stored run, and the file that it is a copy of."""
    run = stored(options.run, options.evidence)
    original = run_storage.content_of(options.run)
    declared: set[str] = set()
    secrets: set[str] = set()
    if options.config:
        settings = load(options.config)
        declared = {patient.nhs_number for patient in settings.patients}
        secrets = set(_secrets(settings))
    evidence = run.evidence if options.evidence else None
    return copied(original, Credentials(secrets), declared, evidence), original


def _secrets(settings: Settings) -> Iterator[str]:
    for part in settings.parts.values():
        if part.oauth:
            yield part.oauth.client_secret
        if part.control:
            yield part.control.token


def _check_verdicts(judged: JudgedRun, original: bytes, copy: Copy) -> None:
    """What was taken out must change no verdict."""
    if copy.redacted:
        before = {one.id: one.verdict for one in making.judged_from(original).requirements if one.verdict != "ATTESTED"}
        after = {one.id: one.verdict for one in judged.requirements}
        changed = [id for id, verdict in before.items() if after.get(id) not in (verdict, "ATTESTED")]
        if changed:
            raise RuntimeError(f"credentials were taken out of the recording, and {', '.join(changed)} changed")


def _tell_of_pictures(pictures: Mapping[str, bytes], missing: Sequence[str]) -> None:
    if pictures:
        held = f"{len(pictures)} picture{'' if len(pictures) == 1 else 's'} of what was on the screen"
        say(f"In it: {held}. No program reads them: see for yourself that none shows a real patient before it is sent.")
    if missing:
        say(f"Not in it, as they are not in the folder of the run any more: {', '.join(missing)}.")


def _tell(path: Path, judged: JudgedRun, copy: Copy, signed: bool) -> None:
    say(f"{path} holds the recording, its verdicts and the report: {judged.headline()}.")
    if copy.redacted:
        say(f"Credentials that a system had repeated were taken out of {copy.redacted} lines of the recording.")
    if not signed:
        say("It is not signed. With --key it is, and then nobody can change it unseen.")
    say(f"Whoever gets it checks it, and judges the recording again, with `uec-booking verify {path.name}`.")
