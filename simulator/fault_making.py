"""How defects and variants are written down: a seam with its replacement, or a rewrite of responses."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g

from .formats import JSON, XML, dump, parse_body
from .seams import DEFECT, UNDECIDABLE, WARNED, Fault, Method

#: The tag of the random sequences that end every run: some defects show in nothing else.
EXPLORES = "explores"

Change = Callable[[dict[str, Any]], Any]
Test = Callable[[Request, Response], bool]


def breaks(
    requirement: str,
    method: Method | None = None,
    *,
    part: str = "",
    near: str = "",
    warned: bool = False,
    undecidable: str = "",
) -> Callable[[Callable[..., Any]], Fault]:
    """The function below is a defect that breaks this requirement: it stands in for `method`, or rewrites answers.

    Its name with dashes is the defect's name, and the first paragraph of its docstring the summary. In place of
    a method it is called as ``function(original, *arguments)``, without one as ``function(request, response)``.
    The part is the one that has the method (``provider`` where several have it, or none is given).
    """

    def defect(function: Callable[..., Any]) -> Fault:
        return Fault(
            function.__name__.replace("_", "-"),
            requirement,
            " ".join((function.__doc__ or "").partition("\n\n")[0].split()),
            part or _part_of(method),
            method,
            replacement=function if method is not None else None,
            rewrite=function if method is None else None,
            kind=UNDECIDABLE if undecidable else WARNED if warned else DEFECT,
            near=near,
            undecidable=undecidable,
        )

    return defect


def _part_of(method: Method | None) -> str:
    place = "" if method is None else method.__module__
    if ".consumer." in place:
        return "consumer"
    if ".registry." in place:
        return "registry"
    return "outbox" if place.endswith(".outbox") else "provider"


def provider(name: str, requirement: str, summary: str, seam: Method, replacement: Callable[..., Any]) -> Fault:
    """A defect of both providers, at a seam."""
    return Fault(name, requirement, summary, "provider", seam, replacement)


def registry(name: str, requirement: str, summary: str, seam: Method, replacement: Callable[..., Any]) -> Fault:
    """A defect of the registry, at a seam."""
    return Fault(name, requirement, summary, "registry", seam, replacement)


def consumer(name: str, requirement: str, summary: str, seam: Method, change: Change) -> Fault:
    """A defect of the consumer: what the method makes, a resource, claims or headers, is changed in place."""

    def replacement(original: Any, *arguments: Any, **named: Any) -> Any:
        made = original(*arguments, **named)
        change(made)
        return made

    return Fault(name, requirement, summary, "consumer", seam, replacement)


def rewriting(
    name: str, requirement: str, summary: str, rewrite: Callable[[Request, Response], None], part: str = "provider"
) -> Fault:
    """A defect in the responses."""
    return Fault(name, requirement, summary, part, rewrite=rewrite)


def near(fault: Fault, requirement: str) -> Fault:
    """A defect that the scenarios of another requirement, or of a tag, meet, where those of its own mostly do not."""
    return replace(fault, near=requirement)


def warned(fault: Fault) -> Fault:
    """A defect that earns a warning of its requirement, and no failure."""
    return replace(fault, kind=WARNED)


def interaction(request: Request) -> str:
    """metadata, slots, search, book, read, vread, cancel (registry: register, update), or empty."""
    return (request.endpoint or "").rpartition(".")[2]


def done(*interactions: str) -> Test:
    """Whether a request of one of these interactions (of any, if none is named) succeeded."""
    return lambda request, response: (
        response.status_code < 300 and (not interactions or interaction(request) in interactions)
    )


def refused(request: Request, response: Response) -> bool:
    """Whether the request was rejected."""
    return response.status_code >= 400


def without_header(name: str, when: Test) -> Callable[[Request, Response], None]:
    """Responses lose a header."""

    def rewrite(request: Request, response: Response) -> None:
        if when(request, response):
            response.headers.pop(name, None)

    return rewrite


def with_header(name: str, change: Callable[[str], str], when: Test) -> Callable[[Request, Response], None]:
    """Responses have another value in a header that they have."""

    def rewrite(request: Request, response: Response) -> None:
        if when(request, response) and name in response.headers:
            response.headers[name] = change(response.headers[name])

    return rewrite


def with_status(status: int, when: Test) -> Callable[[Request, Response], None]:
    """Responses have another status."""

    def rewrite(request: Request, response: Response) -> None:
        if when(request, response):
            response.status_code = status

    return rewrite


def met(situation: str) -> bool:
    """Whether the present request was rejected in this situation (a key of ``answers.SITUATIONS``)."""
    return bool(g.get("situation") == situation)


def refused_instead(status: int, code: str, when: Test) -> Callable[[Request, Response], None]:
    """Responses become rejections, after the fact."""

    def rewrite(request: Request, response: Response) -> None:
        if when(request, response):
            issue = {"severity": "error", "code": code, "diagnostics": "The request is rejected."}
            outcome = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
            form = XML if "xml" in response.headers.get("Content-Type", "") else JSON
            response.set_data(dump(outcome, form))
            response.status_code = status
            for name in ("Location", "ETag", "Last-Modified", "Content-Location"):
                response.headers.pop(name, None)

    return rewrite


def with_body(change: Change, when: Test) -> Callable[[Request, Response], None]:
    """The resource in responses is changed in place by `change`."""

    def rewrite(request: Request, response: Response) -> None:
        if when(request, response) and response.get_data():
            form = XML if "xml" in response.headers.get("Content-Type", "") else JSON
            resource = parse_body(response.get_data(), form)
            change(resource)
            response.set_data(dump(resource, form))

    return rewrite


def without(*names: str) -> Change:
    """A resource loses elements."""

    def change(resource: dict[str, Any]) -> None:
        for name in names:
            resource.pop(name, None)

    return change


def with_values(**values: Any) -> Change:
    """A resource has these values in place of its own."""

    def change(resource: dict[str, Any]) -> None:
        resource.update(copy.deepcopy(values))

    return change


def below(*path: str | int, change: Change) -> Change:
    """The change made to what stands at a path: names of elements, and places in lists."""

    def change_below(resource: dict[str, Any]) -> None:
        found: Any = resource
        for step in path:
            found = found[step]
        change(found)

    return change_below


def in_entries(resource_type: str, change: Change) -> Change:
    """The change made to each resource of a type in a Bundle."""

    def change_all(bundle: dict[str, Any]) -> None:
        for entry in bundle.get("entry", []):
            if entry["resource"]["resourceType"] == resource_type:
                change(entry["resource"])

    return change_all


def in_found(resource_type: str, name: str, requirement: str, summary: str, change: Change) -> Fault:
    """A defect in the resources of a type that a slot search returns."""
    return rewriting(name, requirement, summary, with_body(in_entries(resource_type, change), done("slots")))


def in_contained(resource_type: str, change: Change) -> Change:
    """The change made to each contained resource of a type."""

    def change_all(resource: dict[str, Any]) -> None:
        for contained in resource.get("contained", []):
            if contained["resourceType"] == resource_type:
                change(contained)

    return change_all
