"""Defects of the version that a cancellation names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....fault_making import breaks, provider
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import request_is_xml


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
        raise Rejected("server-fault", "The version is no number.")
    original(current, if_match)


@breaks("PRV-CAN-08", ProviderRules.check_version)
def xml_cancels_any_version(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation in XML may name any version."""
    if not request_is_xml() or not if_match:
        original(current, if_match)


VERSIONS: tuple[Fault, ...] = (
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
