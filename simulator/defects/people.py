"""Defects that people meet whose names, numbers and kin are not the shortest."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from ..fault_making import breaks, done, in_contained, near, provider, rewriting, warned, with_body, without
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault

Resource = dict[str, Any]


def _patient(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((one for one in body.get("contained") or [] if one.get("resourceType") == "Patient"), {})


def _refusing(test: Callable[[Mapping[str, Any]], bool], reason: str) -> Callable[..., Any]:
    """Bookings for such patients are refused."""

    def booking(original: Any, body: Mapping[str, Any]) -> Any:
        if test(_patient(body)):
            raise Refused("profile-breach", reason, "Appointment.contained.where($this is Patient)")
        return original(body)

    return booking


def _stored(change: Callable[[Resource], Any]) -> Callable[..., Any]:
    """Bookings are kept with the patient changed."""

    def booked(original: Any, body: Any, new_id: str, now: Any) -> Any:
        resource = copy.deepcopy(original(body, new_id, now))
        in_contained("Patient", change)(resource)
        return resource

    return booked


def _families(change: Callable[[str], str]) -> Callable[[Resource], None]:
    def change_all(patient: Resource) -> None:
        for name in patient.get("name", []):
            name["family"] = change(name.get("family", ""))

    return change_all


def _given(patient: Mapping[str, Any]) -> list[str]:
    return [given for name in patient.get("name") or [] for given in name.get("given") or []]


def _one_given(patient: Resource) -> None:
    for name in patient.get("name", []):
        name["given"] = name.get("given", [])[:1]


def _first_is_second(patient: Resource) -> None:
    for name in patient.get("name", []):
        name["given"] = name.get("given", [])[1:] or name.get("given", [])


def _one_line(patient: Resource) -> None:
    for address in patient.get("address", []):
        address["line"] = address.get("line", [])[:1]


def _ranks_of_first(patient: Resource) -> None:
    for point in patient.get("telecom", []):
        point["rank"] = 1


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def cancelling_forgets_the_next_of_kin(original: Any, previous: Any, cancelled: Resource) -> Resource:
    """The answer to a cancellation has no contacts of the patient."""
    resource = copy.deepcopy(original(previous, cancelled))
    in_contained("Patient", without("contact"))(resource)
    return resource


def _read(name: str, summary: str, change: Callable[[Resource], Any]) -> Fault:
    return rewriting(name, "PRV-GET-01", summary, with_body(in_contained("Patient", change), done("read")))


def _refuses(name: str, summary: str, test: Callable[[Mapping[str, Any]], bool], reason: str) -> Fault:
    return provider(name, "PRV-BOOK-01", summary, ProviderRules.booking, _refusing(test, reason))


def _keeps(name: str, summary: str, change: Callable[[Resource], Any]) -> Fault:
    return provider(name, "PRV-BOOK-07", summary, ProviderRules.booked, _stored(change))


PEOPLE: tuple[Fault, ...] = (
    _refuses(
        "refuses-second-given-names",
        "A patient with two given names is refused.",
        lambda patient: len(_given(patient)) > 1,
        "One given name is expected.",
    ),
    _refuses(
        "refuses-apostrophes",
        "A family name with an apostrophe is refused.",
        lambda patient: any("'" in name.get("family", "") for name in patient.get("name") or []),
        "A name has letters only.",
    ),
    _refuses(
        "refuses-second-numbers",
        "A patient with two telephone numbers is refused.",
        lambda patient: len(patient.get("telecom") or []) > 1,
        "One telephone number is expected.",
    ),
    near(
        _refuses(
            "needs-a-next-of-kin",
            "A patient of whom no next of kin is told is refused.",
            lambda patient: not patient.get("contact"),
            "A next of kin is expected.",
        ),
        "PRV-BOOK-29",
    ),
    _keeps("names-lose-what-is-behind-a-blank", "Family names end at a blank.", _families(lambda n: n.split()[0])),
    _keeps("names-are-cut", "Family names are kept with 12 characters.", _families(lambda name: name[:12])),
    _keeps("apostrophes-are-escaped", "Apostrophes are kept as &#39;.", _families(lambda n: n.replace("'", "&#39;"))),
    warned(_keeps("second-given-names-are-dropped", "Of the given names the first is kept.", _one_given)),
    _keeps("second-given-name-is-the-first", "The first given name is dropped.", _first_is_second),
    _read("reads-have-one-given-name", "A read shows one given name, the booking all.", _one_given),
    _read("reads-have-one-line-of-address", "A read shows one line of address, the booking all.", _one_line),
    _read("reads-rank-all-first", "A read gives each contact point of the patient rank 1.", _ranks_of_first),
)
