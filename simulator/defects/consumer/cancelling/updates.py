"""Defects in cancelling: the version named, the address, whether it is done at all, and what the user is told."""

from __future__ import annotations

from typing import Any

from uec_booking.standard import names

from ....consumer.desk import Desk
from ....consumer.encounter import Encounter
from ....consumer.flow.call import CallFlow
from ....consumer.flow.cancelling import Cancelling
from ....consumer.memory import Memory
from ....consumer.rules import DeskRules
from ....consumer.wire.addresses import Addresses
from ....consumer.wire.provider import ProviderClient
from ....fault_making import breaks


@breaks("CON-BOOK-05", Addresses.kept)
def keeps_an_address_of_its_own(original: Any, root: str, location: str) -> str:
    """In place of the booking's address one is kept that is made of the end of its id."""
    return f"{original(root, location)[:-4]}"


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_a_stale_version(original: Any, answer: Any) -> str:
    """The update names the version before the one that was read."""
    meta = (answer.resource or {}).get("meta", {})
    version = str(meta.get("versionId", ""))
    return f'W/"{int(version) - 1 if version.isdecimal() else 0}"'


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_the_first_version(original: Any, answer: Any) -> str:
    """The update names the version of the booking, whichever one was read."""
    return 'W/"1"'


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_no_version(original: Any, answer: Any) -> str:
    """The update has no If-Match."""
    return ""


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_any_version(original: Any, answer: Any) -> str:
    """If-Match is an asterisk, so that any version is overwritten."""
    return "*"


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_a_strong_version(original: Any, answer: Any) -> str:
    """If-Match is a strong ETag, without W/."""
    return str(original(answer)).removeprefix("W/")


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_a_version_without_quotes(original: Any, answer: Any) -> str:
    """If-Match is the bare number of the version."""
    return str(original(answer)).removeprefix("W/").strip('"')


@breaks("CON-CAN-04", ProviderClient.update)
def updates_the_version(original: Any, encounter: Any, place: Any, url: str, body: Any, *rest: Any) -> Any:
    """The update goes to the address of the version that was read."""
    return original(encounter, place, f"{url}/_history/{body['meta']['versionId']}", body, *rest)


@breaks("CON-CAN-04", ProviderClient.update)
def updates_the_collection(original: Any, encounter: Any, place: Any, url: str, *rest: Any) -> Any:
    """The update goes to the address where bookings are posted."""
    return original(encounter, place, url.rpartition("/")[0], *rest)


@breaks("CON-CAN-06", ProviderClient.update)
def resends_blindly(original: Any, *arguments: Any) -> Any:
    """A cancellation that met a conflict is sent again as it is."""
    answer = original(*arguments)
    return original(*arguments) if answer.status in (409, 412) else answer


@breaks("CON-CAN-06", ProviderClient.update)
def guesses_the_next_version(
    original: Any, encounter: Any, place: Any, url: str, body: Any, if_match: str, request_id: str
) -> Any:
    """After a conflict the next version is named without being read, so that it is overwritten."""
    answer = original(encounter, place, url, body, if_match, request_id)
    if answer.status not in (409, 412):
        return answer
    version = int(body["meta"]["versionId"]) + 1
    return original(encounter, place, url, body, f'W/"{version}"', original.__self__.request_id())


@breaks("CON-CAN-06", ProviderClient.update)
def overwrites_after_a_conflict(
    original: Any, encounter: Any, place: Any, url: str, body: Any, if_match: str, request_id: str
) -> Any:
    """After a conflict the cancellation is sent again for any version."""
    answer = original(encounter, place, url, body, if_match, request_id)
    if answer.status not in (409, 412):
        return answer
    return original(encounter, place, url, body, "*", original.__self__.request_id())


@breaks("CON-CAN-08", CallFlow.may_cancel)
def cancels_with_a_new_booking_only(original: Any, encounter: Encounter) -> bool:
    """A booking cannot be cancelled later unless another one is made."""
    return bool(encounter.service_wanted) and bool(original(encounter))


