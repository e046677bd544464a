"""Defects in the OperationOutcome of one kind of rejection only: all others are as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Request, Response

from ....fault_making import met, near, rewriting, warned, with_body
from ....seams import Fault

#: What is refused: a name, the situation, and a requirement whose scenarios meet it.
_REFUSALS: tuple[tuple[str, str, str], ...] = (
    ("taken-slot", "slot-taken", "PRV-BOOK-10"),
    ("unknown-slot", "unknown-slot", "PRV-BOOK-14"),
    ("malformed-body", "malformed-body", "PRV-BOOK-13"),
    ("unread-type", "unsupported-request-type", "PRV-BOOK-23"),
    ("old-version", "stale-version", "PRV-CAN-08"),
    ("changing-cancellation", "cancel-differs", "PRV-CAN-07"),
    ("unknown-id", "not-found", "PRV-GET-03"),
    ("malformed-token", "token-malformed", "SEC-22"),
    ("wrong-method", "wrong-method", "FMT-23"),
)


#: Of these a severity that does not fit is tried: the check is one, for every answer.
_OF_SEVERITY = frozenset({"unknown-slot", "old-version", "unknown-id", "malformed-token"})


Rewrite = Callable[[Request, Response], None]


def _in_html(situation: str) -> Rewrite:
    def rewrite(request: Request, response: Response) -> None:
        if met(situation):
            response.set_data(b"<html><body>The request was rejected.</body></html>")
            response.headers["Content-Type"] = "text/html;charset=utf-8"

    return rewrite


def _changed(situation: str, change: Callable[[dict[str, Any]], Any]) -> Rewrite:
    return with_body(change, lambda request, response: met(situation))


def _no_issue(outcome: dict[str, Any]) -> None:
    outcome["issue"] = []


def _information(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["severity"] = "information"


def _all() -> Iterator[Fault]:
    for name, situation, at in _REFUSALS:
        told = f"for {situation}"
        yield near(
            rewriting(f"{name}-in-html", "ERR-01", f"A rejection {told} comes in HTML.", _in_html(situation)), at
        )
        no_issue = _changed(situation, _no_issue)
        yield near(rewriting(f"{name}-without-issue", "ERR-02", f"A rejection {told} has no issue.", no_issue), at)
        if name in _OF_SEVERITY:
            mild = _changed(situation, _information)
            summary = f"A rejection {told} has the severity information."
            yield warned(near(rewriting(f"{name}-is-information", "ERR-02", summary, mild), at))


ONE_REFUSAL: tuple[Fault, ...] = tuple(_all())
