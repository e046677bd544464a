"""Finds out what became of a booking that was sent and not answered properly, or rejected, and cancels what it made.

First by asking only: a search for the patient's appointments where the settings claim it (a registry always has one),
and whether the very slot is still offered as free. Where neither tells, the same request is sent again with the same
X-Request-ID. That is what the id is for (PRV-XTI-03, CF-47): a provider that has booked it answers 409, or up to 0.2.0
with the appointment. It is safe with one that does not heed the id, too: a slot holds one appointment, so the request
is rejected because the slot is taken, or it books; then its URL is known and it is cancelled, and the slot has to be
free afterwards. It is not sent again where it was made to be rejected, where its start is past, where the system left
such a retry without an answer before, nor to a registry, which can be searched and has no slots that would stop a
second entry.

A 4xx that is not in FHIR may be of a gateway that rejected what the provider has carried out, and counts as no answer.
Where it is in FHIR it counts as a rejection; then the patient's appointments are looked at once, where they can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.standard import names

from ..actors import calls
from ..actors.paging import pages
from ..bookkeeping.booking_entries import Booked, Rejected, Requested
from ..bookkeeping.booking_log import booked, is_proper, values
from ..fhir import bundle_resources, contained
from ..http.exchange import Exchange, Sent
from ..http.sent import resource_in
from ..http.times import moment
from ..http.urls import appointment_at
from ..scenario.matches_request import strays
from .clearing import ENDED, Clearing

#: Refusals, in FHIR, of what the request itself is: the first time it was refused just so, whatever came back.
_REFUSED_FOR_ITSELF = frozenset({400, 401, 403, 404, 405, 406, 413, 415})

_NEAR = timedelta(seconds=1)

_LOST = "its answer was lost"

#: Whether an appointment that was found is of what was asked for.
_Matches = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


class LostAnswers:
    """Resolves what was requested; ``clearing`` sends and cancels.

    ``known`` are the URLs of the appointments that answers showed: they are dealt with already.
    """

    def __init__(self, clearing: Clearing, known: Iterable[str] = ()) -> None:
        self._clearing = clearing
        self._no_more_retries: set[str] = set()
        self._known = set(known)
        #: What became of each appointment that was found, by its URL: empty, or why it may still stand.
        self._dealt_with: dict[str, str] = {}
        #: A patient's appointments, by system, organisation and patient; None where they could not be seen.
        self._searched: dict[tuple[str, str, str], list[Mapping[str, Any]] | None] = {}
        #: What has to be told although nothing is left of it.
        self.notes: list[str] = []

    def resolve(self, requested: Requested, refusal: Rejected | None = None) -> str:
        """Cancel what the request made; returns why it may still stand, or nothing.

        ``refusal`` is what came back in place of an answer of the system's own.
        """
        return self._clearing.guarded(requested, lambda: self._resolve(requested, refusal))

    def look_after(self, requested: Requested, refusal: Rejected) -> str:
        """Cancel what stands of a request that was rejected; returns why it may still stand, or nothing.

        By asking only, and only an appointment that is surely of this request: most rejections are what they seem, and
        then somebody else may have booked the slot for the same test patient. What cannot be seen is taken as rejected.
        """
        left: list[str] = []
        self._clearing.guarded(requested, lambda: self._look_after(requested, refusal, left))
        return next(iter(left), "")

    def is_nowhere(self, requested: Requested) -> bool:
        """Whether the system shows, without being asked to book anything, that nothing of a request stands."""
        return not self._clearing.guarded(requested, lambda: "" if self._looked_for(requested) == "" else "it stands")

    def _resolve(self, requested: Requested, refusal: Rejected | None) -> str:
        told = self._looked_for(requested, refusal)
        if told is not None:
            return told
        lost = f"it was answered with {refusal.answer}, which need not be the system's own" if refusal else _LOST
        why = self._why_not_again(requested, lost)
        return why or self._sent_again(requested, lost)

    def _looked_for(self, requested: Requested, refusal: Rejected | None = None) -> str | None:
        """By asking only: nothing left (empty), what is left, or None where that could not be seen."""
        found = self._of_the_patient(requested, _may_be_of if refusal else _is_of)
        if found:
            return next(filter(None, [self._ended(one, refusal) for one in found]), "")
        return "" if found is not None or self._slot_is_free(requested) else None

    def _look_after(self, requested: Requested, refusal: Rejected, left: list[str]) -> str:
        found = self._of_the_patient(requested, _is_surely_of) or []
        found = [one for one in found if one.url not in self._known and one.url not in self._dealt_with]
        left += filter(None, [self._ended(one, refusal) for one in found])
        return ""

    def _ended(self, found: Booked, refusal: Rejected | None) -> str:
        """Cancel what was found, once; returns why it may still stand."""
        if found.url not in self._dealt_with:
            problem = self._dealt_with[found.url] = self._clearing.cancel(found).problem
            if refusal and not problem and found.url not in self._known:
                self.notes.append(f"{found.url} was booked although the answer was {refusal.answer}; it was cancelled")
        return self._dealt_with[found.url]

    def _of_the_patient(self, requested: Requested, is_it: _Matches) -> list[Booked] | None:
        """The appointments of the patient that the request may have made and that stand; None where none can say."""
        asked = _asked(requested)
        appointments = self._appointments(requested) if asked else None
        if appointments is None:
            return None
        found = [one for one in appointments if is_it(one, asked)]
        identities = [str(one.get("id") or "") for one in found if one.get("status") not in ENDED]
        made = [_booked(requested, identity) for identity in identities]
        return [one for one in made if one is not None]

    def _appointments(self, requested: Requested) -> list[Mapping[str, Any]] | None:
        """The appointments of the patient, searched for once; None where that could not be done.

        Of an entry that a search by patient may not show, those with its URL.
        """
        part = self._clearing.part(requested)
        entries = not part.as_role.offers_slots
        url = next(iter(values(_asked(requested), names.URL_SYSTEM)), "") if entries else ""
        if not entries and "appointment-search" not in self._clearing.settings.capabilities:
            return None
        patient = _patient(requested)
        call = calls.search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{requested.nhs_number}")
        if url and (_is_past(requested) or not requested.nhs_number):
            # A search by patient may leave out what is past (REG-16).
            patient = (*patient[:2], url)
            call = call.changed(query=(("identifier", f"{names.URL_SYSTEM}|{url}"),))
        elif not requested.nhs_number:
            return None
        if patient not in self._searched:
            found: list[Mapping[str, Any]] = []
            for exchange in pages(self._clearing.asking(requested), part, call):
                if not _is_searchset(exchange):
                    self._searched[patient] = None
                    break
                found += bundle_resources(exchange.resource, "Appointment")
            else:
                self._searched[patient] = found
        return self._searched[patient]

    def _slot_is_free(self, requested: Requested) -> bool:
        """Whether the very slot of the request is offered: nothing stands in it then."""
        part, start = self._clearing.part(requested), moment(requested.start)
        if not part.as_role.offers_slots or start is None or not requested.slot:
            return False
        asking = self._clearing.asking(requested)
        for service in dict.fromkeys(part.services.values()):
            for exchange in pages(asking, part, calls.search_slots(service, start - _NEAR, start + _NEAR)):
                for slot in bundle_resources(exchange.resource, "Slot") if _is_searchset(exchange) else []:
                    same = requested.slot in (slot.get("id"), *values(slot)) and moment(slot.get("start")) == start
                    if same and slot.get("status") == "free":
                        return True
        return False

    def _why_not_again(self, requested: Requested, lost: str) -> str:
        if not self._clearing.part(requested).as_role.offers_slots:
            return "the registry could not be searched for it"
        if not (requested.repeatable and requested.request_id):
            return lost
        if _is_past(requested):
            return f"{lost}, and its start is past"
        if requested.system in self._no_more_retries:
            return f"{lost}, and another request that was sent again had no answer"
        return ""

    def _sent_again(self, requested: Requested, lost: str) -> str:
        call = calls.Call(
            "POST",
            "/Appointment",
            names.CREATE_APPOINTMENT,
            names.SCOPE_APPOINTMENT_WRITE,
            content=requested.body,
            format=requested.format,
            request_id=requested.request_id,
            note=f"sent again, because {lost}",
        )
        # What was found before says nothing any more.
        self._searched.pop(_patient(requested), None)
        answer = self._clearing.send(requested, call)
        if not answer.reached:
            self._no_more_retries.add(requested.system)
        made = booked(answer, requested)
        if not made:
            refused = answer.status in _REFUSED_FOR_ITSELF and answer.resource.get("resourceType") == "OperationOutcome"
            return "" if refused else f"{lost}; sent again, it was answered with {answer.summary()}"
        left = next(filter(None, (self._clearing.cancel(one).problem for one in made)), "")
        if left or not is_proper(answer):
            return left or f"sent again, it was answered with {answer.summary()}"
        if self._slot_is_free(requested):
            return ""
        return "sent again, it was booked and cancelled, but its slot is not free"


def told(requested: Requested, where: str, why: str) -> str:
    """The line for the notes of a run: enough for a person to find the booking and to cancel it."""
    patient = f"patient {requested.nhs_number}" if requested.nhs_number else "a patient without NHS number"
    known = [f"slot {requested.slot}" if requested.slot else "", f"start {requested.start}" if requested.start else ""]
    what = ", ".join([patient, *filter(None, known)])
    return f"a booking may stand at {where} ({requested.base_url}), of {what}: {why}"


def _is_past(requested: Requested) -> bool:
    start = moment(requested.start)
    return start is None or start <= datetime.now(UTC)


def _patient(requested: Requested) -> tuple[str, str, str]:
    return requested.system, requested.organisation, requested.nhs_number


def _asked(requested: Requested) -> Mapping[str, Any]:
    kind = (("Content-Type", requested.format),)
    return resource_in(Sent("POST", requested.base_url, kind, requested.body))


def _is_searchset(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.resource.get("resourceType") == "Bundle"


def _is_of(found: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether it is what was asked for: as an entry the same URL (REG-06), else the same patient, slot and times."""
    originals = set(values(asked, names.URL_SYSTEM))
    return originals <= set(values(found, names.URL_SYSTEM)) if originals else not strays(found, asked)


def _may_be_of(found: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """As ``_is_of``, and not of another request, which may have taken the slot for the same test patient."""
    ours, theirs = _documents(asked), _documents(found)
    return _is_of(found, asked) and (not ours or not theirs or bool(ours & theirs))


def _is_surely_of(found: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """As ``_may_be_of``, with what only this request had: its URL as an entry, its document, or when it was made."""
    created = moment(asked.get("created"))
    shown = (
        bool(set(values(asked, names.URL_SYSTEM)))
        or bool(_documents(asked) & _documents(found))
        or (created is not None and moment(found.get("created")) == created)
    )
    return shown and _may_be_of(found, asked)


def _documents(body: Mapping[str, Any]) -> set[str]:
    return set(values(contained(body, "DocumentReference") or {}))


def _booked(requested: Requested, identity: str) -> Booked | None:
    url = appointment_at(identity, requested.base_url)
    if not url:
        return None
    return Booked(system=requested.system, base_url=requested.base_url, url=url, organisation=requested.organisation)
