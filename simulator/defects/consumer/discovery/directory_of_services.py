"""Defects in finding where to book: the Directory of Services, and the flag that a referral needs a booking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....consumer.encounter import CannotCarryOut, Stopped
from ....consumer.flow.call import CallFlow
from ....consumer.flow.discovery import Discovery
from ....consumer.rules import DeskRules
from ....consumer.wire.dos import DosClient
from ....fault_making import breaks


@breaks("DOS-01", Discovery.place)
def takes_the_endpoint_of_another_service(original: Any, encounter: Any, service: str) -> Any:
    """Whichever service is chosen, the endpoint of another one in the list is looked up."""
    return original(encounter, next((one for one in encounter.services if one != service), service))


@breaks("DOS-05", Discovery.is_for_scheduling)
def finds_no_endpoint_for_its_interaction(original: Any, endpoint: Any) -> bool:
    """The interaction of an endpoint is compared as booking, so that no scheduling endpoint is found."""
    return bool(original(replace(endpoint, interaction="booking")))


@breaks("DOS-02", Discovery.stripped)
def keeps_the_prefix_of_the_pointer(original: Any, encounter: Any, pointer: str) -> str:
    """The prefix ASID: stays on the value that is looked up."""
    return f"ASID:{original(encounter, pointer)}"


@breaks("DOS-03", Discovery.one_pointer)
def takes_the_first_of_several_pointers(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """Of several scheduling pointers the first one is used."""
    return str(original(encounter, service, pointers[:1]))


@breaks("DOS-03", Discovery.one_pointer)
def takes_the_last_of_several_pointers(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """Of several scheduling pointers the last one is used."""
    return str(original(encounter, service, pointers[-1:]))


@breaks("DOS-03", Discovery.one_pointer)
def takes_several_pointers_for_none(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """With several scheduling pointers the call goes on as with none, and the referral is sent."""
    return str(original(encounter, service, pointers if len(pointers) < 2 else []))


@breaks("DOS-03", Discovery.one_pointer)
def halts_without_a_word(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """With several scheduling pointers the booking stops, and the user is not told why."""
    if len(pointers) > 1:
        raise Stopped("several pointers")
    return str(original(encounter, service, pointers))


@breaks("DOS-04", Discovery.one_pointer)
def needs_a_pointer(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """Without a scheduling pointer the call breaks off, and the existing ways of referral do not go on."""
    if not pointers:
        raise CannotCarryOut(f"Service {service} has no booking endpoint.")
    return str(original(encounter, service, pointers))


@breaks("DOS-04", Discovery.one_pointer)
def looks_up_the_service_id(original: Any, encounter: Any, service: str, pointers: Any) -> str:
    """Without a scheduling pointer the id of the service is looked up in the Spine Directory."""
    return str(original(encounter, service, pointers)) or f"ASID:{service}"


@breaks("DOS-05", Discovery.place)
def books_by_other_means(original: Any, encounter: Any, service: str) -> None:
    """Every service is booked by means of the vendor's own, although it has a booking endpoint."""
    return None


@breaks("DOS-08", DeskRules.referral_needs_booking)
def takes_no_word_for_required(original: Any, requires_booking: str | None) -> bool:
    """A service that says nothing of bookings takes no referral without one."""
    return requires_booking is None or bool(original(requires_booking))


@breaks("DOS-09", DeskRules.referral_needs_booking)
def refers_without_the_booking(original: Any, requires_booking: str | None) -> bool:
    """The referral is sent without a booking, although the service requires one."""
    return False


@breaks("DOS-09", DosClient.requires_booking)
def knows_the_newer_spelling_only(original: Any, attributes: Any) -> Any:
    """The older name of the attribute that requires a booking is not known."""
    return original({name: value for name, value in attributes.items() if name != "requiresappointment"})


@breaks("DOS-10", DeskRules.referral_needs_booking)
def takes_false_for_required(original: Any, requires_booking: str | None) -> bool:
    """The attribute requires a booking when it is there, whatever its value is."""
    return requires_booking is not None


@breaks("DOS-11", CallFlow.refer)
def blocks_the_referral_without_a_word(original: Any, encounter: Any, service: Any) -> None:
    """A referral that needs a booking is blocked, and the user is not told why."""
    original(encounter, service)
    last = encounter.events[-1]
    if last["what"] == "referral-blocked":
        last["text"] = ""


@breaks("DOS-12", CallFlow.refer)
def blocks_the_referral_of_a_booking(original: Any, encounter: Any, service: Any) -> None:
    """A service that requires a booking takes no referral, although one was made."""
    if service.requires_booking == "true":
        about = [{"url": "", "start": "", "service": service.id}]
        encounter.show("referral-blocked", about, f"{service.name} requires a booking.")
        return
    original(encounter, service)
