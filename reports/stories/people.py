"""What people say and do in a story, found in its sentences: the part of the diagram that is not on the wire."""

from __future__ import annotations

import re

from .told import Lifeline, Spoken

_PATIENT, _USER, _CONSUMER, _PROVIDER = Lifeline.PATIENT, Lifeline.UEC_PROVIDER, Lifeline.CONSUMER, Lifeline.ORIGINAL

#: Part of a sentence, and what it stands for in the diagram.
SENTENCES: tuple[tuple[str, tuple[Spoken, ...]], ...] = (
    (
        r"who is assessed by the \w+ 111 service",
        (Spoken(_PATIENT, _USER, "Calls 111"), Spoken(_USER, _CONSUMER, "Assessment")),
    ),
    (
        r"calls the \w+ 111 service back and is re-assessed",
        (Spoken(_PATIENT, _USER, "Calls the same 111 service back"), Spoken(_USER, _CONSUMER, "Re-assessment")),
    ),
    (
        r"calls the \w+ 111 service and is assessed",
        (Spoken(_PATIENT, _USER, "Calls another 111 service"), Spoken(_USER, _CONSUMER, "Re-assessment")),
    ),
    (r"the patient confirms and", (Spoken(_PATIENT, _USER, "Confirms which appointment is to be cancelled"),)),
    (r"the staff of the provider cancel", (Spoken(_PROVIDER, _PROVIDER, "Staff cancel it locally"),)),
    (r"whom the \w+ 111 service has booked at", (Spoken(_PATIENT, _USER, "Calls 111"),)),
    (r"111 service books the caller at", (Spoken(_PATIENT, _USER, "Calls 111"),)),
)


def spoken(sentence: str) -> tuple[Spoken, ...]:
    """What people say and do in a sentence, before anything in it is sent."""
    return tuple(one for pattern, found in SENTENCES if re.search(pattern, sentence) for one in found)
