"""Expectations of a registry that is driven directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....fhir import bundle_resources
from ....http.exchange import Exchange
from ....http.versions import version_id
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.compare import changes
from ....scenario.registry_entries import Entry, Reread
from ....scenario.variations import Trial
from ....text import in_words
from ...headers import last_modified, location_form


@decides("REG-01", "REG-02", "REG-03", "REG-04")
def accepted(recorder: Recorder, entry: Entry) -> None:
    """REG-01 to REG-04: 201 with Location, ETag and Last-Modified, and the stored pointer with id and version."""
    made = entry.made
    recorder.expect_answer("REG-01", "registry-register-ok", made)
    if made.status != 201:
        for requirement in ("REG-02", "REG-03", "REG-04"):
            recorder.not_observed(requirement, f"registering was answered with {made.summary()}", of=made)
        return
    _location(recorder, "REG-02", made)
    tag = (made.header("ETag") or "").removeprefix("W/").strip('"')
    recorder.expect(
        "REG-03",
        bool(tag) and tag == version_id(made),
        expected="an ETag with the version id",
        actual=f"ETag: {made.header('ETag')}" if tag else "no ETag header",
        of=made,
        where="ETag",
    )
    last_modified(recorder, "REG-03", made)
    body = made.resource
    wrong = [f"Appointment.{part} is missing" for part, value in _identity(made).items() if not value]
    wrong += changes(entry.sent, body) if body.get("resourceType") == "Appointment" else ["it is no Appointment"]
    recorder.expect(
        "REG-04",
        not wrong,
        expected="the pointer as it was registered, with an id and a version id",
        actual="as expected" if not wrong else "; ".join(wrong[:5]),
        of=made,
        where=wrong[0].split(" ")[0] if wrong else "body",
    )


@decides("REG-14")
def is_read(recorder: Recorder, entry: Entry, exchange: Exchange) -> None:
    """REG-14: a read answers 200 with the pointer; what else it may hold is checked on every answer."""
    recorder.expect_answer("REG-14", "registry-read-ok", exchange)
    if exchange.status == 200:
        wrong = changes(entry.sent, exchange.resource, ignoring=["status"])
        recorder.expect(
            "REG-14",
            not wrong,
            expected="the pointer that was registered",
            actual="as expected" if not wrong else "; ".join(wrong[:5]),
            of=exchange,
            where=wrong[0].split(" ")[0] if wrong else "body",
        )


@decides("REG-17")
def is_updated(recorder: Recorder, exchange: Exchange, status: str, seen: Reread | None) -> None:
    """REG-17: 200 with the pointer in its new status, a new version, and a versioned Location."""
    recorder.expect_answer("REG-17", "registry-cancel-ok", exchange)
    if seen is None:
        return
    _location(recorder, "REG-17", exchange)
    before, again = seen.before, seen.now
    wrong = changes(before.resource if before else {}, exchange.resource, ignoring=["status"])
    if exchange.resource.get("status") != status:
        wrong.append(f"Appointment.status is {in_words(exchange.resource.get('status'))}, put was {in_words(status)}")
    if before is not None and version_id(exchange) == version_id(before):
        wrong.append(f"Appointment.meta.versionId is still {in_words(version_id(exchange))}")
    if again.resource.get("status") != status:
        wrong.append(f"afterwards it reads as {in_words(again.resource.get('status'))}")
    recorder.expect(
        "REG-17",
        not wrong,
        expected=f"the same pointer with status {status} in a new version",
        actual="as expected" if not wrong else "; ".join(wrong[:5]),
        of=[exchange, again],
        where=wrong[0].split(" ")[0] if wrong else "Appointment",
    )


@decides("REG-05")
def url_is_stable(recorder: Recorder, entry: Entry, now: Exchange, version: Exchange | None) -> None:
    """REG-05: the pointer stays under its URL and id, and what its first Location names is still that version."""
    first = entry.made.resource.get("id")
    wrong = []
    if now.status != 200 or now.resource.get("id") != first:
        wrong.append(
            f"the URL answers {now.summary()} with id {in_words(now.resource.get('id'))}, "
            f"registered was {in_words(first)}"
        )
    location = entry.made.header("Location") or ""
    # Old versions need not be kept; one that is shown has to be that version.
    if version is not None and version.status == 200 and version_id(version) != version_id(entry.made):
        wrong.append(f"{location} shows version {in_words(version_id(version))}")
    recorder.expect(
        "REG-05",
        not wrong,
        expected="the same pointer under the same URL after an update",
        actual="as expected" if not wrong else "; ".join(wrong),
        of=[entry.made, now, *([version] if version is not None else [])],
        where="URL",
    )


@decides(named=True)
def is_unchanged(recorder: Recorder, entry: Entry, requirement: str, seen: Reread) -> None:
    """The entry reads as it did before."""
    before, after = seen.before, seen.now
    wrong = changes(before.resource if before else entry.sent, after.resource)
    if before and version_id(after) != version_id(before):
        wrong.append(
            f"Appointment.meta.versionId was {in_words(version_id(before))} and is {in_words(version_id(after))}"
        )
    recorder.expect(
        requirement,
        after.status == 200 and not wrong,
        expected="the entry is unchanged by what was rejected",
        actual="as expected" if not wrong else "; ".join(wrong[:5]),
        of=[*([before] if before else []), after],
        where="Appointment",
    )


@decides("REG-04")
def each_has_its_own(recorder: Recorder, answers: Sequence[tuple[Mapping[str, Any], Exchange]]) -> None:
    """REG-04: of those who register at the same moment each is answered with its own pointer."""
    for sent, exchange in answers:
        wrong = changes(sent, exchange.resource) if exchange.ok else [exchange.summary()]
        recorder.expect(
            "REG-04",
            not wrong,
            expected="the pointer as it was registered",
            actual="as expected" if not wrong else "; ".join(wrong[:5]),
            of=exchange,
            where="body",
        )
    ids = [exchange.resource.get("id") for _, exchange in answers if exchange.ok]
    actual = "as expected" if len(set(ids)) == len(ids) else "one id for both"
    of = [exchange for _, exchange in answers]
    recorder.expect("REG-04", len(set(ids)) == len(ids), expected="an id of its own", actual=actual, of=of, where="id")


@decides("REG-14")
def each_is_kept(recorder: Recorder, kept: Sequence[tuple[Entry, Exchange | None]]) -> None:
    """REG-14: what was registered at the same moment as another is there afterwards."""
    for entry, read in kept:
        if read is None:
            recorder.not_observed("REG-14", f"registering was answered with {entry.made.summary()}", of=entry.made)
        else:
            is_read(recorder, entry, read)


@decides("REG-09")
def refusals_say_why(recorder: Recorder, trial: Trial) -> None:
    """REG-09: a 422 has an OperationOutcome; with a 400 one is welcome."""
    for exchange in trial.refusals():
        there = exchange.resource.get("resourceType") == "OperationOutcome"
        expected = "an OperationOutcome with the rejection"
        if exchange.status == 422 or there:
            actual = "it has" if there else f"{exchange.note}: {exchange.summary()} without it"
            recorder.expect("REG-09", there, expected=expected, actual=actual, of=exchange, where="body")
        elif exchange.status == 400:
            actual = f"{exchange.note}: 400 without it, where it would be welcome"
            recorder.falls_short("REG-09", expected=expected, actual=actual, of=exchange, where="body")


@dataclass(frozen=True)
class Searches:
    """Searches for the patient, before the trial and after it.

    A ``declared`` patient has entries from before, and others may register more meanwhile: those point elsewhere.
    """

    before: Exchange | None
    after: Exchange
    declared: bool


@decides(named=True)
def nothing_was_registered(recorder: Recorder, requirement: str, trial: Trial, searches: Searches) -> None:
    """What was rejected left no entry behind."""
    before, after = searches.before, searches.after
    accepted = [*(row.exchange for row in trial.rows if row.exchange and row.exchange.ok), trial.twin]
    known = {str(each.resource.get("id")) for each in accepted if each}
    known |= set(shown_ids(before)) if before else set()
    new = [one for one in bundle_resources(after.resource, "Appointment") if str(one.get("id")) not in known]
    if searches.declared:
        tried = {value for row in trial.rows if row.call for value in _pointed_to(row.call.resource or {})}
        new = [one for one in new if not _pointed_to(one) or tried & _pointed_to(one)]
    recorder.expect(
        requirement,
        after.status == 200 and not new,
        expected="no entry of the patient but those that were accepted",
        actual=f"{len(new)} others" if new else after.answered(),
        of=[*([before] if before else []), *trial.refusals(), after],
        where="Bundle.entry",
    )


def _pointed_to(entry: Mapping[str, Any]) -> set[str]:
    identifiers = entry.get("identifier")
    found = [each.get("value") for each in identifiers or [] if isinstance(each, Mapping)]
    return {value for value in found if isinstance(value, str)}


@decides("REG-19")
def one_update_wins(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """REG-19: of two updates from the same version one succeeds, the other is rejected as stale."""
    won = [exchange for exchange in answers if exchange.ok]
    recorder.expect(
        "REG-19",
        len(won) == 1,
        expected="exactly one of the updates succeeds",
        actual=f"{len(won)} of {len(answers)} did",
        of=answers,
        where="status",
    )
    for exchange in answers:
        if not exchange.ok:
            recorder.expect_answer("REG-19", "registry-stale-version", exchange)


@decides("REG-19")
def shows_one_cancelled(recorder: Recorder, exchange: Exchange) -> None:
    """REG-19: afterwards a search by its URL shows the entry once, and cancelled."""
    statuses = [resource.get("status") for resource in bundle_resources(exchange.resource, "Appointment")]
    recorder.expect(
        "REG-19",
        statuses == ["cancelled"],
        expected="one entry, cancelled",
        actual=f"statuses {statuses}" if exchange.ok else exchange.summary(),
        of=exchange,
        where="Bundle.entry",
    )


def _location(recorder: Recorder, requirement: str, exchange: Exchange) -> None:
    location = exchange.header("Location") or ""
    form = location_form(location)
    actual = f"Location: {location}" if location else "no Location header"
    recorder.expect_value(requirement, "registry-location-form", form, actual=actual, of=exchange, where="Location")
    named = f"/Appointment/{exchange.resource.get('id')}"
    if "/_history/" in location and version_id(exchange):
        named += f"/_history/{version_id(exchange)}"
    if location:
        met = f"{named}/" in f"{location}/"
        recorder.expect(
            requirement, met, expected=f"a Location that names {named}", actual=location, of=exchange, where="Location"
        )


def _identity(exchange: Exchange) -> dict[str, str]:
    return {"id": str(exchange.resource.get("id") or ""), "meta.versionId": version_id(exchange)}


def shown_ids(exchange: Exchange) -> list[str]:
    """The ids of the entries that a search shows."""
    return [str(resource.get("id")) for resource in bundle_resources(exchange.resource, "Appointment")]


def entry_id(entry: Entry) -> str:
    """The id that the registry gave the entry."""
    return str(entry.made.resource.get("id"))


@decides("REG-19")
def refused_as_stale(recorder: Recorder, exchange: Exchange) -> None:
    """REG-19: an update from another version than the current one is rejected."""
    recorder.expect_answer("REG-19", "registry-stale-version", exchange)
