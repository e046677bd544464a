"""Expectations of how a consumer finds where to book (DOS-*, SDS-*)."""

from __future__ import annotations

import re

from uec_booking.standard import names

from ...consumer import directory
from ...consumer.contract import Outcome, Saw
from ...consumer.directory import ServiceRow
from ...consumer.requests import Interaction
from ...consumer.surroundings import Lookup
from ...errors import ToAttest
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken
from ..call_records import exchanges, expect, not_observed
from ..user_events import has_events

_BY_ASID = re.compile(r"\(uniqueIdentifier=([^)]*)\)", re.IGNORECASE)
_BY_PARTY_KEY = re.compile(r"\(nhsMHSPartyKey=([^)]*)\)", re.IGNORECASE)
_INTERACTION = re.compile(r"\(nhsMhsSvcIA=([^)]*)\)", re.IGNORECASE)


def _sds(taken: CallTaken, row: ServiceRow) -> list[Lookup]:
    """The look-ups in the Spine Directory but those for other services, whose slots may be counted (DOS-15)."""
    asked = [lookup for lookup in taken.lookups if lookup.system == "sds" and not _is_of_the_server(lookup)]
    others = {asid for other in directory.services().values() for asid in other.asids} - {*row.asids}
    by_asid = [(one, m[1].strip()) for one in asked if (m := _BY_ASID.search(one.what))]
    keys = {one.answered for one, value in by_asid if value in others} - {""}
    keys -= {one.answered for one, value in by_asid if value not in others}
    about_others = {one.number for one, value in by_asid if value in others}
    about_others |= {one.number for one in asked if (m := _BY_PARTY_KEY.search(one.what)) and m[1].strip() in keys}
    return [one for one in asked if one.number not in about_others]


def _is_of_the_server(lookup: Lookup) -> bool:
    """Whether it reads what the server is, as LDAP libraries do by themselves."""
    return lookup.what.replace(" ", "").lower() in ("(objectclass=*)", "(objectclass=subschema)")


@decides("DOS-01", "DOS-02", "SDS-01", "SDS-02")
def looks_up_in_two_steps(recorder: Recorder, taken: CallTaken, row: ServiceRow) -> None:
    """DOS-01, DOS-02, SDS-01, SDS-02: the pointer without its prefix, then the party key and an interaction.

    A consumer may keep what it looked up before: where it goes to the right provider without asking, nothing is held
    against it.
    """
    asked = _sds(taken, row)
    if not asked:
        _asks_nothing_of_it(recorder, taken, row)
        return
    by_asid = [(n, m[1]) for n, one in enumerate(asked) if (m := _BY_ASID.search(one.what))]
    by_key = [(n, m[1]) for n, one in enumerate(asked) if (m := _BY_PARTY_KEY.search(one.what))]
    _looks_up_the_asid(recorder, taken, row, [value for _, value in by_asid])
    two = (
        bool(by_asid)
        and bool(by_key)
        and by_asid[0][0] < by_key[-1][0]
        and _INTERACTION.search(asked[by_key[-1][0]].what)
    )
    lost = recorder.first_failed("DOS-02", "DOS-01")
    if lost and not two:
        # What is looked up by a wrong value leads no further.
        not_observed(recorder, ["SDS-01", "SDS-02"], "another value was looked up", taken.requests, because=lost)
        return
    expected = "the nhsAS by its ASID, then the nhsMHS by party key and interaction"
    expect(recorder, "SDS-01", bool(two), expected, "; ".join(one.what for one in asked), taken.requests)
    if not by_key:
        not_observed(recorder, ["SDS-02"], "the second look-up was not made", taken.requests, because="SDS-01")
        return
    given, keys = {one.answered for one in asked if one.answered}, {value for _, value in by_key}
    known, expected = not given or keys <= given, "the party key that the first look-up gave"
    expect(recorder, "SDS-02", known, expected, ", ".join(sorted(keys)), taken.requests)


