"""The reference model by itself: what it names is there, and what it allows follows from what has happened."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime

import pytest
from uec_booking.harness.actors import calls
from uec_booking.harness.actors.appointment_body import Slot, booking, instant
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.actors.tokens import claims
from uec_booking.harness.model import by_rule, near_misses
from uec_booking.harness.model.near_misses import NearMiss
from uec_booking.harness.model.provider import ProviderModel
from uec_booking.harness.model.registry import RegistryModel
from uec_booking.harness.scenario.mutations import ALL
from uec_booking.harness.scenario.variations import named
from uec_booking.harness.settings.model import Organisation
from uec_booking.standard import answers, editions, requirements

from ..support.source import ROOT, imports, modules

pytestmark = pytest.mark.unit

EVERY_MISS = [
    miss
    for table in (*vars(near_misses).values(), *vars(by_rule).values())
    if isinstance(table, tuple)
    for miss in table
    if isinstance(miss, NearMiss)
]


def test_the_model_knows_the_standard_only() -> None:
    found = {name for path in modules("harness") if path.parent.name == "model" for name in imports(path)}
    assert {name.split(".")[0] for name in found} == {"standard", "harness"}
    assert all(name.startswith("harness.model") for name in found if name.startswith("harness"))


def test_what_the_model_names_is_in_the_catalogue() -> None:
    ids = {
        id
        for path in (ROOT / "harness" / "model").glob("*.py")
        for id in re.findall(r'"((?:PRV|REG|SEC|FMT|ERR|WKF)-[A-Z]*-?\d+)"', path.read_text(encoding="utf-8"))
    }
    assert len(ids) > 40 and ids <= set(requirements.load())


def test_each_near_miss_is_a_change_that_there_is_in_a_situation_that_there_is() -> None:
    assert len(EVERY_MISS) > 100
    for miss in EVERY_MISS:
        assert named(miss.change, ALL), miss
        assert miss.situation in answers.situations(), miss


@pytest.mark.parametrize("table", [by_rule.BOOKINGS, by_rule.CANCELLATIONS, by_rule.TOKENS, by_rule.HEADERS])
def test_what_is_made_by_rule_changes_a_good_request(table: tuple[NearMiss, ...]) -> None:
    patient = synthetic_patient(random.Random(1))
    start = datetime(2031, 1, 1, 10, tzinfo=UTC)
    offered = {"id": "1", "identifier": [{"value": "1"}], "start": instant(start), "end": instant(start)}
    good = calls.book(booking(patient, Slot("provider", "1", offered, start, start), "1.0.0"))
    asked = Organisation("first_111", "First 111 Service", "X26A1", "999000000001")
    claimed = claims(asked, "https://provider.example", good.scope)
    assert len({miss.change for miss in table}) == len(table)
    for miss in table:
        call = named(miss.change, ALL)(good)
        assert call is not None, miss
        assert call.token is not None and good.token is not None
        same = (call.resource, call.headers, call.token(claimed)) == (good.resource, good.headers, good.token(claimed))
        assert not same, miss


def test_what_is_required_must_be_rejected_and_the_rest_may_be() -> None:
    by_change = {miss.change: miss.situation for miss in (*by_rule.BOOKINGS, *by_rule.TOKENS)}
    assert (
        by_change["at Patient.birthDate: null"] == by_change["at Patient.gender: in the other case"] == "profile-breach"
    )
    assert by_change["at Appointment.status: of another type"] == "profile-breach"
    assert by_change["at Patient.telecom.rank: as 0"] == by_change["at Patient.name: doubled"] == "odd-body"
    assert by_change["a token at aud: cut short"] == "token-badly-told"
    assert by_change["a token at requesting_device.model: absent"] == "token-odd-claim"
    odd = ProviderModel("1.0.0").odd_booking("slot", "PRV-BOOK-12", "odd-body")
    assert odd.breach(201, "") is None and odd.breach(422, "") is None and odd.breach(500, "") is not None


def test_a_slot_that_is_withheld_and_booked_was_free() -> None:
    model = ProviderModel("1.0.0")
    model.searched(["slot", "ours"], ["slot", "ours"])
    model.booked("first", "ours", "patient 1", "first_111")
    model.cancelled("first")
    model.searched(["slot", "ours"], ["ours"])
    withheld = model.withheld("slot")
    assert withheld is not None and withheld.requirement == "PRV-SRCH-07"
    model.searched(["slot", "ours"], ["slot"])
    assert model.withheld("slot") is None and model.withheld("ours") is None, "what was ours may come back later"


@pytest.mark.parametrize("edition", editions.EDITIONS)
def test_a_slot_is_booked_once_until_it_is_given_back(edition: str) -> None:
    model = ProviderModel(edition)
    model.searched(["slot"], ["slot"])
    assert 201 in model.booking("slot", "patient 1").done
    model.booked("first", "slot", "patient 1", "first_111")
    again = model.booking("slot", "patient 2")
    assert not again.done and {409, 422} <= again.refused
    offered = model.searched(["slot"], ["slot"])
    assert offered is not None and offered.requirement == "PRV-BOOK-03"
    model.cancelled("first")
    # It may be offered again, and need not: then a booking may be refused, in whatever way fits.
    either = model.booking("slot", "patient 2")
    assert 201 in either.done and {404, 409, 422} <= either.refused
    assert model.searched(["slot"], ["slot"]) is None
    assert 404 not in model.booking("slot", "patient 2").refused


def test_others_may_be_quicker_and_a_local_rule_may_forbid() -> None:
    model = ProviderModel("1.0.0")
    model.searched(["slot", "other"], ["slot", "other"])
    assert model.booking("slot", "patient 1").breach(409, "") is None
    assert model.booking("slot", "patient 1").breach(500, "") is not None
    model.booked("first", "slot", "patient 1", "first_111")
    assert model.cancellation("first", "second_111").breach(403, "") is None
    assert model.cancellation("first", "first_111").breach(403, "") is not None
    assert model.read("first", "second_111").breach(403, "") is None


def test_a_version_stays_and_goes_with_a_change() -> None:
    model = ProviderModel("1.0.0")
    model.booked("first", "slot", "patient 1", "first_111")
    assert model.shown("first", "1") is None and model.shown("first", "1") is None
    changed = model.shown("first", "2")
    assert changed is not None and changed.requirement == "FMT-24"
    model.cancelled("first")
    same = model.shown("first", "2")
    assert same is not None and same.requirement == "PRV-CAN-02"


def test_versions_of_before_are_all_kept_or_none_is_shown() -> None:
    model = ProviderModel("1.0.0")
    for name in ("first", "second"):
        model.booked(name, f"slot of the {name}", "patient 1", "first_111")
    assert model.version_shown("first", "first_111", False) is None, "the current version is none of before"
    model.cancelled("first")
    model.cancelled("second")
    assert model.old_version("first", "first_111").breach(404, "") is None
    assert model.version_shown("first", "first_111", False) is None
    assert model.version_shown("second", "second_111", True) is None, "others may be shown more or less"
    lost = model.version_shown("second", "first_111", True)
    assert lost is not None and lost.requirement == "PRV-CAN-06" and "first" in lost.actual


def test_what_stands_is_found() -> None:
    model = ProviderModel("1.0.0")
    for name in ("first", "second"):
        model.booked(name, f"slot of the {name}", "patient 1", "first_111")
    assert model.found_for(["first", "second"], ["second"]) is not None
    model.cancelled("first")
    assert model.found_for(["first", "second"], ["second"]) is None


def test_what_is_mixed_up_is_rejected() -> None:
    model = ProviderModel("1.0.0")
    assert not model.cancellation_quoting_another().done and not model.cancellation_at_another().done
    registry = RegistryModel("1.0.0")
    assert not registry.ending_quoting_another().done and 422 in registry.ending_at_another().refused


def test_a_retry_may_be_refused_or_answered_with_the_same_appointment() -> None:
    again = ProviderModel("1.0.0").booking_again()
    assert again is not None and {200, 201} <= again.done and 409 in again.refused
    assert ProviderModel("0.1.17").booking_again() is None
    assert ProviderModel("1.0.0").another("a", "a") is None
    assert ProviderModel("1.0.0").another("a", "b") is not None


def test_an_entry_is_shown_as_it_was_left_to_who_asks_for_it() -> None:
    model = RegistryModel("1.0.0")
    model.registered("first", "patient 1", "https://provider.example/Appointment/1")
    assert model.found({"first": True}, {"first": "booked"}) is None
    model.ended("first")
    for wanted, shown in (
        ({"first": True}, {"first": "booked"}),
        ({"first": True}, {}),
        ({"first": False}, {"first": "cancelled"}),
    ):
        assert model.found(wanted, shown) is not None
    assert model.ending("first").breach(409, "") is None and model.ending_from_before().breach(200, "") is not None
