"""What a recording may be at most, and what is said of a file that is none. A recording may come from anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from ...errors import SettingsError
from ...http.exchange import Headers
from ...text import one_line

#: A larger file is not read: an archive has to be taken in whole.
LARGEST_FILE = 200_000_000
MOST_ENTRIES = 20_000


def content(path: Path) -> bytes:
    """The bytes of a recording.

    Raises:
        SettingsError: there is none, or it is too large.
    """
    try:
        if not path.is_file():
            raise SettingsError(
                f"There is no recording {path}. Make one with `uec-booking record`, or name a HAR file as "
                "consumer.recording."
            )
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsError(
                f"The recording {path} is larger than {LARGEST_FILE // 1_000_000} MB. Record less at a time, or leave "
                "what is not between the consumer and its providers out of it."
            )
        return path.read_bytes()
    except OSError as problem:
        raise SettingsError(f"The recording {path} cannot be read: {problem.strerror}.") from None


def unreadable(path: Path, place: str, why: object) -> NoReturn:
    """Say what is wrong with a recording, and where.

    Raises:
        SettingsError: always.
    """
    what = why.errors()[0]["msg"] if isinstance(why, ValidationError) else why
    below = ".".join(str(step) for step in why.errors()[0]["loc"]) if isinstance(why, ValidationError) else ""
    where = f"{place}, {below}" if below else place
    raise SettingsError(
        f"The recording {path} cannot be used: {where}: {one_line(what)}. Write it with `uec-booking record`, or "
        "export it again as HAR 1.2, with the contents of requests and answers."
    ) from None


def plain(text: str) -> str:
    """A text without what no text in UTF-8 has."""
    return text.encode("utf-8", "replace").decode("utf-8")


def headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Headers, without what HTTP/2 has in their place (``:authority``)."""
    return tuple((plain(name), plain(value)) for name, value in pairs if not name.startswith(":"))


def in_utc(moment: datetime) -> str:
    """A moment as exchanges have it; one without offset is taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def numbered(path: Path, entries: Iterable[object]) -> Iterator[tuple[int, object]]:
    """The entries with their numbers from 1.

    Raises:
        SettingsError: there are too many.
    """
    for number, entry in enumerate(entries, start=1):
        if number > MOST_ENTRIES:
            unreadable(path, "its entries", f"there are more than {MOST_ENTRIES}")
        yield number, entry
