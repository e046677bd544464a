"""What a bundle holds, made from a stored run; all but the signature and the time stamp can be made again from it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from uec_booking.standard import requirements

from ..errors import SettingsError
from ..judging import run_file
from ..judging.verdicts import JudgedRun
from ..running.rejudging import rejudged
from ..running.reporters import installed
from ..tool import tool
from .keys import as_pem
from .statement import PAYLOAD_TYPE, as_bytes, envelope, sha256, statement

RECORDING, VERDICTS, README = run_file.FILE, "verdicts.json", "README.txt"
MANIFEST, STATEMENT, ENVELOPE = "manifest.sha256", "statement.json", "statement.dsse.json"
STAMP, PUBLIC_KEY = "statement.tsr", "public-key.pem"
#: The reports in it, by the name of the reporter.
REPORTS = {"results": "results.json", "page": "report.html"}
#: What the manifest cannot list, because it is made from it.
ABOVE_MANIFEST = frozenset({MANIFEST, STATEMENT, ENVELOPE, STAMP})

_README = f"""Evidence of a test of conformance with the NHS UEC Booking Standard

{RECORDING}         the recording: every request, every answer, and what was observed in them
{VERDICTS}     the verdict of the run, of each requirement and of each scenario
report.html       the report, for a reader; results.json the same for programs
picture-….png     a picture that a person added while taking calls, where there were any; the recording names it
{MANIFEST}   SHA-256 of all of these
{STATEMENT}    what is stated: an in-toto test result on the manifest and the recording
{ENVELOPE}  the same, signed (DSSE, Ed25519); {PUBLIC_KEY} belongs to the signature
{STAMP}     a time stamp (RFC 3161) of {ENVELOPE}, or of {STATEMENT} where nothing is signed

The last three are there where the bundle was signed, or time-stamped.

Verify it, and judge the recording again, with `uec-booking verify FILE.zip --key PUBLIC.pem`. Without that program, in
a folder with all of these files and PUBLIC.pem, which has to come to you from the signer in another way:

    sha256sum -c {MANIFEST}
    grep {MANIFEST} -A 3 {STATEMENT}                 # has to be the hash that the next line tells
    sha256sum {MANIFEST}
    printf 'DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} %d ' $(wc -c < {STATEMENT}) | cat - {STATEMENT} > signed
    sed -n 's/.*"sig": "\\(.*\\)".*/\\1/p' {ENVELOPE} | openssl base64 -d -A > signature
    openssl pkeyutl -verify -pubin -inkey PUBLIC.pem -rawin -in signed -sigfile signature
    openssl ts -verify -data {ENVELOPE} -in {STAMP} -CAfile AUTHORITY.pem
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the recording of a bundle comes from, which the bundle itself cannot prove."""

    #: Of the stored run that it is a copy of.
    run_sha256: str
    #: Lines in which credentials were taken out that a system had repeated.
    lines_redacted: int
    #: The program that made the bundle.
    tool: Mapping[str, str]

    @classmethod
    def of(cls, original: bytes, redacted: int) -> Origin:
        return cls(sha256(original), redacted, dict(tool()))


def judged_from(recording: bytes) -> JudgedRun:
    """The recording of a bundle, judged. Raises SettingsError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        (Path(folder) / RECORDING).write_bytes(recording)
        run = run_file.read(Path(folder))
    return rejudged(run, requirements.load())


def documents(
    judged: JudgedRun, recording: bytes, origin: Origin, pictures: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """What the manifest lists, but for the key: the recording, all that follows from it, and the pictures it names."""
    return {
        README: _README.encode("utf-8"),
        RECORDING: recording,
        VERDICTS: verdicts(judged, origin),
        **_reports(judged),
        **(pictures or {}),
    }


def verdicts(judged: JudgedRun, origin: Origin) -> bytes:
    """The verdicts alone: the same bytes whichever version of the program makes them, if it judges alike."""
    found: dict[str, Any] = {
        "verdict": judged.verdict,
        "headline": judged.headline(),
        "edition": judged.edition,
        "reading": judged.reading,
        "capability_level": judged.capability_level,
        "consumer_level": judged.consumer_level,
        "requirements": {one.id: one.verdict for one in sorted(judged.requirements, key=lambda one: one.id)},
        "scenarios": {one.record.id: one.status for one in sorted(judged.scenarios, key=lambda one: one.record.id)},
        "origin": asdict(origin),
    }
    return as_bytes(found)


def _reports(judged: JudgedRun) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        listeners = installed(REPORTS)
        listeners.run_judged(judged, Path(folder))
        if listeners.trouble():
            raise SettingsError(f"The reports of the bundle were not made. {listeners.trouble()}")
        return {name: (Path(folder) / name).read_bytes() for name in REPORTS.values()}


def manifest(members: Mapping[str, bytes]) -> bytes:
    """In the form that ``sha256sum -c`` reads."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(members.items())).encode("ascii")


def stated(judged: JudgedRun, listing: bytes, recording: bytes) -> bytes:
    """The statement on a judged run: its subjects are the manifest and the recording."""
    return statement(judged, {MANIFEST: listing, RECORDING: recording})


def sealed(judged: JudgedRun, members: Mapping[str, bytes], key: Ed25519PrivateKey | None) -> dict[str, bytes]:
    """All members: the documents with manifest and statement, signed where there is a key."""
    found = dict(members)
    if key is not None:
        found[PUBLIC_KEY] = as_pem(key.public_key())
    listing = manifest(found)
    payload = stated(judged, listing, members[RECORDING])
    found |= {MANIFEST: listing, STATEMENT: payload}
    if key is not None:
        found[ENVELOPE] = envelope(payload, key)
    return found


def to_be_stamped(members: Mapping[str, bytes]) -> bytes:
    return members.get(ENVELOPE) or members[STATEMENT]
