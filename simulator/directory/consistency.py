"""What the services of a directory must agree on among each other, and with the world that serves them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ..world import CONTROL_PATH, DOS_PATH, ORGANISATIONS, REGISTRY_ASID, REGISTRY_PATH
from .services import DirectoryService, InSds

#: The first steps of paths that the world needs for itself.
_RESERVED = {path.split("/")[1] for path in (CONTROL_PATH, DOS_PATH, REGISTRY_PATH)}
#: ASIDs that are not a provider's.
_TAKEN = {organisation.asid: organisation.name for organisation in ORGANISATIONS} | {REGISTRY_ASID: "the registry"}
# What ends a path, divides it, or means something to the routes, and what is not printable ASCII.
_NOT_IN_A_PATH = re.compile(r"[^ -~]|[%<>?#\\]")


def first_contradiction(services: Sequence[DirectoryService]) -> str:
    """What is wrong first, with its place and what to do; empty where nothing is."""
    return next(_contradictions(services), "")


def _contradictions(services: Sequence[DirectoryService]) -> Iterator[str]:
    for number, service in enumerate(services):
        place, before = f"services[{number}]", services[:number]
        if any(other.id == service.id for other in before):
            yield f"{place}.id: {service.id} is the id of another service too; give each its own"
        yield from _of_root(place, service)
        yield from _of_same_root(place, service, before)
        yield from _of_same_asid(place, service, before)
        yield from _of_asids(place, service)
    yield from _nested(services)


def _of_root(place: str, service: DirectoryService) -> Iterator[str]:
    path = urlsplit(service.root).path
    first = path.split("/")[1] if path else ""
    if service.is_here and first in _RESERVED:
        yield f"{place}.root: the path /{first} is the world's own; begin with another word, like /{service.id}/STU3/1"
    if {".", ".."} & set(service.unescaped_root.split("/")):
        yield f"{place}.root: a step of the path is . or ..; leave it out"
    if _NOT_IN_A_PATH.search(service.unescaped_root) or service.unescaped_root.count("/") != service.root.count("/"):
        yield f"{place}.root: {service.root} has an escape of a character that no path may show; leave it out"
    if service.in_sds is InSds.UNSAFE_CHARACTERS and service.unescaped_root == service.root:
        example = f"{service.root}/urgent%20care"
        yield f"{place}.root: with in_sds unsafe-characters it needs an escape that SDS shows without, like {example}"


def _of_same_root(place: str, service: DirectoryService, before: Sequence[DirectoryService]) -> Iterator[str]:
    other = next((other for other in before if other.root == service.root), None)
    if other is not None and service.is_here and other.cancelling != service.cancelling:
        yield (
            f"{place}.cancelling: {service.id} and {other.id} are services of one system ({service.root}); "
            "write the same for both, or give each a root of its own"
        )


def _of_same_asid(place: str, service: DirectoryService, before: Sequence[DirectoryService]) -> Iterator[str]:
    for other in before:
        shared = sorted(set(service.asids) & set(other.asids))
        if shared and (service.root, service.in_sds) != (other.root, other.in_sds):
            yield (
                f"{place}.asids: {shared[0]} is an ASID of {other.id} too, with another root or in_sds; "
                "an ASID is one system, so write the same for both or take another ASID"
            )


def _of_asids(place: str, service: DirectoryService) -> Iterator[str]:
    for asid in service.asids:
        if asid in _TAKEN:
            yield f"{place}.asids: {asid} is the ASID of {_TAKEN[asid]} in this world; take another"


def _nested(services: Sequence[DirectoryService]) -> Iterator[str]:
    roots = {service.root for service in services if service.is_here}
    for root in sorted(roots):
        steps = root.split("/")
        above = next((path for n in range(2, len(steps)) if (path := "/".join(steps[:n])) in roots), "")
        if above:
            yield f"root: {root} lies within {above}; give each system a path that holds no other"
