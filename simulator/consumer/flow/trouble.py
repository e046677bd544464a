"""What is said to the user about an answer that is no success, each cause in its own words."""

from __future__ import annotations

import logging

from ..encounter import Encounter, Place
from ..rules import DeskRules
from ..wire.answers import Answer

log = logging.getLogger("uec_booking.desk")

_OF_PROXY = {
    403: "this system or the provider's is not authorised for the call",
    405: "it does not support the call",
    415: "it does not support the format",
    502: "the provider's system is offline",
    504: "the provider's system did not answer in time",
}
_OF_PROVIDER = {
    400: "it found the request invalid",
    401: "it did not accept this system's token",
    403: "it does not allow this",
    404: "it does not know what was asked for",
    405: "it does not support the call",
    408: "it did not get the whole request in time",
    409: "the appointment or slot has changed meanwhile",
    410: "the appointment is not there any more",
    412: "the version named was not accepted",
    415: "it does not support the format",
    422: "it could not process the content",
    429: "it has too many calls just now",
    500: "its system had a fault",
    501: "it does not support the format",
    503: "its system is not available just now",
}


class Trouble:
    """Puts troubles into words, and logs them for whoever looks into them (SSP-11)."""

    def __init__(self, rules: DeskRules) -> None:
        self._rules = rules

    def cause(self, answer: Answer) -> str:
        """Why a call did not succeed, as the end of a sentence."""
        if not answer.status:
            return f"no answer came ({answer.lost})"
        proxy = self._rules.came_from_proxy(answer)
        who, known = ("the Spine Secure Proxy", _OF_PROXY) if proxy else ("the provider", _OF_PROVIDER)
        meaning = known.get(answer.status, "it gave an answer that is not expected here")
        if answer.status < 300:
            meaning = "its answer could not be read"
        reason = answer.reason()
        return f"{who} answered {answer.status}: {meaning}" + (f" (“{reason}”)" if reason else "")

    def log(self, encounter: Encounter, what: str, answer: Answer | None = None, place: Place | None = None) -> None:
        """Keep the facts of a trouble; no patient is named."""
        where = f" at {place.root} (ASID {place.asid})" if place else ""
        status = f": {self.cause(answer)}" if answer else ""
        log.warning("task %s: %s%s%s", encounter.task["task"], what, where, status)
