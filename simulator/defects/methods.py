"""Defects of methods that no interaction uses, and of the version that a cancellation names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ..fault_making import breaks, provider, rewriting, with_status
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault


def _sent(method: str, ending: str = "", within: str = "") -> Callable[[Request, Response], bool]:
    """Whether the request has this method, at an address with that ending or with that part."""
    return lambda request, response: (
        request.method == method and request.path.endswith(ending) and within in request.path
    )


def _checked(let_pass: Callable[[str | None, str], bool]) -> Callable[..., None]:
    """If-Match is good enough if it says so of the header and the current version."""

    def check_version(original: Any, current: Any, if_match: str | None) -> None:
        if not let_pass(if_match, str(current.version)):
            original(current, if_match)

    return check_version


@breaks("PRV-CAN-18", ProviderRules.check_version)
def star_fails(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation with If-Match: * is answered with 500."""
    if (if_match or "").strip() == "*":
        raise Refused("server-fault", "The version is no number.")
    original(current, if_match)


METHODS: tuple[Fault, ...] = (
    rewriting("patch-fails", "FMT-23", "PATCH is answered with 500.", with_status(500, _sent("PATCH"))),
    rewriting("patch-is-200", "FMT-23", "PATCH is answered with 200.", with_status(200, _sent("PATCH"))),
    rewriting(
        "slots-can-be-put",
        "PRV-SRCH-35",
        "PUT of a single Slot is answered with 200.",
        with_status(200, _sent("PUT", within="/Slot/")),
    ),
    rewriting(
        "put-without-id",
        "FMT-23",
        "PUT of an appointment without an id is answered with 201.",
        with_status(201, _sent("PUT", "/Appointment")),
    ),
    rewriting(
        "post-at-an-appointment",
        "FMT-23",
        "POST at the address of an appointment is answered with 200.",
        with_status(200, _sent("POST", within="/Appointment/")),
    ),
    rewriting("head-fails", "FMT-23", "HEAD is answered with 500.", with_status(500, _sent("HEAD"))),
    provider(
        "empty-if-match-will-do",
        "PRV-CAN-09",
        "An empty If-Match is taken for any version.",
        ProviderRules.check_version,
        _checked(lambda tag, version: tag is not None and not tag.strip()),
    ),
    provider(
        "version-somewhere-in-if-match",
        "PRV-CAN-08",
        "If-Match is good if the version is a part of it.",
        ProviderRules.check_version,
        _checked(lambda tag, version: version in (tag or "")),
    ),
)
