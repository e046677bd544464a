"""The directory of services of the desk's tests."""

from __future__ import annotations

from typing import Any

CENTRE = "4000100001"
HUB = "4000100002"
#: Only the organisation that booked may cancel there.
STRICT = "4000100003"
NO_SLOTS = "4000100004"
NO_POINTER = "4000100005"
TWO_POINTERS = "4000100006"
BOOKING_ONLY = "4000100007"
BOOKING_ONLY_WITHOUT_SLOTS = "4000100008"
#: For the tests with a narrow time frame, which others would use up.
SOON = "4000100009"
#: For the form, whose first time frame is narrow too.
ON_THE_PAGE = "4000100010"
#: What is amiss in SDS, and the service that shows it.
AMISS_IN_SDS = {
    "no-nhsas": "4000100011",
    "no-care-connect": "4000100012",
    "gp-connect-too": "4000100013",
    "several-nhsmhs": "4000100014",
    "no-nhsmhs": "4000100015",
    "no-endpoint": "4000100016",
    "invalid-endpoint": "4000100017",
}
SLASH = "4000100021"
UNSAFE = "4000100022"


def directory() -> dict[str, Any]:
    """The directory file."""
    services = [
        _service(CENTRE, "Millbrook Urgent Treatment Centre"),
        _service(HUB, "Fernhill Hub"),
        _service(STRICT, "Strict Centre", cancelling="booker"),
        _service(SOON, "Centre for Today"),
        _service(ON_THE_PAGE, "Centre on the Page"),
        _service(NO_SLOTS, "Full Centre", slots="none"),
        _service(NO_POINTER, "Walk-in Centre", asids=[]),
        _service(TWO_POINTERS, "Twice Centre", asids=["918777000061", "918777000062"]),
        _service(BOOKING_ONLY, "Booked Centre", requires_booking="true"),
        _service(
            BOOKING_ONLY_WITHOUT_SLOTS,
            "Full Booked Centre",
            slots="none",
            requires_booking="TRUE",
            requires_booking_name="REQUIRESAPPOINTMENT",
        ),
        *(_service(id_, f"Centre with {amiss}", in_sds=amiss) for amiss, id_ in AMISS_IN_SDS.items()),
        _service(SLASH, "Slash Centre", in_sds="slash-at-the-end"),
        _service(UNSAFE, "Unsafe Centre", in_sds="unsafe-characters", root=f"/{UNSAFE}/a%20b/STU3/1/booking"),
    ]
    return {"directory": 1, "services": services}


def _service(id_: str, name: str, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": id_,
        "name": name,
        "address": "1 Mill Lane, Millbrook",
        "postcode": "ZZ99 3CZ",
        "asids": [f"918777{id_[-6:]}"],
        "requires_booking": None,
        "requires_booking_name": "requirebooking",
        "in_sds": "found",
        "root": f"/{id_}/STU3/1/booking",
        "slots": "many",
        "cancelling": "anyone",
        "faults": [],
    }
    return row | changes
