"""Variations in the patient of a booking."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..body import Bodies
from .making import changed, row

Person = dict[str, Any]
_NEIGHBOUR = {"coding": [{"system": "http://hl7.org/fhir/v2/0131", "code": "N", "display": "Next-of-Kin"}]}


def _name(**elements: Any) -> Callable[[Person], object]:
    return lambda person: person["name"][0].update(copy.deepcopy(elements))


def _with(**elements: Any) -> Callable[[Person], object]:
    return lambda person: person.update(copy.deepcopy(elements))


def _two_given_names(person: Person) -> None:
    person["name"][0]["given"].append("Alex")


def _several_telecoms(person: Person) -> None:
    """Rank 1 once, ties below it, in any order (RES-PAT-14)."""
    person["telecom"] = [
        {"system": "email", "value": "someone@example.org", "use": "home", "rank": 2},
        {"system": "phone", "value": "0113 496 0001", "use": "work", "rank": 2},
        *person.get("telecom", []),
        {"system": "phone", "value": "07700 900001", "use": "mobile", "rank": 3},
    ]


def _contact(person: Person, name: Person, rank: int) -> None:
    telecom = [{"system": "phone", "value": "0113 496 0002", "rank": rank}]
    person["contact"] = [{"relationship": [_NEIGHBOUR], "name": name, "telecom": telecom}]


def _third_party(person: Person) -> None:
    _contact(person, {"use": "official", "family": "Neighbour", "given": ["Nat"], "prefix": ["Dr"]}, 2)


def _third_party_alone(person: Person) -> None:
    person.pop("telecom", None)
    _contact(person, {"use": "official", "family": "Neighbour", "given": ["Nat"]}, 1)


def _third_party_by_one_name(person: Person) -> None:
    """RES-PAT-11 asks for a name; of the patient alone are family and given demanded (RES-PAT-06)."""
    _contact(person, {"use": "usual", "text": "Mrs Neighbour"}, 2)


def _telephone(write: Callable[[str], str]) -> Callable[[Person], object]:
    """Telephone numbers are written in many ways (CF-77)."""
    return lambda person: [one.update(value=write(one["value"])) for one in person.get("telecom", [])]


def _home(change: Callable[[Person], object]) -> Callable[[Person], object]:
    return lambda person: change(person["address"][0])


def _second_address(person: Person) -> None:
    person["address"].append({"use": "temp", "line": ["2 Visiting Street"], "city": "York", "postalCode": "YO1 7HH"})


def _verified_as(code: str, display: str) -> Callable[[Person], object]:
    def change(person: Person) -> None:
        for identifier in person.get("identifier", []):
            coding = identifier["extension"][0]["valueCodeableConcept"]["coding"][0]
            coding.update(system=names.NHS_NUMBER_VERIFICATION_SYSTEM, code=code, display=display)

    return change


def _patient(name: str, requirement: str, summary: str, change: Callable[[Person], object]) -> Fault:
    return row(name, requirement, summary, Bodies.patient, changed(change))


PATIENTS: tuple[Fault, ...] = (
    _patient("two-given-names", "RES-PAT-06", "The patient has two given names.", _two_given_names),
    _patient(
        "name-with-prefixes",
        "RES-PAT-06",
        "The patient's name has prefixes, a suffix and a text.",
        _name(prefix=["Prof", "Dr"], suffix=["MBE"], text="Prof Dr Someone"),
    ),
    _patient("several-telecoms", "RES-PAT-14", "The patient has several contacts, two of one rank.", _several_telecoms),
    _patient("third-party", "RES-PAT-11", "A third party is known too.", _third_party),
    _patient("third-party-alone", "RES-PAT-10", "Only a third party can be reached (CF-37, tkw).", _third_party_alone),
    _patient("third-party-by-one-name", "RES-PAT-11", "A third party is known by one name.", _third_party_by_one_name),
    _patient(
        "telephone-from-abroad",
        "RES-PAT-15",
        "The telephone number has +44.",
        _telephone(lambda number: f"+44 {number.lstrip('0')}"),
    ),
    _patient(
        "telephone-in-brackets",
        "RES-PAT-15",
        "The area code stands in brackets.",
        _telephone(lambda number: f"({number[:4]}) {number[4:].strip()}"),
    ),
    _patient(
        "postcode-in-small-letters",
        "RES-PAT-09",
        "The postcode is written small, without a blank (CF-77).",
        _home(lambda home: home.update(postalCode=home["postalCode"].replace(" ", "").lower())),
    ),
    _patient(
        "address-without-lines",
        "RES-PAT-09",
        "The address has a text and its postcode, and no lines.",
        _home(lambda home: [home.pop("line", None), home.update(text="Somewhere", country="England")]),
    ),
    _patient(
        "second-address",
        "RES-PAT-09",
        "A second address, of another use, is there (CF-77: told as a warning).",
        _second_address,
    ),
    _patient(
        "number-not-traced",
        "RES-PAT-04",
        "The NHS number is present, and not traced (CF-35).",
        _verified_as("02", "Number present but not traced"),
    ),
    _patient(
        "number-to-be-traced",
        "RES-PAT-04",
        "The NHS number has still to be traced (CF-35).",
        _verified_as("03", "Trace required"),
    ),
    _patient(
        "with-more-about-the-patient",
        "RES-PAT-01",
        "The patient has more elements of the profile.",
        _with(
            active=True,
            deceasedBoolean=False,
            maritalStatus={"text": "Married"},
            communication=[{"language": {"text": "English"}, "preferred": True}],
            generalPractitioner=[{"identifier": {"system": names.ODS_ORGANISATION_SYSTEM, "value": "Y00001"}}],
        ),
    ),
)
