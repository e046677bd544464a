"""Expectations at the end of a run: the registry was told of each booking once, of each cancellation, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...errors import ToAttest
from ...http.exchange import Exchange
from ...http.sent import sent_resource
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.end_of_run import Stranger
from ...scenario.registry_history import Comparison, Line
from ...settings.model import Part, Settings
from ...text import in_words
from ..registry.entries.pointer import CLAUSES, Made, leaks, pointer_faults

_MOST_TOLD = 5


@decides("REG-10")
def each_is_registered_once(recorder: Recorder, found: Comparison, seconds: float) -> None:
    """REG-10: of each appointment that was booked there is one registration, and it was made in time."""
    for part in _providers(found):
        wrong = []
        for line in found.of(part):
            count = len(line.registered()) if line.registering else len(line.shown)
            if count > 1:
                wrong.append((line, f"{count} registrations of {line.booking.summary()}"))
            elif count == 0 and not line.was_refused() and _registry_would_tell(line):
                wrong.append((line, f"none of {line.booking.summary()}"))
        expected = f"one registration of each appointment, {seconds:g} s later at the latest"
        _told(recorder, "REG-10", part, expected, wrong, f"one of each of {len(found.of(part))}")


@decides("REG-11")
def each_cancellation_is_told(recorder: Recorder, found: Comparison, still_booked: Sequence[Line]) -> None:
    """REG-11: the entry of each appointment that was cancelled is ended, whoever cancelled; the others are not."""
    for part in _providers(found):
        wrong = []
        ended = [line for line in found.of(part) if line.booking.ended and not line.was_refused()]
        for line in ended:
            left = not line.put() if line.registering else any(e.get("status") == "booked" for e in line.shown)
            if left and (line.registered() or line.shown):
                who = line.booking.ended[0].actor
                wrong.append((line, f"the entry of {line.booking.summary()}, cancelled by {who}, stayed booked"))
        for line in found.of(part):
            if line in still_booked:
                wrong.append((line, f"the entry of {line.booking.summary()} was ended, and nobody cancelled it"))
        if not ended and not wrong:
            continue  # this provider lets nobody cancel what was booked there, or nobody tried
        expected = "each entry ended whose appointment was cancelled, and no other"
        _told(recorder, "REG-11", part, expected, wrong, f"{len(ended)} were cancelled, and their entries ended")


@decides("REG-06", "REG-07", "REG-08")
def each_is_the_pointer(recorder: Recorder, found: Comparison, settings: Settings) -> None:
    """REG-06 to REG-08 of every registration: a pointer, the right one, and nothing more. Updates tell no more.

    Raises:
        ToAttest: the registry has entries, and none of them passed the recording proxy.
    """
    if not any(line.registering for line in found.lines) and any(line.shown for line in found.lines):
        raise ToAttest(
            "the provider tells the registry, but not through the recording proxy: it was not told its address"
        )
    for part in _providers(found):
        if not any(line.registering for line in found.of(part)):
            continue
        wrong: dict[str, list[tuple[Line, str]]] = {clause: [] for clause in CLAUSES}
        spare: dict[str, Exchange] = {}
        for line in found.of(part):
            booking = line.booking
            made = Made(booking.urls, booking.nhs_number, booking.sent, booking.booked)
            for exchange in line.registering[:1]:
                faults = pointer_faults(exchange, made, settings)
                for clause, texts in faults.by_clause.items():
                    wrong[clause] += [(line, f"{text}, of {booking.summary()}") for text in texts]
                spare.update({place: exchange for place in faults.spare if place not in spare})
            for exchange in line.updating:
                told = leaks(sent_resource(exchange), booking.sent)
                wrong["REG-06"] += [
                    (line, f"{in_words(text)} is told when {booking.summary()} is cancelled") for text in told
                ]
        for clause, expected in CLAUSES.items():
            _told(recorder, clause, part, expected, wrong[clause], "as expected")
        for place, exchange in spare.items():
            recorder.exchange(exchange, checked=False)
            actual = f"Appointment.{place}, which is no part of a pointer"
            recorder.falls_short(
                "REG-06", expected=CLAUSES["REG-06"], actual=actual, of=exchange, where=place, system=part.key
            )


@decides("REG-10")
def nothing_else_was_registered(recorder: Recorder, found: Comparison, strangers: Sequence[Stranger]) -> None:
    """REG-10: nothing was registered but what was booked: a rejected booking, or none at all, leaves no entry.

    What is registered and was not booked by this run may be somebody else's, if its provider knows it.
    """
    for part in _providers(found):
        unknown = [one for one in strangers if one.read.system == part.key and 400 <= one.read.status < 500]
        for one in unknown:
            recorder.exchange(one.registration, checked=False)
        recorder.expect(
            "REG-10",
            not unknown,
            expected="no registration of what was not booked",
            actual=f"{len(unknown)} of appointments that are not there" if unknown else "none",
            of=[each for one in unknown[:_MOST_TOLD] for each in (one.registration, one.read)],
            where="POST [registry]/Appointment",
            system=part.key,
        )


@decides("REG-15", "REG-17")
def the_registry_shows_what_it_took(recorder: Recorder, registry: Part, lines: Sequence[Line]) -> None:
    """REG-15, REG-17: the registry shows each entry that it took once, in the state in which it was last put."""
    missing = [
        (line, f"{len(line.shown)} entries for {line.booking.url}, one was registered")
        for line in lines
        if len(line.shown) > 1 or (not line.shown and not line.put())
    ]
    _told(recorder, "REG-15", registry, "the one entry of each URL", missing, f"{len(lines)} found by their URL")
    stale = [
        (line, f"{in_words(entry.get('status'))} for {line.booking.url}, put was {in_words(line.put() or 'booked')}")
        for line in lines
        for entry in line.shown
        if entry.get("status") != (line.put() or "booked")
    ]
    _told(recorder, "REG-17", registry, "each entry in its last state", stale, "as expected")


def _providers(found: Comparison) -> Iterable[Part]:
    """The providers with a line, in the order of their first."""
    return {line.booking.part.key: line.booking.part for line in found.lines}.values()


def _registry_would_tell(line: Line) -> bool:
    """Whether the registry answers searches, so that an entry which it does not show is not there."""
    found = line.search
    if found is None or line.registering:
        return True
    return found.status == 200 and found.resource.get("resourceType") == "Bundle" and line.is_to_come()


def _told(
    recorder: Recorder, clause: str, part: Part, expected: str, wrong: Sequence[tuple[Line, str]], right: str
) -> None:
    """One observation over all lines, with the exchanges of those that are wrong."""
    seen: list[Exchange] = []
    known = {exchange.id for exchange in recorder.exchanges}
    for line, _ in wrong[:_MOST_TOLD]:
        concerned = [line.booking.booked, *line.booking.ended, *line.registering, *line.updating]
        seen += concerned + ([line.search] if line.search else [])
        for exchange in concerned:
            if exchange.id not in known:
                recorder.exchange(exchange, checked=False)
                known.add(exchange.id)
    texts = [text for _, text in wrong]
    more = f"; and {len(texts) - _MOST_TOLD} more" if len(texts) > _MOST_TOLD else ""
    recorder.expect(
        clause,
        not wrong,
        expected=expected,
        actual="; ".join(texts[:_MOST_TOLD]) + more if wrong else right,
        of=seen,
        where="the registry at the end of the run",
        system=part.key,
    )
