"""The systems behind a directory: each root a provider of its own, found by DoS and SDS, and booked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ...support.simulator_client import Consumer, Simulator, booking, soon
from .conftest import Found
from .rows import in_state, row


def consumer(found: Found, service: str, organisation: str = "first_111") -> Consumer:
    """A consumer of the system behind a service."""
    providers: dict[str, Any] = found.addresses["providers"]
    root = next(one["root"] for one in providers.values() if service in one["services"])
    settings = {"base_url": root, "audience": root, "services": {"later": service}}
    return Consumer(found.simulator, settings, found.simulator.config["organisations"][organisation])


def test_a_service_is_booked_and_cancelled_at_its_root(found: Found) -> None:
    desk = consumer(found, "2000100001")
    booked = desk.book_any()
    assert booked.headers["Location"].startswith(f"{desk.settings['base_url']}/Appointment/")
    assert desk.cancel(f"/Appointment/{booked.json()['id']}").status_code == 200
    assert found.simulator.control("GET", "/received").json()["received"]


def test_a_root_with_escapes_is_served_and_led_to(found: Found) -> None:
    root = in_state("unsafe-characters")["root"]
    desk = consumer(found, "2000100010")
    assert desk.settings["base_url"].endswith(root) and "%20" in root
    booked = desk.book_any()
    assert booked.headers["Location"].startswith(f"{desk.settings['base_url']}/Appointment/")
    assert desk.read(booked.headers["Location"]).status_code == 200
    # A token may name the root as SDS shows it.
    desk.settings["audience"] = desk.settings["audience"].replace("%20", " ")
    assert desk.search().status_code == 200
    touched = found.simulator.control("POST", "/staff-touch", {"url": booked.headers["Location"]})
    assert touched.status_code == 200, touched.text


def test_a_service_without_slots_is_known_and_offers_none(found: Found) -> None:
    assert consumer(found, "2000100026").slots() == []


def test_a_service_of_another_system_is_not_known(found: Found) -> None:
    assert consumer(found, "2000100001").search(service="2000100024").status_code == 404


def test_services_with_one_root_share_their_slots(found: Found) -> None:
    one, other = consumer(found, "2000100027"), consumer(found, "2000100028")
    assert one.settings["base_url"] == other.settings["base_url"]
    slot = one.bookable()[-1]
    assert one.book(booking(slot, one.patient)).status_code == 201
    assert slot["id"] not in {each["id"] for each in other.slots()}


@pytest.mark.parametrize(
    ("policy", "same", "other_111", "no_111"),
    [("booker", 200, 403, 403), ("any-111", 200, 200, 403), ("anyone", 200, 200, 200)],
)
def test_who_may_cancel_is_as_the_directory_says(
    launch_found: Any, policy: str, same: int, other_111: int, no_111: int
) -> None:
    found = launch_found(row(1, cancelling=policy))
    for organisation, expected in (("first_111", same), ("second_111", other_111), ("other", no_111)):
        booked = consumer(found, "2000100001").book_any()
        answer = consumer(found, "2000100001", organisation).cancel(f"/Appointment/{booked.json()['id']}")
        assert answer.status_code == expected, organisation


def test_two_hundred_services_start_and_answer(launch_found: Any) -> None:
    found = launch_found(*(row(number) for number in range(1, 201)))
    assert len(found.addresses["providers"]) == 200
    assert consumer(found, "2000100200").book_any().status_code == 201
    # What the world writes for `assure` names the first two of them.
    assert found.simulator.config["provider"]["services"] == {"within_2_hours": "2000100001", "later": "2000100001"}
    assert found.simulator.config["second_provider"]["asid"] == "918999190002"


def test_the_world_says_where_everything_is(found: Found) -> None:
    addresses = found.addresses
    root = addresses["root"]
    assert addresses["dos"] == f"{root}/dos" and addresses["sds"] == f"ldap://localhost:{found.sds_port}"
    assert addresses["registry"] == found.simulator.config["registry"]["base_url"]
    assert addresses["control_token"] == found.simulator.config["control"]["token"]
    assert all(Path(addresses[name]).is_file() for name in ("ca", "client_certificate", "client_key"))
    system = addresses["providers"]["2000100001"]
    assert system["asid"] == "918999190001" and system["services"] == ["2000100001"]
    # An absolute root is a system elsewhere, and none of this world.
    assert "2000100029" not in addresses["providers"]
    assert (found.folder / "addresses.json").stat().st_mode & 0o077 == 0


def test_addresses_lie_below_the_base_path(launch_found: Any) -> None:
    found = launch_found(row(1), options=("--base-path", "/gateway", "--http"))
    assert found.dos.endswith("/gateway/dos") and found.addresses["ca"] == ""
    assert f'location="{found.dos}"' in found.simulator.session.get(f"{found.dos}?wsdl", timeout=20).text
    assert consumer(found, "2000100001").book_any().status_code == 201


def test_without_a_directory_the_world_tells_of_its_own_services(world: Simulator) -> None:
    message = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ServiceDetailsById '
        'xmlns="https://nww.pathwaysdos.nhs.uk/app/api/webservices"><userInfo><username>u</username>'
        "<password>p</password></userInfo><serviceVersion>1.5</serviceVersion><serviceId>2000000001</serviceId>"
        "</ServiceDetailsById></s:Body></s:Envelope>"
    )
    root = world.config["control"]["url"].removesuffix("/control")
    answer = world.session.post(f"{root}/dos", data=message.encode(), timeout=20)
    assert answer.status_code == 200 and "ASID:918999198999" in answer.text


def test_bookings_of_every_system_reach_the_registry(found: Found) -> None:
    desk = consumer(found, "2000100024")
    booked = desk.book_any()
    registry = found.simulator.registry()
    (pointer,) = soon(lambda: registry.pointers(desk.patient))
    assert pointer["identifier"][0]["value"] == booked.headers["Location"].partition("/_history")[0]
