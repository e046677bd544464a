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
from ...scenario.consumer_calls import CallTaken
from ...settings.consumer import CONSUMER
from ..user_events import exchanges, has_events

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
    reached = [call for call in taken.requests if call.root.endswith(row.root)]
    if not asked:
        for requirement in ("DOS-01", "DOS-02", "SDS-01", "SDS-02"):
            if reached:
                recorder.does_not_arise(requirement, "it kept what it looked up before", of=exchanges(reached))
            else:
                recorder.not_observed(requirement, "the Spine Directory was not asked")
        return
    by_asid = [(n, m[1]) for n, one in enumerate(asked) if (m := _BY_ASID.search(one.what))]
    by_key = [(n, m[1]) for n, one in enumerate(asked) if (m := _BY_PARTY_KEY.search(one.what))]
    values = [value for _, value in by_asid]
    shown = ", ".join(values) or "no look-up by uniqueIdentifier"
    prefixed = any(":" in value for value in values)
    seen = exchanges(taken.requests)
    recorder.expect(
        "DOS-02",
        not prefixed,
        expected="the prefix ASID: is taken off before the value is used",
        actual=shown if prefixed else "as expected",
        of=seen,
        system=CONSUMER,
    )
    right = row.asid in [value.rpartition(":")[2] for value in values]
    recorder.expect(
        "DOS-01",
        right,
        expected=f"the ASID {row.asid}",
        actual="as expected" if right else shown,
        of=seen,
        system=CONSUMER,
    )
    two = (
        bool(by_asid)
        and bool(by_key)
        and by_asid[0][0] < by_key[-1][0]
        and _INTERACTION.search(asked[by_key[-1][0]].what)
    )
    lost = recorder.first_failed("DOS-02", "DOS-01")
    if lost and not two:
        # What is looked up by a wrong value leads no further.
        for requirement in ("SDS-01", "SDS-02"):
            recorder.not_observed(requirement, "another value was looked up", of=seen, because=lost)
        return
    recorder.expect(
        "SDS-01",
        bool(two),
        expected="the nhsAS by its ASID, then the nhsMHS by party key and interaction",
        actual="as expected" if two else "; ".join(one.what for one in asked),
        of=seen,
        system=CONSUMER,
    )
    if not by_key:
        recorder.not_observed("SDS-02", "the second look-up was not made", of=seen, because="SDS-01")
        return
    given = {one.answered for one in asked if one.answered}
    keys = {value for _, value in by_key}
    known = not given or keys <= given
    recorder.expect(
        "SDS-02",
        known,
        expected="the party key that the first look-up gave",
        actual="as expected" if known else ", ".join(sorted(keys)),
        of=seen,
        system=CONSUMER,
    )


@decides("DOS-05", "CON-SRCH-17")
def books_by_the_standard(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-05, CON-SRCH-17: where there is a booking endpoint, the booking is that of the standard, with no more ado."""
    booked = taken.of(Interaction.BOOK)
    lost = recorder.first_failed("DOS-02", "DOS-01", "SDS-01", "SDS-02", "SDS-10")
    fault = "" if booked else recorder.fault_in(taken.last_failure)
    for requirement in ("DOS-05", "CON-SRCH-17"):
        if fault:
            recorder.not_observed(requirement, "it came to no booking", of=taken.last_failure, because=fault)
            continue
        if lost and not booked:
            recorder.not_observed(requirement, "the provider was not found", of=exchanges(taken.requests), because=lost)
            continue
        recorder.expect(
            requirement,
            bool(booked),
            expected="a booking at the provider, through the proxy",
            actual="as expected" if booked else "none",
            of=exchanges(booked or taken.requests),
            system=CONSUMER,
            because="DOS-05" if requirement == "CON-SRCH-17" else "",
        )


@decides("CON-CAP-01")
def reads_the_capability_statement(recorder: Recorder, taken: CallTaken) -> None:
    """CON-CAP-01: the consumer asks the provider what it is capable of."""
    asked = taken.of(Interaction.METADATA)
    recorder.expect(
        "CON-CAP-01",
        bool(asked),
        expected="the CapabilityStatement is asked for",
        actual="as expected" if asked else "not asked for",
        of=exchanges(asked or taken.requests),
        system=CONSUMER,
    )


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
    recorder.expect(
        requirement,
        not there,
        expected="no slot search",
        actual="a slot search was sent" if there else "none",
        of=exchanges(there),
        system=CONSUMER,
    )


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
    recorder.expect(
        "DOS-03",
        not gone_on and told,
        expected="an error for the user, and no look-up, search or referral",
        actual=gone_on or ("as expected" if told else "nothing was told to the user"),
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


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
    recorder.expect(
        "DOS-04",
        not further and went_on,
        expected="no look-up or search, and the call goes on",
        actual=f"looked up or searched: {further[0][:200]}"
        if further
        else "as expected"
        if went_on
        else taken.answer.why,
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


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
    recorder.expect(
        "SDS-10",
        not other,
        expected=f"an interaction that begins with {names.INTERACTION_BASE}",
        actual=", ".join(other) or "as expected",
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


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
    _about_referral(recorder, requirement, sent, "the referral is sent without a booking", "it was blocked", taken)


@decides("DOS-09", "DOS-11")
def refers_only_with_booking(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-09, DOS-11: without a booking no referral is sent, and the user sees that and why."""
    sent, blocked = _referral(recorder, taken)
    _about_referral(recorder, "DOS-09", not sent, "no referral without a booking", "the referral was sent", taken)
    if sent:
        recorder.not_observed("DOS-11", "nothing was blocked", of=exchanges(taken.requests), because="DOS-09")
        return
    warned = blocked and any(event.text.strip() for event in taken.answer.saw(Saw.REFERRAL_BLOCKED))
    _about_referral(recorder, "DOS-11", warned, "a warning that a booking is required", "none in words", taken)


@decides("DOS-12")
def refers_with_booking(recorder: Recorder, taken: CallTaken) -> None:
    """DOS-12: once it is booked the referral can be sent."""
    if taken.booked is None:
        recorder.not_observed("DOS-12", "nothing was booked", of=exchanges(taken.requests))
        return
    sent, _ = _referral(recorder, taken)
    _about_referral(recorder, "DOS-12", sent, "the referral is sent", "it was blocked", taken)


def _about_referral(
    recorder: Recorder, requirement: str, met: bool, expected: str, actual: str, taken: CallTaken
) -> None:
    recorder.expect(
        requirement,
        met,
        expected=expected,
        actual="as expected" if met else actual,
        of=exchanges(taken.requests),
        system=CONSUMER,
    )
