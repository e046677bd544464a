"""The scenarios of stories A to D as they went: who sent what to whom, from the traffic that the run recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from urllib.parse import unquote, urlsplit

from uec_booking.harness.judging.observations import Observation, ScenarioRecord, StepRecord
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict, ScenarioVerdict
from uec_booking.standard import names
from uec_booking.standard.roles import CONSUMER, PROVIDER, REGISTRY

from ..exchanges import Exchange
from ..page_scenarios import scenario_place
from ..secrets import redacted_line
from ..text import one_line
from . import lookups, words
from .deviations import Deviations, deviations
from .people import spoken
from .told import Lifeline, Lookup, Message, Step, Told

#: A story is known by the letter that its feature, or its scenario, begins with.
_LETTER = re.compile(r"([ABCD])(?: [a-z ]+)? · ")
#: The part of an address behind the root of a provider.
_RESOURCE = re.compile(r"/(?:Slot|Appointment|metadata)(?:/|$)")
#: Who a lifeline is, as its head says.
_TESTED, _OURS = "under test", "played by the suite"
#: Where the report lays an exchange out, by scenario and exchange; empty where it does not.
Place = Callable[[tuple[str, str]], str]


def letter(record: ScenarioRecord) -> str:
    """Which of the stories a scenario tells; empty where it is none of them."""
    found = _LETTER.match(record.feature) or _LETTER.match(record.name)
    return found[1] if found else ""


def stories(run: JudgedRun, place: Place) -> list[Told]:
    """The scenarios of stories A to D that ran, by letter, in the order of the suite's files."""
    by_id = {requirement.id: requirement for requirement in run.requirements}
    found = [told(run, one, by_id, place) for one in run.scenarios if letter(one.record)]
    return sorted(found, key=lambda one: (one.letter, one.feature, one.id))


def told(run: JudgedRun, scenario: ScenarioVerdict, by_id: Mapping[str, RequirementVerdict], place: Place) -> Told:
    """One scenario as it went, be it of a story or not."""
    record = scenario.record
    cast = _Cast(record, lookups.registry_by_proxy(scenario.judged))
    found = deviations(scenario, by_id)
    return Told(
        letter=letter(record),
        feature=one_line(record.feature),
        name=one_line(record.name),
        id=record.id,
        place=scenario_place(record.id),
        status=scenario.status,
        players=_players(run, cast.consumer_asks),
        steps=tuple(_steps(scenario, cast, found, place, by_id)),
        ending=redacted_line(record.problem.reason, 400) if record.problem else "",
    )


def _steps(
    scenario: ScenarioVerdict, cast: _Cast, found: Deviations, place: Place, known: Collection[str]
) -> list[Step]:
    record = scenario.record
    by_id = {str(exchange["id"]): exchange for exchange in record.exchanges}
    made, looking, asked = [], False, lookups.asked(scenario.judged)
    for step in record.steps:
        if step.keyword not in ("And", "But"):
            looking = step.keyword not in ("Given", "When")
        sent = [by_id[id] for id in step.exchanges if id in by_id]
        messages = tuple(cast.message(one, record.id, looking, found, place) for one in sent)
        here = [pair for pair in asked if lookups.belongs_to(step, pair[1], record.steps)]
        made.append(_step(step, [_lookup(*pair, found, known) for pair in here], messages, found))
    return made


def _step(step: StepRecord, asked: list[Lookup], messages: tuple[Message, ...], found: Deviations) -> Step:
    sentence = f"{step.keyword} {step.name}"
    own = [*found.of_step.get(step.name, ()), *found.of_step.get(sentence, ())]
    # What stands among the exchanges is not drawn twice.
    seen = {message.target for message in messages if message.target == Lifeline.REGISTRY}
    own += [deviation for one in asked if one.target in seen for deviation in one.deviations]
    others = tuple(one for one in asked if one.target not in seen)
    return Step(one_line(sentence, 400), one_line(step.outcome, 20), spoken(step.name), others, messages, tuple(own))


def _lookup(kind: lookups.Kind, seen: Observation, found: Deviations, known: Collection[str]) -> Lookup:
    anchor = kind.shown_by if kind.shown_by in known else ""
    deviations = found.of_lookup.get(lookups.key(kind, seen), ())
    return Lookup(kind.target, kind.words, kind.shown_by, anchor, deviations)


