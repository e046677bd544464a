"""Steps with a token that is no good, or an odd one, or an odd header."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.calls import Call
from ..http.versions import version_tag
from ..model import by_rule
from ..model.near_misses import TOKENS
from .step import near_miss, send_changed
from .world import WHO, World

#: Those that were thought of, and those that are made by rule: of tokens, and of headers beside a good token.
ALL_TOKENS = (*TOKENS, *by_rule.TOKENS, *by_rule.HEADERS)
#: The situations of requests that may be answered as if nothing was wrong: only such are sent that change nothing.
_EITHER = frozenset({"token-odd-claim", "odd-header"})
_WRITING = frozenset({1, 4})
#: Kinds of requests: slot search, booking, search for appointments, read, cancellation, read of a version.
KINDS, _VERSION = 6, 5


@dataclass(frozen=True)
class BadToken:
    """A request that is right but for its token, or a header."""

    request: int
    appointment: int
    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(ALL_TOKENS, self.miss)
        allowed = world.model.situation(miss.requirement, miss.situation)
        if miss.situation in _EITHER and self.request % KINDS in _WRITING:
            return
        found = _good(world, self.request % KINDS, self.appointment)
        if allowed is None or found is None or world.part.oauth is not None:
            return
        one = world.appointment(self.appointment)
        if self.request % KINDS == _VERSION and one is not None:
            # Who keeps no versions need not look at the token first.
            allowed = allowed.or_refused(world.model.old_version(one.name, one.consumer.organisation.key))
        who, words, call = found
        world.says(f"{who} {words}: {miss.change}")
        exchange = send_changed(world, who, call, miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


def _good(world: World, kind: int, number: int) -> tuple[str, str, Call] | None:
    """Who would send which good request, in words; None where there is nothing to send it about."""
    one = world.appointment(number)
    if kind == 0:
        service, until = world.part.service("later"), world.slots[-1].start
        return WHO[0], "searches for slots", calls.search_slots(service, world.slots[0].start, until)
    if kind == 1:
        slot, words = world.slot(number)
        if not world.model.slot(slot.identifier).is_offered:
            return None
        body = booking(world.patients[0], slot, world.settings.edition)
        return WHO[0], f"books {words} for patient 1", calls.book(body)
    if kind == 2 and "appointment-search" in world.settings.capabilities:
        patient = f"{names.NHS_NUMBER_SYSTEM}|{world.patients[0].nhs_number}"
        return WHO[0], "searches for the appointments of patient 1", calls.search_appointments(patient)
    if one is None or not one.url:
        return None
    who = one.consumer.organisation.key
    if kind == 3:
        return who, f"reads the {one.name} appointment", calls.read(one.url)
    version = world.model.appointments[one.name].standing_version
    if kind == _VERSION and version:
        return who, f"reads a version of the {one.name} appointment", calls.read(f"{one.url}/_history/{version}")
    if kind == 4 and one.read is not None and not world.model.appointments[one.name].cancelled:
        body = {**one.seen, "status": "cancelled"}
        return who, f"cancels the {one.name} appointment", calls.cancel(one.url, body, version_tag(one.read))
    return None
