"""Defects in the patient that a booking holds."""

from __future__ import annotations

from typing import Any

from uec_booking.standard import names

from ....consumer.body import Bodies
from ....fault_making import Change, below, breaks, consumer, with_values, without
from ....seams import Fault

_CHECK_DIGIT = str.maketrans("0123456789", "1234567890")


def _patient(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, Bodies.patient, change)


def _identifier(name: str, requirement: str, summary: str, change: Change) -> Fault:
    """Of the one with an NHS number alone."""
    return _patient(name, requirement, summary, lambda one: change(one["identifier"][0]) if "identifier" in one else 0)


def _number(name: str, requirement: str, summary: str, change: Change) -> Fault:
    """In patient and participant alike."""
    return consumer(name, requirement, summary, Bodies.nhs_number, change)


def _coding(**values: str) -> Change:
    return below("extension", 0, "valueCodeableConcept", "coding", 0, change=with_values(**values))


NUMBERS: tuple[Fault, ...] = (
    _patient("patient-without-profile", "RES-PAT-01", "The patient claims no profile.", without("meta")),
    consumer(
        "two-patients",
        "RES-PAT-01",
        "Two patients are contained.",
        Bodies.booking,
        lambda body: body["contained"].append(
            {**next(one for one in body["contained"] if one["resourceType"] == "Patient"), "id": "other"}
        ),
    ),
    _identifier("number-is-not-official", "RES-PAT-02", "The NHS number has the use usual.", with_values(use="usual")),
    _identifier(
        "number-under-the-old-system",
        "RES-PAT-02",
        "The NHS number stands under a system with http.",
        with_values(system=names.NHS_NUMBER_SYSTEM.replace("https", "http", 1)),
    ),
    _identifier(
        "number-with-blanks",
        "RES-PAT-02",
        "The NHS number is written with blanks, as on paper.",
        lambda one: one.update(value=f"{one['value'][:3]} {one['value'][3:6]} {one['value'][6:]}"),
    ),
    _patient(
        "number-beside-a-local-one",
        "RES-PAT-02",
        "The patient has the number of the consumer's own system too.",
        lambda one: one.get("identifier", []).append({"system": "https://desk.example/Id/patient", "value": "1"}),
    ),
    _identifier(
        "number-of-unknown-state", "RES-PAT-04", "It is not said that the number is verified.", without("extension")
    ),
    _identifier(
        "number-of-a-state-of-its-own",
        "RES-PAT-04",
        "The state of verification is a code that its system does not have.",
        _coding(code="verified"),
    ),
    _identifier(
        "number-state-of-another-system",
        "RES-PAT-04",
        "The state of verification is of another code system.",
        _coding(system="https://fhir.nhs.uk/CodeSystem/NHSNumberVerificationStatus"),
    ),
    _number(
        "number-with-a-wrong-check-digit",
        "RES-PAT-05",
        "The last digit of the NHS number is wrong.",
        lambda one: one.update(value=one["value"][:9] + one["value"][9].translate(_CHECK_DIGIT)),
    ),
)


@breaks("RES-PAT-03", Bodies.identifiers)
def number_of_noughts(original: Any, caller: Any) -> Any:
    """A patient without NHS number has one of noughts."""
    none = {"use": "official", "system": names.NHS_NUMBER_SYSTEM, "value": "0000000000"}
    return original(caller) or [none]


@breaks("RES-PAT-03", Bodies.identifiers)
def number_of_the_encounter(original: Any, caller: Any) -> Any:
    """A patient without NHS number has the identifier of the encounter."""
    local = {"system": "https://desk.example/Id/encounter", "value": "E-1"}
    return original(caller) or [local]