def _asks_nothing_of_it(recorder: Recorder, taken: CallTaken, row: ServiceRow) -> None:
    """It may know the service from before; who neither asks for it nor goes there has looked up another one."""
    every = ("DOS-01", "DOS-02", "SDS-01", "SDS-02")
    reached = [call for call in taken.requests if call.root.endswith(row.root)]
    if reached:
        for requirement in every:
            recorder.does_not_arise(requirement, "it kept what it looked up before", of=exchanges(reached))
        return
    others = [m[1] for one in taken.lookups if one.system == "sds" and (m := _BY_ASID.search(one.what))]
    if not others:
        not_observed(recorder, every, "the Spine Directory was not asked")
        return
    expect(recorder, "DOS-01", False, f"the ASID {row.asid}", ", ".join(others), taken.requests)
    reason = "another service was looked up"
    not_observed(recorder, ("DOS-02", "SDS-01", "SDS-02"), reason, taken.requests, because="DOS-01")


def _looks_up_the_asid(recorder: Recorder, taken: CallTaken, row: ServiceRow, values: list[str]) -> None:
    shown = ", ".join(values) or "no look-up by uniqueIdentifier"
    plain = not any(":" in value for value in values)
    expected = "the prefix ASID: is taken off before the value is used"
    expect(recorder, "DOS-02", plain, expected, shown, taken.requests)
    right = row.asid in [value.rpartition(":")[2] for value in values]
    expect(recorder, "DOS-01", right, f"the ASID {row.asid}", shown, taken.requests)


