"""What a consumer asks for when it searches for slots, or for a patient's appointments (CON-SRCH-*, CON-SAPT-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from uec_booking.standard import names

from ....consumer.requests import Interaction, ProviderCall
from ....judging.observations import Observation
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"CON-SRCH-01", "CON-SRCH-02", "CON-SRCH-03", "CON-SRCH-04", "CON-SRCH-06", "CON-SRCH-07", "CON-SRCH-08"}
    | {"CON-SRCH-19", "CON-SAPT-01"}
)

_BOUND = re.compile(r"(?P<prefix>ge|gt|le|lt)?(?P<time>.*)", re.DOTALL)
_FULL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
#: Other spellings of the parameter that names the service (CF-08).
_ALSO = ("schedule.actor:HealthcareService", "service")


def searches(call: ProviderCall, services: Mapping[str, frozenset[str]]) -> Iterator[Observation]:
    """What one search shows. ``services`` maps a service root to all ids behind it, where they are known."""
    if call.interaction is Interaction.SLOTS:
        yield from _slots(Observer(call), call, services.get(call.root) or frozenset(_services_named(call)))
    elif call.interaction is Interaction.SEARCH:
        tokens = [value for name, value in call.query if name.rpartition(".")[2] == "identifier" or "actor" in name]
        right = any(token.startswith(f"{names.NHS_NUMBER_SYSTEM}|") for token in tokens)
        yield Observer(call).met(
            "CON-SAPT-01",
            right,
            "system|value of the NHS number",
            ", ".join(tokens)[:200] or "no such parameter",
            "query",
        )


def _services_named(call: ProviderCall) -> list[str]:
    return [value for spelling in (names.SERVICE_PARAMETER, *_ALSO) for value in call.values(spelling) if value]


def _slots(see: Observer, call: ProviderCall, services: frozenset[str]) -> Iterator[Observation]:
    name = names.SERVICE_PARAMETER
    given = call.values(name)
    also = [value for spelling in _ALSO for value in call.values(spelling)]
    expected = f"{name}={' or '.join(sorted(services)) or 'the id of the service'}"
    if not given and also and set(also) <= services:
        yield see.warned("CON-SRCH-01", expected, "the service by another spelling of the parameter (CF-08)", "query")
    else:
        shown = f"{name}={', '.join(given)}" if given else f"no {name}"
        yield see.met("CON-SRCH-01", bool(given) and set(given) <= services, expected, shown, "query")
    bounds = [_BOUND.fullmatch(value) for value in call.values("start")]
    prefixes = [bound["prefix"] for bound in bounds if bound]
    upper = bool({"le", "lt"} & set(prefixes))
    yield see.met(
        "CON-SRCH-02", upper, "an upper bound: start=le or start=lt", f"start {call.values('start')}", "start"
    )
    yield see.met("CON-SRCH-03", bool({"ge", "gt"} & set(prefixes)), "a lower bound", "no lower bound", "start")
    yield see.met("CON-SRCH-04", call.values("status") == ["free"], "status=free", "another status, or none", "status")
    chosen = call.values("_format") or [call.header("Accept") or ""]
    yield see.met("CON-SRCH-07", "fhir+" in chosen[0], "a FHIR format asked for", chosen[0] or "none", "Accept")
    includes = sorted(value for name, value in call.query if name.startswith("_include"))
    yield see.told("CON-SRCH-19", "which includes are asked for", ", ".join(includes) or "none", "_include")
    yield from _times(see, call)


def _times(see: Observer, call: ProviderCall) -> Iterator[Observation]:
    """A plus sign that is sent as it is arrives as a blank. Of a colon RFC 3986 does not demand it: that is told."""
    raw = call.raw_query
    expected = "colons and plus signs of values percent-encoded"
    if "+" not in raw and ":" in raw:
        yield see.warned("CON-SRCH-06", expected, f"colons as they are in {raw[:200]}", "query")
    else:
        yield see.met("CON-SRCH-06", "+" not in raw, expected, f"+ as it is in {raw[:200]}", "query")
    wrong = [value for value in call.values("start") if not _full(value.replace(" ", "+"))]
    expected = "full timestamps with an offset"
    yield see.met("CON-SRCH-08", not wrong, expected, ", ".join(wrong)[:200], "start")


def _full(value: str) -> bool:
    bound = _BOUND.fullmatch(value)
    return bound is not None and bool(_FULL.fullmatch(bound["time"]))
