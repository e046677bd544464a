"""Expectations of rejections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from ...http.exchange import Exchange
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.variations import Trial
from ...text import in_words

_POINTS = "issue.location or issue.expression that points at the fault"
_PLACE = "OperationOutcome.issue.expression"
_TOLD_BY_ISSUES = frozenset({"ERR-03", "ERR-04"})


#: The elements that a place may name on the way to the fault of a change; the longest beginning of its name counts.
_FAULTS: Mapping[str, frozenset[str]] = {
    "without the element participant": frozenset({"participant"}),
    "the NHS number": frozenset({"patient", "identifier", "value", "participant", "actor"}),
    "a patient without a gender": frozenset({"patient", "gender"}),
    "a patient without a birth date": frozenset({"patient", "birthdate"}),
    "a slot that does not exist": frozenset({"slot", "identifier", "schedule", "reference", "start", "end"}),
    "with the parameter start": frozenset({"start"}),
}
#: Elements and parameters that a place can name. Who names none of them (a line and column, the body as a whole)
#: points at no other element than the fault's.
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "participant actor identifier gender birthdate name family given telecom address contact slot schedule start "
        "end description created status supportinginformation language documentreference incomingreferral "
        "healthcareservice practitioner",
    )
)


def _issues(exchange: Exchange) -> list[dict[str, object]]:
    return [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]


@decides("ERR-03")
def points_at_fault(recorder: Recorder, trial: Trial) -> None:
    """ERR-03: for invalid input the OperationOutcome has issue.location or issue.expression."""
    _each_refusal(
        recorder,
        trial,
        "ERR-03",
        lambda exchange: any(issue.get("location") or issue.get("expression") for issue in _issues(exchange)),
        _POINTS,
        _PLACE,
    )


@decides("ERR-03")
def points_nowhere_else(recorder: Recorder, trial: Trial) -> None:
    """ERR-03: what location or expression names is the fault; where there are several issues, one of them does."""
    for row in trial.rows:
        exchange = row.exchange
        words = next((_FAULTS[name] for name in sorted(_FAULTS, reverse=True) if row.change.startswith(name)), None)
        if words is None or exchange is None or not 400 <= exchange.status < 500:
            continue
        places = [place for issue in _issues(exchange) for place in _places(issue)]
        if not places:
            continue
        elsewhere = all(_is_elsewhere(place, words) for place in places)
        recorder.expect(
            "ERR-03",
            not elsewhere,
            expected=f"{row.change}: a place that is at fault",
            actual=", ".join(places[:3]) if elsewhere else "it is",
            of=exchange,
            where=_PLACE,
        )


def _places(issue: Mapping[str, object]) -> list[str]:
    lists = [found for key in ("location", "expression") if isinstance(found := issue.get(key), list)]
    return [str(place) for found in lists for place in found]


def _is_elsewhere(place: str, words: frozenset[str]) -> bool:
    """Whether a place (FHIRPath, XPath, http.parameter) names elements, and none on the way to the fault."""
    named = {word.lower() for word in re.findall(r"[A-Za-z]+", place)}
    return named.isdisjoint(words) and not named.isdisjoint(_ELEMENTS)


@decides("ERR-03")
def should_point_at_fault(recorder: Recorder, trial: Trial) -> None:
    """ERR-03, where there is hardly a place to point at: a resource of another type, a slot that is not there."""
    for exchange in trial.refusals():
        if any(issue.get("location") or issue.get("expression") for issue in _issues(exchange)):
            recorder.expect("ERR-03", True, expected=_POINTS, actual="it has", of=exchange, where=_PLACE)
        else:
            actual = f"{exchange.note}: {exchange.summary()} without it"
            recorder.falls_short("ERR-03", expected=_POINTS, actual=actual, of=exchange, where=_PLACE)


@decides("ERR-04")
def gives_reason(recorder: Recorder, trial: Trial) -> None:
    """ERR-04: for a business rejection issue.diagnostics gives the concrete reason."""
    _each_refusal(
        recorder,
        trial,
        "ERR-04",
        lambda exchange: any(str(issue.get("diagnostics") or "").strip() for issue in _issues(exchange)),
        "issue.diagnostics with the reason",
        "OperationOutcome.issue.diagnostics",
    )


@decides("ERR-04")
def reasons_differ(recorder: Recorder, trial: Trial) -> None:
    """ERR-04: the reason is a concrete one, so rejections in different situations do not say the same."""
    rows = [(row.situation, row.exchange) for row in trial.rows if row.exchange in trial.refusals()]
    _tell_apart(recorder, [(situation, exchange) for situation, exchange in rows if exchange is not None])


@decides("ERR-04")
def taken_is_another_reason(recorder: Recorder, taken: Exchange, invalid: Exchange) -> None:
    """ERR-04: that a slot is taken is said otherwise than that an NHS number is invalid."""
    rows = [("slot-taken", taken), ("invalid-nhs-number", invalid)]
    _tell_apart(recorder, [(what, exchange) for what, exchange in rows if 400 <= exchange.status < 500])


def _tell_apart(recorder: Recorder, refusals: Iterable[tuple[str, Exchange]]) -> None:
    """Whether no two situations are given one reason; those without any are told of elsewhere."""
    given: dict[str, dict[str, Exchange]] = {}
    for situation, exchange in refusals:
        if _reason(exchange):
            given.setdefault(_reason(exchange), {})[situation] = exchange
    if len({situation for found in given.values() for situation in found}) < 2:
        return
    shared = next(((text, found) for text, found in given.items() if len(found) > 1), None)
    recorder.expect(
        "ERR-04",
        shared is None,
        expected="another reason in issue.diagnostics for what is rejected for another reason",
        actual=f"{in_words(shared[0])} for {' and '.join(shared[1])}" if shared else "other reasons",
        of=list(shared[1].values()) if shared else [next(iter(found.values())) for found in given.values()],
        where="OperationOutcome.issue.diagnostics",
    )


def _reason(exchange: Exchange) -> str:
    """The diagnostics, without what only tells one request from another: numbers and ids."""
    texts = " ".join(str(issue.get("diagnostics") or "") for issue in _issues(exchange))
    return " ".join(word for word in re.findall(r"[^\s.,:;()]+", texts) if not re.search(r"\d", word))


@decides(named=True)
def has_outcome(recorder: Recorder, trial: Trial, requirement: str) -> None:
    """PRV-CAN-21, PRV-SRCH-35: a rejection has an OperationOutcome."""
    _each_refusal(
        recorder,
        trial,
        requirement,
        lambda exchange: exchange.resource.get("resourceType") == "OperationOutcome",
        "an OperationOutcome with the rejection",
        "body",
    )


def _each_refusal(
    recorder: Recorder,
    trial: Trial,
    requirement: str,
    has: Callable[[Exchange], bool],
    expected: str,
    where: str,
) -> None:
    refusals = trial.refusals()
    if not refusals:
        recorder.not_observed(requirement, "nothing was rejected", of=[r.exchange for r in trial.rows if r.exchange])
    for exchange in refusals:
        met = has(exchange)
        recorder.expect(
            requirement,
            met,
            expected=expected,
            actual="it has" if met else f"{exchange.note}: {exchange.summary()} without it",
            of=exchange,
            where=where,
            because=_in_the_way(exchange) if requirement in _TOLD_BY_ISSUES else "",
        )


def _in_the_way(exchange: Exchange) -> str:
    """The clause that a rejection breaks which has no issue at all, so that nothing can be told by one."""
    if exchange.resource.get("resourceType") != "OperationOutcome":
        return "ERR-01"
    return "" if _issues(exchange) else "ERR-02"
