"""``uec-booking record``: stand between a consumer and its providers, and write down what passes."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..consumer.recording import bounds, har, record
from ..consumer.recording.reading import read
from ..errors import SettingsError, why_not_written
from ..judging.verdicts import EXIT_CONFORMANT
from ..proxy.watching import Record, WatchingProxy
from ..running.signals import brought_to_an_end, raise_if_lost
from ..settings import load
from ..settings.consumer import ConsumerUnderTest, Recorded
from ..settings.model import Part, Settings, TapPlace
from ..text import say

#: Seconds between two looks at whether the time is over.
_ROUND = 0.5


def main(arguments: Sequence[str]) -> int:
    """Record until Ctrl-C, the end of the time, or a full record; returns 0, or 3 where it could not be written."""
    options = command_line().parse_args(arguments)
    settings = load.load(options.config)
    consumer, providers = _named(settings)
    out = options.out or Path(consumer.recording.file if consumer.recording else "recording.jsonl")
    authority = options.authority or out.with_suffix(".ca.pem")
    with _writing(out) as writer, tempfile.TemporaryDirectory(prefix="uec-booking-") as name:
        kept = Record(writer, Path(name))
        place = TapPlace(options.listen or f"https://localhost:{consumer.port}", authority=str(authority))
        if options.certificate:
            place = replace(place, certificate=options.certificate, key=options.key or options.certificate)
        proxy = WatchingProxy(place, Path(name), settings, kept, providers)
        try:
            _tell_start(proxy.root, out, providers, "" if options.certificate else str(authority))
            _wait(options.minutes, lambda: kept.full or kept.problem is not None)
        except KeyboardInterrupt:
            pass
        finally:
            proxy.close()
    with brought_to_an_end("the recording is being looked at"):
        return _tell_end(out, options.har, consumer, providers, kept)


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking record",
        description="Stand between a real consumer and real providers, as the Spine Secure Proxy does, and write down "
        "what passes, unchanged. The settings name both; `uec-booking assure` judges the consumer from the recording "
        "(consumer.recording).",
    )
    add = parser.add_argument
    add("--config", type=Path, required=True, metavar="FILE", help="settings file with [consumer] and [provider]")
    add("--out", type=Path, metavar="FILE", help="a new file (default: consumer.recording of the settings)")
    add("--har", type=Path, metavar="FILE", help="write what was recorded as HAR 1.2 too, at the end")
    add("--minutes", type=_minutes, metavar="N", help="end after so many minutes (default: Ctrl-C)")
    add("--listen", metavar="URL", help="where to listen (default https://localhost and consumer.port, else any port)")
    add("--certificate", metavar="FILE", help="the certificate to show (PEM); without it a throw-away one is made")
    add("--key", metavar="FILE", help="its key, where it is not in the same file")
    add("--authority", type=Path, metavar="FILE", help="where to write the authority of the throw-away certificate")
    return parser


def _minutes(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1440:
        raise argparse.ArgumentTypeError("more than 0, and at most 1440")
    return number


def _named(settings: Settings) -> tuple[ConsumerUnderTest, dict[str, Part]]:
    providers = {part.audience: part for part in settings.parts.values() if part.as_role.offers_slots}
    if settings.consumer is None or not providers:
        lacking = "[consumer]" if settings.consumer is None else "[provider]"
        raise SettingsError(
            f"{settings.source} names no {lacking.strip('[]')}. A recording needs both: write {lacking} with what "
            "`uec-booking init` shows of it."
        )
    return settings.consumer, providers


@contextmanager
def _writing(out: Path) -> Iterator[record.Writer]:
    try:
        writer = record.Writer(out)
    except FileExistsError:
        raise SettingsError(f"--out {out} is there already. Choose a new file, or remove it.") from None
    except OSError as problem:
        raise SettingsError(f"--out {out} cannot be written: {why_not_written(problem)}.") from None
    try:
        yield writer
    finally:
        writer.close()


def _tell_start(root: str, out: Path, providers: dict[str, Part], authority: str) -> None:
    say(f"Recording into {out}. Point the consumer at this address as its Spine Secure Proxy: {root}")
    for audience, part in providers.items():
        say(f"{part.name}: {root}/{audience}", indent="  ")
    if authority:
        say(f"It has to trust the authority in {authority}.", indent="  ")
    say("Ctrl-C ends it.", indent="  ")
    sys.stdout.flush()


def _wait(minutes: float | None, ended: Callable[[], bool]) -> None:
    until = time.monotonic() + minutes * 60 if minutes else None
    while not ended() and (until is None or time.monotonic() < until):
        time.sleep(_ROUND)
        raise_if_lost()


def _tell_end(
    out: Path, archive: Path | None, consumer: ConsumerUnderTest, providers: dict[str, Part], kept: Record
) -> int:
    if not kept.count:
        out.unlink()
        say("Nothing was recorded: no request came. Is the consumer pointed at the proxy, and does it trust it?")
        return EXIT_CONFORMANT
    roots = {audience: part.asid for audience, part in providers.items()}
    found = read(replace(consumer, command=(), webhook="", recording=Recorded(str(out), roots)))
    kinds = Counter(str(call.interaction or "no request of the standard") for call in found.calls)
    told = ", ".join(f"{count} × {kind}" for kind, count in kinds.items())
    say(f"{kept.count} requests are in {out}: {told}; of {len(found.courses)} patients.")
    if kept.full:
        say("The recording is full, so it was ended.")
    problem = kept.problem
    try:
        if archive:
            har.write(archive, record.exchanges(out, bounds.content(out)))
    except OSError as failure:
        problem = problem or failure
    if problem is not None:
        raise SettingsError(f"Not all could be written: {why_not_written(problem)}. Make room, and record again.")
    return EXIT_CONFORMANT
