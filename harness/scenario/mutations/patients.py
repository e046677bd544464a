"""Changes of the patient in a body: who it is, and how the patient is reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from uec_booking.standard import names

from ...fhir import contained
from ..variations import Change
from .named import Maker, Named, Resource, body


def _patient(change: Callable[[Resource], None]) -> Maker:
    def apply(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            change(patient)

    return lambda _: body(apply)


def _nhs_number(number: str) -> Change:
    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient") or {}
        for identifier in patient.get("identifier", []):
            identifier["value"] = number
        resource["participant"][0]["actor"].get("identifier", {})["value"] = number

    return body(change)


def _no_nhs_number(_: str) -> Change:
    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            patient.pop("identifier", None)
        resource["participant"][0]["actor"].pop("identifier", None)

    return body(change)


def _somebody_else(_: str) -> Change:
    """Another patient, by name, birth date and gender, who has no NHS number either."""
    without = _no_nhs_number("")

    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            patient["name"] = [{"use": "official", "family": "Somebody-Else", "given": ["Alex"]}]
            patient.update(birthDate="1951-02-03", gender="male" if patient.get("gender") != "male" else "female")
        resource["participant"][0]["actor"]["display"] = "Alex Somebody-Else"

    return lambda call: without(body(change)(call) or call)


def _ranks(*ranks: int) -> Maker:
    def change(patient: Resource) -> None:
        patient["telecom"] = [
            {"system": "phone", "value": f"020 7946 01{index:02d}", "use": "home", "rank": rank}
            for index, rank in enumerate(ranks)
        ]
        patient.pop("contact", None)

    return _patient(change)


def _third_party(own: bool) -> Maker:
    """Details of a third party, who has rank 1; with own details of a lower rank, or without."""

    def change(patient: Resource) -> None:
        patient["contact"] = [
            {
                "relationship": [{"coding": [{"system": names.CONTACT_RELATIONSHIP_SYSTEM, "code": "N"}]}],
                "name": {"use": "official", "family": "Testcontact", "given": ["Kim"]},
                "telecom": [{"system": "phone", "value": "020 7946 0999", "use": "home", "rank": 1}],
            }
        ]
        if own:
            for number, point in enumerate(patient["telecom"]):
                point["rank"] = number + 2
        else:
            patient.pop("telecom", None)

    return _patient(change)


def _least(patient: Resource) -> None:
    """One given name, one number, one line of address, and nobody else."""
    patient["name"][0]["given"] = patient["name"][0]["given"][:1]
    patient["telecom"] = patient["telecom"][:1]
    patient["address"][0]["line"] = patient["address"][0]["line"][:1]
    patient.pop("contact", None)


def beyond_ascii(patient: Resource) -> None:
    patient["name"] = [{"use": "official", "family": "Tëst-Ðoe O'Øster & Gård", "given": ["Zoë", "Łucja 𠮷"]}]


def _email(patient: Resource) -> None:
    """A way of contact that is no telephone, and not the first one."""
    points = [*patient.get("telecom", [])]
    rank = 1 + max([1, *(point["rank"] for point in points)])
    patient["telecom"] = [*points, {"system": "email", "value": "test@consumer.example", "rank": rank}]


def _great_age(patient: Resource) -> None:
    """Older than two digits of a year can tell, born in summer time, and of a gender that many lists do without."""
    patient.update(birthDate=f"{date.today().year - 104}-06-30", gender="other")


_ELSEWHERE = {"use": "home", "line": ["99 Another Street"], "city": "Bradford", "postalCode": "BD1 1AA"}

PATIENTS: Named = {
    "a patient without a gender": _patient(lambda patient: patient.pop("gender", None)),
    "a patient without a name": _patient(lambda patient: patient.pop("name", None)),
    "a patient without a birth date": _patient(lambda patient: patient.pop("birthDate", None)),
    "a patient without an address": _patient(lambda patient: patient.pop("address", None)),
    "another birth date of the patient": _patient(lambda patient: patient.update(birthDate="1931-05-06")),
    "another address of the patient": _patient(lambda patient: patient.update(address=[_ELSEWHERE])),
    "the NHS number": _nhs_number,
    "a patient of the gender": lambda code: _patient(lambda patient: patient.update(gender=code))(code),
    "a patient without NHS number": _no_nhs_number,
    "somebody else without NHS number": _somebody_else,
    "two contact points of rank 1": _ranks(1, 1),
    "no contact point of rank 1": _ranks(2, 3),
    "details of a third party only": _third_party(own=False),
    "own details and those of a third party": _third_party(own=True),
    "an e-mail address beside the telephone": _patient(_email),
    "a patient of great age": _patient(_great_age),
    "nothing of the patient but what is needed": _patient(_least),
}
