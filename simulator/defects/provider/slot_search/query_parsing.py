"""Defects in how a slot search is understood: spelt, ordered or cut out otherwise than the first example."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from flask import Request, Response, request

from ....fault_making import breaks, done, near, provider, refused_instead, rewriting, with_body
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....variants.pages import PAGES
from ...building_blocks import searched_for_slots

_BUSY = Rejected("invalid-query-value", "Another search is under way.")


def _starts(request: Request) -> list[str]:
    return request.args.getlist("start")


def _days(request: Request) -> float:
    bounds = [datetime.fromisoformat(value[2:].replace(" ", "+")) for value in _starts(request)]
    return (max(bounds) - min(bounds)) / timedelta(days=1) if bounds else 0


def _status_is_not_last(request: Request) -> bool:
    names = [pair.partition("=")[0] for pair in request.query_string.decode().split("&")]
    return "status" in names and not any(name.startswith("_") for name in names) and names[-1] != "status"


@breaks("PRV-SRCH-12", ProviderRules.slot_query)
def last_hour_is_not_past(original: Any, parameters: Any, now: Any) -> Any:
    """A window that ended within the last hour is answered."""
    return original(parameters, now - timedelta(hours=1))


def _one_at_a_time() -> Callable[..., Any]:
    door = threading.Lock()

    def search(original: Any, *arguments: Any) -> Any:
        if not door.acquire(blocking=False):
            raise _BUSY
        try:
            time.sleep(0.1)
            return original(*arguments)
        finally:
            door.release()

    return search


@breaks("PRV-SRCH-02", ProviderRules.visible_diaries)
def other_services_without_includes(original: Any, query: Any, caller: Any) -> Any:
    """A search without includes returns slots of all services."""
    if any(name.startswith("_include") for name in request.args):
        return original(query, caller)
    return [diary.id for diary in original.__self__.profile.diaries]


def _self_link_later(bundle: dict[str, Any]) -> None:
    for link in bundle.get("link", []):
        if link["relation"] == "self":
            bounds = [part for part in unquote(link["url"]).split("&") if part.startswith("start=")]
            link["url"] = unquote(link["url"])
            for bound in bounds:
                told = datetime.fromisoformat(bound[8:].replace(" ", "+")) + timedelta(hours=1)
                link["url"] = link["url"].replace(bound, f"{bound[:8]}{told.isoformat()}")


def _without_schedules(bundle: dict[str, Any]) -> None:
    bundle["entry"] = [e for e in bundle.get("entry", []) if e["resource"]["resourceType"] != "Schedule"]


def _on_later_pages(change: Callable[[dict[str, Any]], None]) -> Callable[[Request, Response], None]:
    """A result in pages, of which those after the first are changed."""

    def rewrite(request: Request, response: Response) -> None:
        assert PAGES[0].rewrite is not None
        PAGES[0].rewrite(request, response)
        with_body(change, searched_for_slots(lambda request: "page" in request.args))(request, response)

    return rewrite


def _one_is_busy(bundle: dict[str, Any]) -> None:
    bundle["entry"][0]["resource"]["status"] = "busy"


def _one_is_later(bundle: dict[str, Any]) -> None:
    slot = bundle["entry"][0]["resource"]
    for name in ("start", "end"):
        slot[name] = (datetime.fromisoformat(slot[name]) + timedelta(days=9)).isoformat()


@breaks("PRV-SRCH-01", near="PRV-SRCH-28")
def first_page_again(request: Request, response: Response) -> None:
    """The link to the next page leads to the first one again.

    Whatever page is asked for, the first one comes.
    """
    assert PAGES[0].rewrite is not None
    known = request.args
    request.args = type(known)([(name, value) for name, value in known.items(multi=True) if name != "page"])
    PAGES[0].rewrite(request, response)
    request.args = known


@breaks("PRV-SRCH-01", near="PRV-SRCH-28")
def next_page_is_missing(request: Request, response: Response) -> None:
    """The link to the next page is answered with 404."""
    assert PAGES[0].rewrite is not None
    if "page" in request.args:
        refused_instead(404, "not-found", done("slots"))(request, response)
    else:
        PAGES[0].rewrite(request, response)


def _forgets_the_status(when: Callable[[Any], bool]) -> Callable[..., Any]:
    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        query = original(parameters, now)
        return replace(query, statuses=frozenset()) if when((query, now)) else query

    return slot_query


def _began_before(asked: Any) -> bool:
    query, now = asked
    return query.earliest is not None and query.earliest < now.timestamp() - 60


def _asked_in_xml(asked: Any) -> bool:
    return "xml" in request.headers.get("Accept", "")


@breaks("PRV-SRCH-11", ProviderRules.known_service)
def service_id_as_a_number(original: Any, service_id: str) -> Any:
    """A service id is read as a number: zeros before it and letters behind it are forgotten."""
    digits = re.match(r"\d+", service_id)
    known = {service.id.lstrip("0"): service.id for service in original.__self__.profile.services}
    return original(known.get(digits[0].lstrip("0"), service_id) if digits else service_id)


def _refuses(name: str, requirement: str, summary: str, test: Callable[[Request], bool]) -> Fault:
    return rewriting(name, requirement, summary, refused_instead(400, "invalid", searched_for_slots(test)))


QUERY_PARSING: tuple[Fault, ...] = (
    _refuses(
        "refuses-milliseconds",
        "PRV-SRCH-04",
        "A bound with milliseconds is rejected.",
        lambda request: any("." in value for value in _starts(request)),
    ),
    _refuses(
        "wants-status-last",
        "PRV-SRCH-04",
        "The parameter status must be the last one.",
        _status_is_not_last,
    ),
    near(
        _refuses(
            "refuses-plain-colons",
            "PRV-SRCH-02",
            "A colon in the name of a parameter must be percent-encoded.",
            lambda request: b"actor:" in request.query_string,
        ),
        "PRV-SRCH-09",
    ),
    near(
        _refuses(
            "refuses-more-than-a-day",
            "PRV-SRCH-01",
            "A search over more than a day is rejected.",
            lambda request: _days(request) > 1,
        ),
        "PRV-SRCH-09",
    ),
    near(
        provider(
            "searches-one-at-a-time",
            "PRV-SRCH-01",
            "While one search is under way another is rejected.",
            ProviderRecords.search_slots,
            _one_at_a_time(),
        ),
        "PRV-SRCH-01",
    ),
    rewriting(
        "self-link-an-hour-late",
        "PRV-SRCH-38",
        "The self link tells bounds an hour later than those applied.",
        with_body(_self_link_later, done("slots")),
    ),
    near(
        provider(
            "past-start-forgets-the-status",
            "PRV-SRCH-06",
            "A window that began in the past shows busy slots too.",
            ProviderRules.slot_query,
            _forgets_the_status(_began_before),
        ),
        "PRV-SRCH-03",
    ),
    near(
        provider(
            "xml-forgets-the-status",
            "PRV-SRCH-06",
            "A search in XML shows busy slots too.",
            ProviderRules.slot_query,
            _forgets_the_status(_asked_in_xml),
        ),
        "PRV-SRCH-03",
    ),
    rewriting(
        "include-alone-is-dropped",
        "PRV-SRCH-17",
        "An include that comes alone is not heeded.",
        with_body(
            _without_schedules,
            searched_for_slots(lambda request: sum(name.startswith("_include") for name in request.args) == 1),
        ),
    ),
    near(
        rewriting(
            "later-pages-show-busy",
            "PRV-SRCH-06",
            "From the second page on busy slots are among the free ones.",
            _on_later_pages(_one_is_busy),
        ),
        "PRV-SRCH-28",
    ),
    near(
        rewriting(
            "later-pages-forget-the-time",
            "PRV-SRCH-05",
            "From the second page on slots of other times come.",
            _on_later_pages(_one_is_later),
        ),
        "PRV-SRCH-28",
    ),
)
