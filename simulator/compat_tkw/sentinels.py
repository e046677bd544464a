"""The agreed ids and what each earns: tables, and nothing that depends on what was asked before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from ..world import CancelPolicy, Clinician, Diary, Place, ProviderProfile, Service

PATH = "/STU3"

SLOTS, NO_SLOTS, SLOTS_ONLY = "999999999", "999999998", "999999993"
#: The service searched for, with the status of the answer. Any other earns 400.
SEARCHED: Mapping[str, int] = {
    SLOTS: 200,
    NO_SLOTS: 200,
    "999999997": 400,
    "999999996": 403,
    "999999995": 500,
    "999999994": 405,
    SLOTS_ONLY: 200,
}


def _slot(number: int) -> str:
    return f"slot{number:03d}"


_KEPT = (5, *range(13, 20))
#: The id of the contained Slot of a booking, with the status. Any other earns 422.
BOOKED: Mapping[str, int] = {
    **{_slot(number): 201 for number in (*_KEPT, 21)},
    "slot006": 422,
    "slot007": 422,
    "slot008": 400,
    "slot009": 403,
    "slot010": 500,
    "slot011": 415,
    "slot012": 502,
}
#: The same of a cancellation. Any other earns 404.
CANCELLED: Mapping[str, int] = {
    "slot005": 200,
    "slot013": 422,
    "slot014": 409,
    "slot015": 412,
    "slot016": 400,
    "slot017": 403,
    "slot018": 500,
    "slot019": 504,
}

#: The ids of appointments are fixed: each follows from its slot.
APPOINTMENTS: Mapping[str, str] = {
    slot: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{PATH}/Appointment/{slot}"))
    for slot, status in BOOKED.items()
    if status == 201
}
#: The appointments that can be read: all but that of slot021, which no list of reads has.
READABLE: Mapping[str, str] = {APPOINTMENTS[_slot(number)]: _slot(number) for number in _KEPT}

#: Code of the issue and of its details, by status; 502 and 504 have no body.
ISSUES: Mapping[int, tuple[str, str]] = {
    400: ("invalid", "MSG_BAD_FORMAT"),
    403: ("forbidden", "MSG_BAD_FORMAT"),
    404: ("not-found", "MSG_NO_MATCH"),
    405: ("not-supported", "MSG_UNKNOWN_OPERATION"),
    409: ("invalid", "MSG_VERSION_AWARE_CONFLICT"),
    412: ("not-supported", "MSG_TRANSACTION_MISSING_ID"),
    415: ("not-supported", "MSG_RESOURCE_TYPE_MISMATCH"),
    422: ("invalid", "MSG_BAD_FORMAT"),
    500: ("processing", "INTERNAL_SERVER_ERROR"),
}
#: Where one status has several meanings.
SLOT_TAKEN = ("processing", "MSG_RESOURCE_ID_FAIL")
CANCEL_DIFFERS = ("invalid", "MSG_VERSION_AWARE_CONFLICT")

_WHO = ("Brook", "Ivo", "Dr", "male", "R0260", "General Medical Practitioner")
DIARY = Diary("tkw-diary-1", Clinician("tkw-1", "555000000901", "555100000901", *_WHO), "In-person")
PROVIDER = ProviderProfile(
    key="tkw",
    section="provider",
    name="Toolkit Treatment Centre",
    ods="X9E01",
    asid="918999198997",
    path=PATH,
    place=Place("tkw-location", "X9E0101", "Toolkit Treatment Centre", "3 Loom Street", "Weaverham", "ZZ99 3CZ"),
    diaries=(DIARY,),
    services=tuple(Service(each, "Urgent treatment, Weaverham", (DIARY.id,)) for each in (SLOTS, SLOTS_ONLY)),
    purposes=(),
    cancel_policy=CancelPolicy.ANYONE,
)
