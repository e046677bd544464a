"""Variants in how JSON is laid out, and in what an OperationOutcome says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ..fault_making import Change, refused, rewriting, with_body
from ..seams import Fault

_OWN_ID = "https://provider.example/Id"


def _sorted_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_sorted_names(item) for item in value]
    if isinstance(value, dict):
        return {name: _sorted_names(value[name]) for name in sorted(value, reverse=True)}
    return value


def _written(pretty: bool) -> Callable[[Request, Response], None]:
    """JSON with its names in another order, or laid out for people, with all but ASCII escaped."""

    def rewrite(request: Request, response: Response) -> None:
        if "json" in response.headers.get("Content-Type", "") and response.get_data():
            resource = json.loads(response.get_data())
            text = json.dumps(resource, indent=4) if pretty else json.dumps(_sorted_names(resource))
            response.set_data(text.encode("ascii"))

    return rewrite


def _bare_outcome(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("details", None)


def _own_words(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["details"] = {
            "coding": [{"system": f"{_OWN_ID}/error", "code": "E-0815", "display": "Rejected"}],
            "text": "Your request was rejected",
        }
        issue["diagnostics"] = f"[E-0815] Your system sent us a request which we decline. {issue['diagnostics']}"


def _more_issues(outcome: dict[str, Any]) -> None:
    issue = {"severity": "information", "code": "informational", "diagnostics": "Ask the service desk for help."}
    outcome["issue"] = [*outcome["issue"], issue]
    outcome["meta"] = {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-OperationOutcome-1"]}


def _located(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        if "expression" in issue:
            issue["location"] = [f"/f:{path.replace('.', '/f:')}" for path in issue.pop("expression")]


def _refusing(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, refused))


WORDING: tuple[Fault, ...] = (
    rewriting("elements-in-other-order", "RES-ANY-01", "JSON members come in another order.", _written(False)),
    rewriting("pretty-json", "FMT-08", "JSON is laid out for people, with all but ASCII escaped.", _written(True)),
    _refusing("bare-outcomes", "ERR-02", "OperationOutcomes have no details.", _bare_outcome),
    _refusing("outcomes-in-own-words", "ERR-02", "OperationOutcomes have codings and words of their own.", _own_words),
    _refusing("outcomes-with-more-issues", "ERR-02", "OperationOutcomes have a second issue.", _more_issues),
    _refusing("outcomes-with-location", "ERR-03", "OperationOutcomes point at the fault with an XPath.", _located),
)