@breaks("CON-CAN-08", Memory.remember)
def forgets_its_bookings(original: Any, encounter: Any, appointment: Any) -> None:
    """Bookings are forgotten with the call in which they were made."""


@breaks("CON-CAN-08", Cancelling.cancel)
def leaves_cancelling_to_the_provider(original: Any, encounter: Any, known: Any) -> bool:
    """The user is told to ring the provider; nothing is cancelled over the wire."""
    cancelling: Cancelling = original.__self__
    return cancelling.not_cancelled(encounter, known, "ring the provider to have it cancelled")


def _succeeds_at(*statuses: int) -> Any:
    return lambda answer: answer.status in statuses


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_a_conflict(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider answered 409."""
    return bool(_succeeds_at(409)(answer) or original(answer))


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_a_failed_precondition(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider answered 412."""
    return bool(_succeeds_at(412)(answer) or original(answer))


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_a_refusal(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider did not allow it (403)."""
    return bool((_succeeds_at(403)(answer) and answer.kind) or original(answer))


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_a_server_error(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider answered 500."""
    return bool(_succeeds_at(500)(answer) or original(answer))


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_what_is_gone(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider does not know it (404, 410)."""
    return bool(_succeeds_at(404, 410)(answer) or original(answer))


@breaks("CON-CAN-07", ProviderClient.update)
def shows_the_cancellation_before_the_answer(original: Any, encounter: Any, place: Any, url: str, *rest: Any) -> Any:
    """The user is shown the appointment as cancelled while the update is being sent."""
    encounter.show("cancelled-shown", [{"url": url, "start": "", "service": ""}], "Cancelled.")
    return original(encounter, place, url, *rest)


@breaks("CON-CAN-07", Cancelling.cancelled)
def never_tells_of_a_cancellation(original: Any, encounter: Any, known: Any) -> bool:
    """The user is not told that the appointment is cancelled."""
    original.__self__._memory.ended(known.url)
    return True


@breaks("CON-CAN-07", Cancelling.not_cancelled)
def never_tells_of_a_failed_cancellation(original: Any, encounter: Any, known: Any, why: str) -> bool:
    """The user is not told that the appointment is not cancelled."""
    return False


@breaks("CON-CAN-07", Cancelling.hindered)
def says_nothing_of_what_is_cancelled_already(
    original: Any, encounter: Any, known: Any, *rest: Any, **named: Any
) -> Any:
    """Where the provider has cancelled the appointment itself, the user is told nothing."""
    told = len(encounter.events)
    done = original(encounter, known, *rest, **named)
    if done:
        del encounter.events[told:]
    return done


@breaks("CON-CAN-06", ProviderClient.update)
def resends_blindly_the_second_time(original: Any, *arguments: Any) -> Any:
    """After a second conflict a cancellation is sent again without being read."""
    answer = original(*arguments)
    met = vars(original.__self__).setdefault("conflicts", {})
    url = arguments[2]
    met[url] = met.get(url, 0) + (answer.status in (409, 412))
    return original(*arguments) if met[url] == 2 else answer


@breaks("WKF-01", ProviderClient.update)
def cancels_by_a_patch(
    original: Any, encounter: Any, place: Any, url: str, body: Any, if_match: str, request_id: str
) -> Any:
    """A cancellation is a PATCH of the status, which the standard does not have."""
    client: ProviderClient = original.__self__
    change, headers = {"resourceType": "Appointment", "status": "cancelled"}, {"If-Match": if_match}
    return client._call(encounter, place, names.UPDATE_APPOINTMENT, "PATCH", url, change, request_id, headers)


@breaks("CON-CAN-08", Desk._taken)
def says_that_it_cannot_cancel_later(original: Any, encounter: Encounter) -> tuple[str, str]:
    """A patient who only wants an appointment cancelled is told that the desk cannot do that."""
    if not encounter.service_wanted:
        return "unsupported", "The desk cancels only within the call in which it booked."
    answer: tuple[str, str] = original(encounter)
    return answer
