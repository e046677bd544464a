"""The patient that a booking holds (RES-PAT-*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from uec_booking.standard import editions, names
from uec_booking.standard.nhs_number import is_valid_nhs_number

from ....judging.observations import Observation
from ....text import in_words
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset({f"RES-PAT-{number:02d}" for number in range(1, 18)} - {"RES-PAT-03", "RES-PAT-16"})

_GENDERS = ("male", "female", "other", "unknown")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_PHONE = re.compile(r"\(?(\+44|0)[\d ()-]{8,}")
_VERIFICATION_CODES = frozenset(f"0{number}" for number in range(1, 9))


def patient(see: Observer, people: Sequence[Mapping[str, Any]], edition: str) -> Iterator[Observation]:
    """What the contained Patient of a booking shows; more than one, or none, and nothing more is told."""
    claims = people and names.PROFILES["Patient"] in ((people[0].get("meta") or {}).get("profile") or [])
    one = len(people) == 1 and bool(people[0].get("id")) and bool(claims)
    expected = "one Patient with an id, which claims the Care Connect profile"
    yield see.met("RES-PAT-01", one, expected, _shown(people), "Appointment.contained")
    if len(people) != 1:
        return
    person = people[0]
    if nhs_number_known(see):
        yield from _number(see, person, edition)
    yield from _demographics(see, person)
    yield from _addresses(see, person)
    if editions.in_range(edition, "0.2.0+"):
        yield from _contacts(see, person)


def nhs_number_known(see: Observer) -> bool:
    """Whether the patient of the call has an NHS number. Of who has none RES-PAT-03 is asked, by its scenario."""
    return bool(see.call.exchange.extra.get("nhs_number_known", True))


def _number(see: Observer, person: Mapping[str, Any], edition: str) -> Iterator[Observation]:
    """A booking without NHS number is for who has none; up to API 1.0.6 there is none without (CF-36)."""
    identifiers, where = person.get("identifier") or [], "Patient.identifier"
    if not identifiers:
        if editions.in_range(edition, "..0.1.15"):
            yield see.met("RES-PAT-02", False, "an NHS number", "none", where)
        return
    found = identifiers[0]
    value = str(found.get("value", ""))
    right = (
        len(identifiers) == 1
        and found.get("use") == "official"
        and found.get("system") == names.NHS_NUMBER_SYSTEM
        and bool(re.fullmatch(r"\d{10}", value))
    )
    expected = f"one identifier, official, of {names.NHS_NUMBER_SYSTEM}, ten digits"
    yield see.met("RES-PAT-02", right, expected, in_words(identifiers), where)
    if not right:
        return
    yield see.met("RES-PAT-05", is_valid_nhs_number(value), "a number that passes Modulus 11", value, where)
    extensions = [e for e in found.get("extension") or [] if e.get("url") == names.NHS_NUMBER_VERIFICATION_EXTENSION]
    codes = {
        coding.get("code")
        for extension in extensions
        for coding in (extension.get("valueCodeableConcept") or {}).get("coding") or []
        if coding.get("system") == names.NHS_NUMBER_VERIFICATION_SYSTEM
    }
    known = len(extensions) == 1 and bool(codes) and codes <= _VERIFICATION_CODES
    expected = "a verification status, 01 to 08"
    yield see.met("RES-PAT-04", known, expected, in_words(found.get("extension")), f"{where}.extension")


def _demographics(see: Observer, person: Mapping[str, Any]) -> Iterator[Observation]:
    named = person.get("name") or []
    whole = len(named) == 1 and named[0].get("use") == "official" and _filled(named[0])
    expected = "one name, official, with family and given"
    yield see.met("RES-PAT-06", whole, expected, in_words(named), "Patient.name")
    gender = person.get("gender")
    yield see.met("RES-PAT-07", gender in _GENDERS, ", ".join(_GENDERS), in_words(gender), "Patient.gender")
    born = str(person.get("birthDate") or "")
    past = bool(_DATE.fullmatch(born)) and born <= datetime.now(UTC).date().isoformat()
    yield see.met("RES-PAT-08", past, "a date in the past", in_words(person.get("birthDate")), "Patient.birthDate")
    related = [one for one in person.get("link") or [] if "RelatedPerson" in str(one.get("other"))]
    expected = "no link to a RelatedPerson for the details of a third party"
    yield see.met("RES-PAT-17", not related, expected, in_words(related), "Patient.link")


def _addresses(see: Observer, person: Mapping[str, Any]) -> Iterator[Observation]:
    """Exactly one is that of the home; more beside it are told as a warning (CF-77)."""
    addresses = person.get("address") or []
    homes = [one for one in addresses if one.get("use") == "home"]
    right = len(homes) == 1 and bool(_POSTCODE.fullmatch(str(homes[0].get("postalCode", "")).strip()))
    expected, where = "one home address, with a postcode", "Patient.address"
    if right and len(addresses) > 1:
        yield see.warned("RES-PAT-09", expected, f"{len(addresses)} addresses", where)
    else:
        yield see.met("RES-PAT-09", right, expected, in_words(addresses), where)


def _contacts(see: Observer, person: Mapping[str, Any]) -> Iterator[Observation]:
    own = person.get("telecom") or []
    others = person.get("contact") or []
    theirs = [point for other in others for point in other.get("telecom") or []]
    points, where = [*own, *theirs], "Patient.telecom, Patient.contact.telecom"
    yield see.met("RES-PAT-10", bool(points), "a contact point", "none", where)
    lacking = [other for other in others if not (other.get("relationship") and _called(other.get("name") or {}))]
    expected = "a third party with name and relationship"
    yield see.met("RES-PAT-11", not lacking, expected, in_words(lacking), "Patient.contact")
    if not points:
        return
    unranked = [point for point in points if type(point.get("rank")) is not int or point["rank"] < 1]
    yield see.met("RES-PAT-12", not unranked, "a rank, 1 or more, on each", in_words(unranked), where)
    if unranked:
        return
    firsts = [point for point in points if point["rank"] == 1]
    yield see.met("RES-PAT-13", len(firsts) == 1, "rank 1 once", f"{len(firsts)} times", where)
    ranks = ", ".join(str(rank) for rank in sorted(point["rank"] for point in points))
    yield see.told("RES-PAT-14", "which ranks the contact points have", ranks, where)
    if len(firsts) == 1:
        plausible = firsts[0].get("system") == "phone" and bool(
            _PHONE.fullmatch(str(firsts[0].get("value", "")).strip())
        )
        yield see.met("RES-PAT-15", plausible, "a UK telephone number of rank 1", in_words(firsts[0]), where)


def _filled(name: Mapping[str, Any]) -> bool:
    given = [part for part in name.get("given") or [] if str(part).strip()]
    return bool(str(name.get("family") or "").strip()) and bool(given)


def _called(name: Mapping[str, Any]) -> bool:
    """Whether a third party has a name: of the patient alone are family and given names demanded."""
    parts = [name.get("text"), name.get("family"), *(name.get("given") or [])]
    return any(str(part or "").strip() for part in parts)


def _shown(people: Sequence[Mapping[str, Any]]) -> str:
    if len(people) != 1:
        return f"{len(people)} of them"
    return f"id {in_words(people[0].get('id'))}, profile {in_words((people[0].get('meta') or {}).get('profile'))}"