DEMOGRAPHICS: tuple[Fault, ...] = (
    _patient("name-without-use", "RES-PAT-06", "The name has no use.", below("name", 0, change=without("use"))),
    _patient(
        "name-without-given-name",
        "RES-PAT-06",
        "The name has no given name.",
        below("name", 0, change=without("given")),
    ),
    _patient(
        "name-is-one-text",
        "RES-PAT-06",
        "The name is one text.",
        with_values(name=[{"use": "official", "text": "A Patient"}]),
    ),
    _patient(
        "name-and-nickname",
        "RES-PAT-06",
        "The patient has a nickname beside the official name.",
        lambda one: one["name"].append({"use": "nickname", "given": ["Bobby"], "family": "B"}),
    ),
    _patient("says-no-gender", "RES-PAT-07", "The gender is not sent.", without("gender")),
    _patient("gender-as-a-letter", "RES-PAT-07", "The gender is the letter of PDS.", with_values(gender="F")),
    _patient("says-no-birth-date", "RES-PAT-08", "The date of birth is not sent.", without("birthDate")),
    _patient(
        "birth-date-as-people-write-it",
        "RES-PAT-08",
        "The date of birth is written as day, month and year.",
        lambda one: one.update(birthDate="/".join(reversed(one["birthDate"].split("-")))),
    ),
    _patient(
        "birth-date-in-the-next-century",
        "RES-PAT-08",
        "The date of birth lies in the future.",
        lambda one: one.update(birthDate=f"20{int(one['birthDate'][2:4]) % 10 + 80}{one['birthDate'][4:]}"),
    ),
    _patient("has-no-address", "RES-PAT-09", "The patient has no address.", without("address")),
    _patient(
        "address-without-use", "RES-PAT-09", "The address has no use.", below("address", 0, change=without("use"))
    ),
    _patient(
        "address-without-postcode",
        "RES-PAT-09",
        "The address has no postcode.",
        below("address", 0, change=without("postalCode")),
    ),
    _patient(
        "address-of-a-neighbour",
        "RES-PAT-16",
        "The address of the neighbour who knows where the patient is stands among the patient's own.",
        lambda one: one["address"].append({"use": "temp", "line": ["2 Example Road"], "postalCode": "EX4 4PL"}),
    ),
    _patient(
        "two-home-addresses",
        "RES-PAT-09",
        "The patient has two home addresses.",
        lambda one: one["address"].append(one["address"][0]),
    ),
)

_SISTER = {
    "name": {"family": "Sister", "given": ["A"]},
    "telecom": [{"system": "phone", "value": "01632960002", "rank": 2}],
}

CONTACTS: tuple[Fault, ...] = (
    _patient(
        "has-no-contact-point", "RES-PAT-10", "The patient has no telephone or other contact.", without("telecom")
    ),
    _patient(
        "third-party-without-relationship",
        "RES-PAT-11",
        "A third party is given without what it is to the patient.",
        with_values(contact=[_SISTER]),
    ),
    _patient(
        "contact-without-rank",
        "RES-PAT-12",
        "The contact point has no rank.",
        below("telecom", 0, change=without("rank")),
    ),
    _patient(
        "contact-of-rank-nought",
        "RES-PAT-12",
        "Ranks are counted from nought.",
        below("telecom", 0, change=with_values(rank=0)),
    ),
    _patient(
        "contacts-all-of-rank-one",
        "RES-PAT-13",
        "Both contact points have rank 1.",
        lambda one: one["telecom"].append({"system": "phone", "value": "01632960003", "rank": 1}),
    ),
    _patient(
        "contacts-from-rank-two",
        "RES-PAT-13",
        "Ranks begin with 2.",
        below("telecom", 0, change=with_values(rank=2)),
    ),
    _patient(
        "mail-before-phone",
        "RES-PAT-15",
        "The first contact point is a mail address.",
        lambda one: one.update(telecom=[{"system": "email", "value": "a@example.org", "rank": 1}]),
    ),
    _patient(
        "third-party-by-a-link",
        "RES-PAT-17",
        "The details of a third party are behind a link to a RelatedPerson.",
        with_values(link=[{"other": {"reference": "RelatedPerson/1"}, "type": "seealso"}]),
    ),
)