@decides("DOS-05", "CON-SRCH-17")
def books_by_the_standard(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-05, CON-SRCH-17: where there is a booking endpoint, the booking is that of the standard, with no more ado."""
    booked = taken.of(Interaction.BOOK)
    lost = recorder.first_failed("DOS-02", "DOS-01", "SDS-01", "SDS-02", "SDS-10")
    fault = "" if booked else recorder.fault_in(taken.last_failure)
    both = ("DOS-05", "CON-SRCH-17")
    if fault:
        not_observed(recorder, both, "it came to no booking", taken.requests[-1:], because=fault)
        return
    if lost and not booked:
        not_observed(recorder, both, "the provider was not found", taken.requests, because=lost)
        return
    for requirement, because in (("DOS-05", ""), ("CON-SRCH-17", "DOS-05")):
        expected = "a booking at the provider, through the proxy"
        expect(recorder, requirement, bool(booked), expected, "none", booked or taken.requests, because=because)


@decides("CON-CAP-01")
def reads_the_capability_statement(recorder: Recorder, taken: CallTaken) -> None:
    """CON-CAP-01: the consumer asks the provider what it is capable of."""
    asked = taken.of(Interaction.METADATA)
    expected = "the CapabilityStatement is asked for"
    expect(recorder, "CON-CAP-01", bool(asked), expected, "not asked for", asked or taken.requests)


@decides(named=True)
def searches_no_slots(recorder: Recorder, taken: CallTaken, row: ServiceRow, requirement: str) -> None:
    """SDS-04 to SDS-08, whichever is named: the fault of the directory is seen, and no slot search follows (CF-61)."""
    # What goes to no provider of the directory went to an address that the consumer made up.
    there = [
        call
        for call in taken.requests
        if not call.root or (call.interaction is Interaction.SLOTS and call.root.endswith(row.root))
    ]
    if not _sds(taken, row) and not there:
        recorder.not_observed(requirement, "the consumer did not ask the Spine Directory about this service")
        return
    expect(recorder, requirement, not there, "no slot search", "a slot search was sent", there)


@decides("DOS-03")
def halts_with_an_error(recorder: Recorder, taken: CallTaken, row: ServiceRow) -> None:
    """DOS-03: with more than one pointer nothing is looked up or searched, and the user sees an error."""
    if not taken.lookups and not taken.requests:
        recorder.not_observed("DOS-03", "the consumer did not ask the Directory of Services")
        return
    further = [one.what for one in _sds(taken, row)] + [call.target for call in taken.requests]
    if not further:
        has_events(recorder, taken)
    told, referred = taken.saw(Saw.TOLD), taken.saw(Saw.REFERRAL_SENT)
    gone_on = f"went on: {further[0][:200]}" if further else "went on: a referral was sent" if referred else ""
    expected = "an error for the user, and no look-up, search or referral"
    otherwise = gone_on or "nothing was told to the user"
    expect(recorder, "DOS-03", not gone_on and told, expected, otherwise, taken.requests)


@decides("DOS-04")
def goes_on_as_before(recorder: Recorder, taken: CallTaken, row: ServiceRow) -> None:
    """DOS-04: without a pointer nothing is looked up or searched, and the call goes on.

    One that says that it could not book there goes on all the same where it sent the referral.
    """
    if not taken.lookups and not taken.requests:
        recorder.not_observed("DOS-04", "the consumer did not ask the Directory of Services")
        return
    further = [one.what for one in _sds(taken, row)] + [call.target for call in taken.requests]
    went_on = taken.answer.outcome == Outcome.FINISHED or taken.saw(Saw.REFERRAL_SENT)
    expected = "no look-up or search, and the call goes on"
    otherwise = f"looked up or searched: {further[0][:200]}" if further else taken.answer.why
    expect(recorder, "DOS-04", not further and went_on, expected, otherwise, taken.requests)


@decides("SDS-10")
def asks_for_care_connect(recorder: Recorder, taken: CallTaken, row: ServiceRow) -> None:
    """SDS-10: the interaction by which the endpoint is looked up is one of Care Connect's booking."""
    asked = [one.what for one in _sds(taken, row) if _BY_PARTY_KEY.search(one.what)]
    given = [found[1] for what in asked if (found := _INTERACTION.search(what))]
    if not given:
        lost = recorder.first_failed("DOS-02", "DOS-01", "SDS-01")
        recorder.not_observed("SDS-10", "no endpoint was looked up by an interaction", because=lost)
        return
    other = [name for name in given if not name.startswith(names.INTERACTION_BASE)]
    expected = f"an interaction that begins with {names.INTERACTION_BASE}"
    expect(recorder, "SDS-10", not other, expected, ", ".join(other), taken.requests)


def _referral(recorder: Recorder, taken: CallTaken) -> tuple[bool, bool]:
    """Whether the referral was sent, and whether it was blocked.

    Raises:
        ToAttest: the consumer tells neither.
    """
    has_events(recorder, taken)
    sent, blocked = taken.saw(Saw.REFERRAL_SENT), taken.saw(Saw.REFERRAL_BLOCKED)
    if not sent and not blocked:
        raise ToAttest("the consumer tells nothing of referrals")
    return sent, blocked


@decides(named=True)
def may_refer_without_booking(recorder: Recorder, taken: CallTaken, requirement: str) -> None:
    """DOS-08, DOS-10, whichever is named: without a booking the referral goes all the same."""
    sent, _ = _referral(recorder, taken)
    expected = "the referral is sent without a booking"
    expect(recorder, requirement, sent, expected, "it was blocked", taken.requests)


@decides("DOS-09", "DOS-11")
def refers_only_with_booking(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-09, DOS-11: without a booking no referral is sent, and the user sees that and why."""
    sent, blocked = _referral(recorder, taken)
    expect(recorder, "DOS-09", not sent, "no referral without a booking", "the referral was sent", taken.requests)
    if sent:
        not_observed(recorder, ["DOS-11"], "nothing was blocked", taken.requests, because="DOS-09")
        return
    warned = blocked and any(event.text.strip() for event in taken.answer.saw(Saw.REFERRAL_BLOCKED))
    expect(recorder, "DOS-11", warned, "a warning that a booking is required", "none in words", taken.requests)


@decides("DOS-12")
def refers_with_booking(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-12: once it is booked the referral can be sent."""
    if taken.booked is None:
        not_observed(recorder, ["DOS-12"], "nothing was booked", taken.requests)
        return
    sent, _ = _referral(recorder, taken)
    expect(recorder, "DOS-12", sent, "the referral is sent", "it was blocked", taken.requests)
