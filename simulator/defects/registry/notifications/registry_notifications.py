"""Defects of what a provider tells the registry: of some bookings only, again, of others, or too much."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import g, request

from ....fault_making import breaks, near, provider
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....seams import Fault
from ....world import is_111


@breaks("REG-06", ProviderRules.registry_entry)
def registry_told_in_words(original: Any, resource: Any, url: str) -> Any:
    """The registry is sent the complaint, in the narrative."""
    entry = original(resource, url)
    if entry is not None:
        words = f"{resource.get('description', '')}".replace("<", " ").replace("&", " ")
        div = f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'
        entry["text"] = {"status": "generated", "div": div}
    return entry


def _untold(when: Callable[[Any], bool]) -> Callable[..., Any]:
    """Bookings of which this holds are not told."""

    def registry_entry(original: Any, resource: Any, url: str) -> Any:
        return None if when(resource) else original(resource, url)

    return registry_entry


def _patients(resource: Any) -> list[Any]:
    return [each for each in resource.get("contained") or [] if each.get("resourceType") == "Patient"]


def _came_in_xml(resource: Any) -> bool:
    return "xml" in (request.content_type or "")


def _came_in_gzip(resource: Any) -> bool:
    return request.headers.get("Content-Encoding") == "gzip"


def _third_party(resource: Any) -> bool:
    return any(each.get("contact") for each in _patients(resource))


def _beyond_ascii(resource: Any) -> bool:
    return any(not str(each.get("name")).isascii() for each in _patients(resource))


def _by_no_111_service(resource: Any) -> bool:
    return not is_111(g.caller.ods)


@breaks("REG-11", ProviderRecords.owe_registry, near="PRV-CAN-14")
def registry_untold_of_others_cancelling(
    original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any
) -> None:
    """Entries are ended only when the organisation that booked cancels."""
    if kind == "book" or original.__self__.current(tx, appointment_id).organisation == g.caller.ods:
        original(tx, appointment_id, kind, url, entry)


@breaks("REG-11", ProviderRules.registry_hears_of_cancel, near="FMT-02")
def registry_untold_of_xml_cancelling(original: Any, resource: Any) -> bool:
    """Entries are not ended by cancellations in XML."""
    return not _came_in_xml(resource) and original(resource)


@breaks("REG-10", ProviderRecords.owe_registry)
def registry_told_again_later(original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any) -> None:
    """With each booking the one before is registered once more."""
    original(tx, appointment_id, kind, url, entry)
    if kind == "book":
        records = original.__self__
        before = getattr(records, "told_of_before", None)
        if before:
            original(tx, *before)
        records.told_of_before = (appointment_id, kind, url, entry)


@breaks("REG-10", ProviderRecords.owe_registry)
def registry_told_of_none(original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any) -> None:
    """Beside each booking one is registered that nobody made."""
    original(tx, appointment_id, kind, url, entry)
    if kind == "book":
        other = url.replace(appointment_id, str(uuid.uuid4()))
        elsewhere = {**entry, "identifier": [{**entry["identifier"][0], "value": other}]}
        original(tx, appointment_id, kind, other, elsewhere)


@breaks("REG-11", ProviderRecords.owe_registry)
def registry_told_of_two_cancelled(
    original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any
) -> None:
    """A cancellation ends the entry of the appointment booked before, too.

    The entry of the appointment that was booked before is ended as well.
    """
    original(tx, appointment_id, kind, url, entry)
    records = original.__self__
    if kind == "book":
        records.ended_before = (*getattr(records, "ended_before", ())[-1:], (appointment_id, url))
        return
    before, records.ended_before = getattr(records, "ended_before", ()), ()
    for other_id, other in before:
        stored = records.current(tx, other_id)
        if other_id != appointment_id and stored is not None and stored.status == "booked":
            original(tx, other_id, "cancel", other, {})


def _entry_with(change: Callable[[dict[str, Any], Any], Any]) -> Callable[..., Any]:
    def registry_entry(original: Any, resource: Any, url: str) -> Any:
        entry = original(resource, url)
        if entry is not None:
            change(entry, resource)
        return entry

    return registry_entry


def _when(test: Callable[[Any], bool], change: Callable[[dict[str, Any], Any], Any]) -> Callable[..., Any]:
    return _entry_with(lambda entry, resource: change(entry, resource) if test(resource) else None)


def _name_as_display(entry: dict[str, Any], resource: Any) -> None:
    name = _patients(resource)[0]["name"][0]
    entry["participant"][0]["actor"]["display"] = f"{name['given'][0]} {name['family']}"


def _tagged(entry: dict[str, Any], resource: Any) -> None:
    entry["meta"] = {**entry.get("meta", {}), "tag": [{"display": resource["description"]}]}


def _extended(entry: dict[str, Any], resource: Any) -> None:
    url = "https://provider.example/StructureDefinition/complaint"
    entry["extension"] = [{"url": url, "valueString": resource["description"]}]


def _typed(entry: dict[str, Any], resource: Any) -> None:
    entry["participant"][0]["type"] = [{"text": resource["description"]}]


def _postcode(entry: dict[str, Any], resource: Any) -> None:
    postcode = _patients(resource)[0]["address"][0]["postalCode"]
    entry["participant"][0]["actor"]["identifier"]["assigner"] = {"display": f"The practice for {postcode}"}


def _years_ago(entry: dict[str, Any], resource: Any) -> None:
    entry["created"] = "2015-05-06T07:08:00Z"


def _urgent(entry: dict[str, Any], resource: Any) -> None:
    entry["priority"] = 1


def _some(name: str, summary: str, when: Callable[[Any], bool], met_by: str) -> Fault:
    return near(provider(name, "REG-10", summary, ProviderRules.registry_entry, _untold(when)), met_by)


def _tells(name: str, requirement: str, summary: str, change: Callable[[dict[str, Any], Any], Any]) -> Fault:
    return provider(name, requirement, summary, ProviderRules.registry_entry, _entry_with(change))


REGISTRY_NOTIFICATIONS: tuple[Fault, ...] = (
    _some("registry-untold-of-xml", "The registry is not notified of bookings in XML.", _came_in_xml, "FMT-02"),
    _some(
        "registry-untold-of-gzip", "The registry is not notified of compressed bookings.", _came_in_gzip, "PRV-BOOK-34"
    ),
    _some(
        "registry-untold-of-third-parties",
        "The registry is not notified of bookings with details of a third party.",
        _third_party,
        "PRV-BOOK-22",
    ),
    _some(
        "registry-untold-of-names",
        "The registry is not notified of patients whose names are beyond ASCII.",
        _beyond_ascii,
        "FMT-08",
    ),
    _some(
        "registry-untold-of-others",
        "The registry is not notified of bookings by organisations that are no 111 service.",
        _by_no_111_service,
        "PRV-SRCH-34",
    ),
    _tells("registry-told-the-name", "REG-06", "The participant has the patient's name.", _name_as_display),
    _tells("registry-told-in-a-tag", "REG-06", "The registry is sent the complaint, in a tag.", _tagged),
    _tells("registry-told-in-extension", "REG-06", "The registry is sent the complaint, in an extension.", _extended),
    _tells("registry-told-in-a-type", "REG-06", "The registry is sent the complaint, as type of participant.", _typed),
    _tells("registry-told-the-postcode", "REG-06", "The registry is sent the patient's postcode.", _postcode),
    _tells("registry-told-the-priority", "REG-06", "The registry is sent the priority.", _urgent),
    _tells("registry-told-years-ago", "REG-07", "The entry's created is years ago.", _years_ago),
    near(
        provider(
            "registry-told-more-in-xml",
            "REG-06",
            "The registry is sent the complaint, of bookings in XML.",
            ProviderRules.registry_entry,
            _when(_came_in_xml, _extended),
        ),
        "FMT-02",
    ),
)