def _players(run: JudgedRun, consumer_asks: bool) -> dict[Lifeline, str]:
    """Who played what: in a scenario of a consumer the suite plays the rest of the world, else it is the consumer."""
    if consumer_asks:
        world = dict.fromkeys((Lifeline.REGISTRY, Lifeline.DOS, Lifeline.ORIGINAL, Lifeline.SECOND), _OURS)
        return {Lifeline.CONSUMER: _TESTED, **world}
    tested = run.system.get("under_test", {})
    original, second = PROVIDER.parts
    parts = {Lifeline.REGISTRY: REGISTRY.main, Lifeline.ORIGINAL: original, Lifeline.SECOND: second}
    return {Lifeline.CONSUMER: _OURS} | {one: _TESTED if part in tested else _OURS for one, part in parts.items()}


class _Cast:
    """Which lifelines the systems of one scenario are, and what its appointments are called."""

    def __init__(self, record: ScenarioRecord, registry_by_proxy: bool) -> None:
        self._booked: list[str] = []
        self._original = ""
        by_consumer = {_root(exchange) for exchange in record.exchanges if exchange["system"] == CONSUMER.name}
        self._by_consumer = bool(by_consumer)
        # At a provider a consumer does more than to search for the patient.
        others = {_root(exchange) for exchange in record.exchanges if names.PATIENT_PARAMETER not in _query(exchange)}
        self._registries = by_consumer - others if registry_by_proxy else set()
        for exchange in record.exchanges:
            request, response = exchange["request"], exchange.get("response")
            if _is_registry(exchange) or request["method"] != "POST" or not response or response["status"] != 201:
                continue
            self._booked.append(_booked(response))
            self._original = self._original or _root(exchange)
        if not self._original:
            asked = (_root(exchange) for exchange in record.exchanges if not _is_registry(exchange))
            self._original = next((root for root in asked if root not in self._registries), "")

    @property
    def consumer_asks(self) -> bool:
        """Whether it is a consumer under test that was seen to ask, and not the suite that asked."""
        return self._by_consumer

    def message(self, exchange: Exchange, scenario: str, looking: bool, found: Deviations, place: Place) -> Message:
        id = str(exchange["id"])
        target = self._target(exchange)
        from_provider = _is_registry(exchange) and exchange["system"] != REGISTRY.name
        return Message(
            id=one_line(id, 40),
            anchor=place((scenario, id)),
            source=Lifeline.ORIGINAL if from_provider else Lifeline.CONSUMER,
            target=target,
            actor="" if exchange["system"] == CONSUMER.name else one_line(exchange.get("actor") or "", 60),
            words=redacted_line(words.request(exchange, target, from_provider, self._booked), 120),
            answer=redacted_line(words.answer(exchange), 140),
            looking=looking or bool(exchange.get("note", "").startswith("read again")),
            deviations=found.of_exchange.get(id, ()),
        )

    def _target(self, exchange: Exchange) -> Lifeline:
        if _is_registry(exchange) or _root(exchange) in self._registries:
            return Lifeline.REGISTRY
        return Lifeline.ORIGINAL if _root(exchange) == self._original else Lifeline.SECOND


def _is_registry(exchange: Exchange) -> bool:
    """Also where the recording proxy before the registry saw a provider ask it."""
    return str(exchange["system"]).startswith(REGISTRY.name)


def _query(exchange: Exchange) -> str:
    return unquote(str(exchange["request"]["url"])).partition("?")[2]


def _root(exchange: Exchange) -> str:
    """By what a provider is told from another: the part of the run that it is, and the root of its addresses."""
    try:
        pieces = urlsplit(str(exchange["request"]["url"]))
        root = f"{pieces.netloc}{_RESOURCE.split(pieces.path)[0]}"
    except ValueError:
        root = ""
    return f"{exchange['system']} {root}"


def _booked(response: Mapping[str, object]) -> str:
    headers = response.get("headers")
    found = [value for name, value in headers if name.lower() == "location"] if isinstance(headers, list) else []
    return words.appointment_id(str(found[0])) if found else ""
