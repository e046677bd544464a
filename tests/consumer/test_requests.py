"""A request at the proxy is read as it was sent: where it was to go, and what it asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.harness.consumer.requests import Interaction

from .sent import ROOTS, sent

ONE, TWO = ROOTS


@pytest.mark.parametrize(
    ("method", "path", "interaction"),
    [
        ("GET", "/metadata", Interaction.METADATA),
        ("GET", "/Slot?start=le2026", Interaction.SLOTS),
        ("POST", "/Appointment", Interaction.BOOK),
        ("GET", "/Appointment?identifier=x", Interaction.SEARCH),
        ("GET", "/Appointment/7", Interaction.READ),
        ("GET", "/Appointment/7/_history/2", Interaction.READ),
        ("PUT", "/Appointment/7", Interaction.CANCEL),
        ("PATCH", "/Appointment/7", None),
        ("DELETE", "/Appointment/7", None),
        ("POST", "/Appointment/$rebook", None),
        ("PUT", "/Slot/7", None),
        ("GET", "", None),
    ],
)
def test_method_and_path_say_what_is_asked(method: str, path: str, interaction: Interaction | None) -> None:
    assert sent(f"/{ONE}{path}", method=method).interaction == interaction


@pytest.mark.parametrize("slashes", [0, 1, 2, 3])
def test_slashes_between_the_addresses_are_counted(slashes: int) -> None:
    call = sent("/" * slashes + f"{ONE}/Slot")
    # Without any the host of the proxy itself would be another: nothing is behind it.
    assert (call.slashes, call.root) == ((slashes, ONE) if slashes else (0, ""))


def test_an_address_that_is_encoded_whole_is_decoded() -> None:
    call = sent("/https%3A%2F%2Fone.example%2F1%2FSTU3%2F1%2Fbooking/Slot?start=le2026%2B01")
    assert (call.root, call.interaction) == (ONE, Interaction.SLOTS)


def test_the_longest_root_is_meant() -> None:
    assert sent(f"/{TWO}/Appointment/7").root == TWO
    assert sent("/https://one.example/1/STU3/1/bookings/Slot").root == ""
    assert sent("/https://elsewhere.example/1/STU3/1/booking/Slot").root == ""


def test_the_appointment_is_named_without_its_version() -> None:
    assert sent(f"/{ONE}/Appointment/7/_history/2").appointment == f"{ONE}/Appointment/7"
    assert sent(f"/{ONE}/Slot").appointment == ""


@given(st.text(max_size=200), st.sampled_from(["GET", "POST", "PUT", "PATCH"]), st.binary(max_size=200))
def test_whatever_comes_is_read_without_trouble(path: str, method: str, body: bytes) -> None:
    call = sent(f"/{path}", method=method, body=body)
    assert call.interaction in (None, *Interaction)
    assert isinstance(call.body, dict | type(call.body))
    assert all(len(pair) == 2 for pair in call.query)
