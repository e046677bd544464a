"""A variant that gives the result of a slot search in pages, with next links (PRV-SRCH-26)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Request, Response

from ..fault_making import done, rewriting, with_body
from ..seams import Fault
from .search_results import reachable

PAGE = 40
_PARAMETER = "page"


def _paged(request: Request, response: Response) -> None:
    """One page of the slots, with what these lead to; a page is asked for by its link only."""
    number = int(request.args.get(_PARAMETER, "1"))

    def change(bundle: dict[str, Any]) -> None:
        entries = bundle.get("entry", [])
        slots = [entry for entry in entries if entry["resource"]["resourceType"] == "Slot"]
        others = [entry for entry in entries if entry["resource"]["resourceType"] != "Slot"]
        if len(slots) <= PAGE:
            return
        page = slots[(number - 1) * PAGE : number * PAGE]
        bundle["entry"] = reachable([*page, *others])
        if number * PAGE < len(slots):
            query = [pair for pair in parse_qsl(request.query_string.decode(), True) if pair[0] != _PARAMETER]
            url = f"{request.base_url}?{urlencode([*query, (_PARAMETER, str(number + 1))])}"
            bundle["link"].append({"relation": "next", "url": url})

    with_body(change, done("slots"))(request, response)


PAGES: tuple[Fault, ...] = (
    rewriting("pages-the-result", "PRV-SRCH-26", "A search result comes in pages of 40 slots, linked by next.", _paged),
)
