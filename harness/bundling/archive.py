"""The zip of a bundle: the same members are the same bytes, and what is read of one is bounded and never unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from ..errors import SettingsError

#: No bundle is larger than this, packed; no member of it, and not all of them, larger than that.
LARGEST, LARGEST_UNPACKED = 300_000_000, 1_000_000_000
MOST_MEMBERS = 1_000

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BEGINS, _ENDS = b"PK\x03\x04", b"PK\x05\x06"
_END_BYTES = 22
_ENCRYPTED = 0x1
_CHUNK = 1 << 20


class Unreadable(Exception):
    """It is no zip as this program writes them; says why in a sentence."""


def zipped(members: Mapping[str, bytes]) -> bytes:
    """The members in their order. Raises SettingsError where it would be larger than is read again."""
    size = sum(map(len, members.values()))
    if size > LARGEST_UNPACKED:
        raise SettingsError(
            f"The run is too large for a bundle: {size} bytes, and at most {LARGEST_UNPACKED}. Pack a run of a part of "
            "the suite (`uec-booking assure --only`)."
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, member)
    return content.getvalue()


def content_of(path: Path) -> bytes:
    """The file of a bundle.

    Raises:
        SettingsError: it cannot be read.
        Unreadable: it is larger than any bundle.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        raise SettingsError(
            f"There is no bundle at {path}: {problem.strerror}. Name the file that `uec-booking bundle --out` wrote."
        ) from None
    if len(content) > LARGEST:
        raise Unreadable(f"It is larger than {LARGEST} bytes, which no bundle is.")
    return content


def members_of(content: bytes) -> dict[str, bytes]:
    """The members of a bundle by their names.

    Raises:
        Unreadable: it is damaged, or made to do harm.
    """
    if not content.startswith(_BEGINS) or content[-_END_BYTES : -_END_BYTES + 4] != _ENDS:
        raise Unreadable("It is no zip, or there is something before or behind the zip in it.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        RuntimeError,
    ) as problem:
        raise Unreadable(f"The zip is damaged: {problem}.") from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_MEMBERS:
        raise Unreadable(f"It has {len(entries)} members; a bundle has at most {MOST_MEMBERS}.")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise Unreadable("Unpacked, it is larger than a bundle may be.")
    found: dict[str, bytes] = {}
    for entry in entries:
        if not _NAME.fullmatch(entry.orig_filename):
            raise Unreadable(f"It has a member with the name {entry.orig_filename[:100]!r}, which no bundle has.")
        if entry.filename in found:
            raise Unreadable(f"The member {entry.filename} is there twice.")
        if not _is_plain(entry):
            raise Unreadable(f"The member {entry.filename} is no plain file.")
        found[entry.filename] = _bounded(archive, entry)
    return found


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether it is a file as we write it. Of other methods than deflate, what comes out cannot be bounded."""
    method = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    about = entry.extra or entry.comment or entry.flag_bits & _ENCRYPTED
    return method and not about and entry.external_attr >> 16 == 0o644


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What is unpacked is counted: no more than the zip says of its size."""
    content = bytearray()
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            content += chunk
            if len(content) > entry.file_size:
                raise Unreadable(f"The member {entry.filename} is larger than the zip says.")
    return bytes(content)
