"""Where a consumer's requests go, and how they are traced."""

from __future__ import annotations

from dataclasses import replace

from uec_booking.harness.checks.every_exchange.consumer.addressing import Addressing
from uec_booking.harness.consumer.requests import ProviderCall
from uec_booking.harness.judging.observations import NOT_MET
from uec_booking.standard import names

from .requests import FIRST, ROOT, UNDER_TEST, found, request

_TO, _TRACE = "918999198999", "6b0f2f3a-5f4d-4f0e-9d3b-1c8f6f0a7b11"


def _search(trace: str = _TRACE, encounter: int = 0, to: str = _TO) -> ProviderCall:
    headers = [
        (names.SSP_FROM, FIRST.asid),
        (names.SSP_TO, to),
        (names.SSP_TRACE_ID, trace),
        (names.SSP_INTERACTION_ID, names.SEARCH_SLOT),
    ]
    call = request("GET", "/Slot?status=free", headers=headers)
    extra = {**call.exchange.extra, "encounter": encounter, "service_111": "first"}
    return replace(call, exchange=replace(call.exchange, extra=extra))


def _addressing() -> Addressing:
    return Addressing(UNDER_TEST, {ROOT: _TO})


def test_what_is_addressed_well_is_right() -> None:
    assert found(_addressing().check(_search())) == {}


def test_the_asid_of_another_provider_is_wrong() -> None:
    assert found(_addressing().check(_search(to="918999198998"))) == {"SSP-03": NOT_MET}


def test_a_trace_id_again_in_the_encounter_is_one_slip() -> None:
    addressing = _addressing()
    assert found(addressing.check(_search())) == {}
    assert found(addressing.check(_search())) == {"SSP-05": NOT_MET}


def test_a_trace_id_of_another_encounter_is_one_slip() -> None:
    """That it is no new one is not told besides."""
    addressing = _addressing()
    assert found(addressing.check(_search())) == {}
    assert found(addressing.check(_search(encounter=1))) == {"SSP-04": NOT_MET}


def test_a_call_past_the_proxy_is_no_call_by_it() -> None:
    call = ProviderCall(_search().exchange, 0, "", "")
    assert found(_addressing().check(call)) == {"SSP-01": NOT_MET}
