"""Variants that lack an optional capability, and do not claim it either."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request

from ..fault_making import done, provider, with_body
from ..http import WrongMethod
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..seams import Fault


def _no_such_search(original: Any, *arguments: Any) -> Any:
    raise WrongMethod(request.method, "POST")


def _search_unstated(statement: dict[str, Any]) -> None:
    for resource in statement["rest"][0]["resource"]:
        if resource["type"] == "Appointment":
            del resource["searchParam"]
            resource["interaction"] = [one for one in resource["interaction"] if one["code"] != "search-type"]


def _nothing_owed(original: Any, *arguments: Any) -> None:
    """Neither an entry nor an update of one."""


ABSENT: tuple[Fault, ...] = (
    replace(
        provider(
            "no-appointment-search",
            "PRV-SAPT-01",
            "Appointments cannot be searched, and this is not claimed.",
            ProviderRules.appointment_query,
            _no_such_search,
        ),
        rewrite=with_body(_search_unstated, done("metadata")),
        unclaimed="appointment-search",
    ),
    replace(
        provider(
            "knows-no-registry",
            "REG-10",
            "The registry is notified of nothing, and this is not claimed.",
            ProviderRecords.owe_registry,
            _nothing_owed,
        ),
        unclaimed="registry",
    ),
)
