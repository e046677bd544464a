"""What is recorded of a call that the consumer under test took: expectations, each of some of its requests."""

from __future__ import annotations

from collections.abc import Iterable

from ..consumer.requests import ProviderCall
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from ..settings.consumer import CONSUMER


def exchanges(requests: Iterable[ProviderCall]) -> list[Exchange]:
    """The exchanges of requests."""
    return [request.exchange for request in requests]


def expect(
    recorder: Recorder,
    requirement: str,
    met: bool,
    expected: str,
    otherwise: str,
    of: Iterable[ProviderCall],
    *,
    where: str = "",
    because: str = "",
) -> None:
    """Record whether the consumer met a requirement; ``otherwise`` says what was seen where it did not.

    ``because`` is that of ``Recorder.expect``.
    """
    recorder.expect(
        requirement,
        met,
        expected=expected,
        actual="as expected" if met else otherwise,
        of=exchanges(of),
        where=where,
        system=CONSUMER,
        because=because,
    )


def not_observed(
    recorder: Recorder, requirements: Iterable[str], reason: str, of: Iterable[ProviderCall] = (), *, because: str = ""
) -> None:
    """Record that none of the requirements could be seen, and why; ``because`` names the requirement in the way."""
    for requirement in requirements:
        recorder.not_observed(requirement, reason, of=exchanges(of), because=because)
