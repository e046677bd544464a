"""The patients that scenarios bring: synthetic ones, or test patients that the settings declare."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from ..settings.model import DeclaredPatient

#: Names that no real directory holds together; the family name says what the record is. Each is composed as names
#: of people are, with an apostrophe, a hyphen and a blank, and within the 35 characters of the NHS data dictionary.
FAMILIES = (
    "O'Testperson-van Dale",
    "D'Synthetic-de Vere",
    "M'Conformance-St John",
    "N'Specimen-le Roy",
    "T'Exemplar-du Maurier",
)
SECOND_GIVENS = ("Mary Ann", "Jean-Luc", "Anna-Sofia", "John Paul")
GIVENS = ("Ada", "Bram", "Cleo", "Dilip", "Elin", "Farid", "Gwen", "Hugo", "Ines", "Jonas")


#: The address lines and telephone numbers (digits alone) of synthetic patients. The numbers are of the range that
#: Ofcom keeps for drama, which nobody has.
ADDRESS_LINE = re.compile(r"\d+ Example Street", re.IGNORECASE)
PHONE = re.compile(r"01134960\d{3}|07700900\d{3}")


@dataclass(frozen=True)
class Details:
    """What may be said of a patient beyond the least that a booking needs; the third party is a next of kin."""

    second_given: str
    district: str
    mobile: str
    kin_family: str
    kin_given: str
    kin_phone: str


@dataclass(frozen=True)
class Patient:
    """``nhs_number`` is empty for a patient who has none (or does not know it). ``birth_date``: YYYY-MM-DD.

    ``details`` are None for a declared patient, of whom nothing is said but what is declared.
    """

    nhs_number: str
    family: str
    given: str
    gender: str
    birth_date: str
    postcode: str
    phone: str
    address_line: str = "1 Example Street"
    details: Details | None = None

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"

    def without_nhs_number(self) -> Patient:
        return replace(self, nhs_number="")


def check_digit(nine: str) -> int | None:
    """The Modulus 11 check digit of nine digits; None where there is none (it would be 10)."""
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    found = 11 - total % 11
    return {11: 0, 10: None}.get(found, found)


def synthetic_nhs_number(source: random.Random) -> str:
    """A number that passes Modulus 11, in the 999 range that is set aside for tests."""
    while True:
        nine = f"999{source.randrange(1_000_000):06d}"
        digit = check_digit(nine)
        if digit is not None:
            return nine + str(digit)


def synthetic_patient(source: random.Random) -> Patient:
    return Patient(
        nhs_number=synthetic_nhs_number(source),
        family=source.choice(FAMILIES),
        given=source.choice(GIVENS),
        gender=source.choice(("female", "male", "other", "unknown")),
        birth_date=f"{source.randrange(1935, 2005)}-{source.randrange(1, 13):02d}-{source.randrange(1, 29):02d}",
        postcode="LS1 4AP",
        phone=f"0113 496 0{source.randrange(1000):03d}",
        address_line=f"{source.randrange(1, 10_000)} Example Street",
        details=Details(
            second_given=source.choice(SECOND_GIVENS),
            district="St Anne's-on-Example",
            mobile=f"07700 900{source.randrange(1000):03d}",
            kin_family="Kin-O'Example",
            kin_given="Robin",
            kin_phone=f"07700 900{source.randrange(1000):03d}",
        ),
    )


def resembling(one: Patient, source: random.Random) -> Patient:
    """A synthetic patient born on the same day, whose NHS number begins with the same six digits."""
    other = synthetic_patient(source)
    begins = one.nhs_number[:6]
    while not other.nhs_number.startswith(begins) or other.nhs_number == one.nhs_number:
        nine = f"{begins}{source.randrange(1000):03d}"
        digit = check_digit(nine)
        if digit is not None:
            other = replace(other, nhs_number=f"{nine}{digit}")
    return replace(other, birth_date=one.birth_date)


#: Declared test patients with which no scenario goes without: two for whom is booked, and one for whom never.
ENOUGH = 3


def as_declared(one: DeclaredPatient) -> Patient:
    """A test patient that the settings declare.

    Bookings have an address line and a telephone number, which are not declared. These are none of those that
    synthetic patients are known by (``ADDRESS_LINE``, ``PHONE``): a provider may well know better ones.
    """
    return Patient(
        one.nhs_number, one.family, one.given, one.gender, one.birth_date, one.postcode, "020 7946 0123", "1 Test Road"
    )


def too_few(declared: int, why: str) -> str:
    """That a scenario cannot be had with so few test patients, and how many it takes."""
    are = "patient is" if declared == 1 else "patients are"
    return f"{declared} test {are} declared, and {why}: declare {max(1, ENOUGH - declared)} more as [[patients]]"
