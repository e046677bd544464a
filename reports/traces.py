"""How a shortfall came about: the step that it was seen in, the one before, and the request that changed something."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from uec_booking.harness.judging.observations import NOT_MET, ScenarioRecord, StepRecord
from uec_booking.harness.judging.verdicts import Judged, JudgedRun

from .findings import STANDING_STEP

#: The note of a control request, which is a good one (``harness/scenario/variations.py``).
_CONTROL = "the same without any change"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Trace:
    """``causes`` are the ids of the requests before it that may have brought it about: see ``_causes``.

    ``steps`` are all steps before, ``before`` the last of them, and ``control`` is the id of the same request without
    the one thing that was wrong, where that was accepted; empty where there is none.
    """

    scenario: str
    step: str
    before: str
    causes: tuple[str, ...]
    control: str = ""
    steps: tuple[str, ...] = ()


class Traces:
    """The traces of one run."""

    def __init__(self, run: JudgedRun) -> None:
        self._records = {scenario.record.id: scenario.record for scenario in run.scenarios}

    def of(self, judged: Judged) -> Trace:
        seen = judged.observation
        record = self._records.get(seen.scenario)
        if record is None:
            return Trace(seen.scenario, "" if seen.step == STANDING_STEP else seen.step, "", ())
        place = _place(record, judged)
        step = _in_words(record.steps[place]) if place is not None else ""
        if seen.step == STANDING_STEP:
            step = f"{step} (checked on every exchange)" if step else "checked on every exchange"
        return Trace(
            scenario=record.name,
            step=step or seen.step,
            before=_in_words(record.steps[place - 1]) if place else "",
            steps=tuple(_in_words(one) for one in record.steps[: place or 0]),
            causes=_causes(record, judged),
            control=_control(record, judged),
        )


def _place(record: ScenarioRecord, judged: Judged) -> int | None:
    """The step of an observation: by its name, or by its exchange where the check was made on the way."""
    seen = judged.observation
    for number, step in enumerate(record.steps):
        if seen.step in (step.name, f"{step.keyword} {step.name}"):
            return number
        if seen.step == STANDING_STEP and seen.exchanges and seen.exchanges[0] in step.exchanges:
            return number
    return None


def _in_words(step: StepRecord) -> str:
    return f"{step.keyword} {step.name}"


def _causes(record: ScenarioRecord, judged: Judged) -> tuple[str, ...]:
    """The requests before a wrong answer about an appointment that may have changed it.

    They are the last one that the system accepted and, where one came after it that was rejected, that one too:
    it may have been carried out all the same.
    """
    seen = judged.observation
    if judged.outcome != NOT_MET or not seen.exchanges:
        return ()
    accepted = refused = ""
    for exchange in record.exchanges:
        request, id = exchange["request"], str(exchange["id"])
        if id == seen.exchanges[0]:
            if request["method"] in _READING and _is_about_appointments(str(request["url"])):
                return tuple(found for found in (accepted, refused) if found and found not in seen.exchanges)
            return ()
        if request["method"] not in _READING and exchange["system"] == seen.system:
            response = exchange.get("response")
            if response and 200 <= response["status"] < 300:
                accepted, refused = id, ""
            else:
                refused = id
    return ()


def _control(record: ScenarioRecord, judged: Judged) -> str:
    """The control request of a negative test, where that was accepted."""
    seen = judged.observation
    wrong = next((one for one in record.exchanges if one["id"] in seen.exchanges), None)
    if wrong is None or not wrong.get("note") or seen.where != "status":
        return ""
    for exchange in record.exchanges:
        response = exchange.get("response")
        same = (exchange["system"], exchange["request"]["method"]) == (wrong["system"], wrong["request"]["method"])
        if exchange.get("note") == _CONTROL and same and response and 200 <= response["status"] < 300:
            return str(exchange["id"])
    return ""


def _is_about_appointments(url: str) -> bool:
    try:
        return "/Appointment" in urlsplit(url).path
    except ValueError:
        return False
