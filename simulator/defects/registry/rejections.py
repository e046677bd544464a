"""Defects of the registry's rejections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response, g, request

from ...fault_making import breaks, refused_instead
from ...refusals import Rejected
from ...registry.tokens import RegistryTokenCheck
from ...seams import Fault
from ...tokens import Caller


@breaks("REG-20", RegistryTokenCheck.caller)
def registry_needs_no_token(original: Callable[..., Caller], *arguments: Any) -> Caller:
    """Requests without a right token are served."""
    try:
        return original(*arguments)
    except Rejected:
        return Caller("", "", "", frozenset(), {})


@breaks("REG-20", part="registry")
def registry_says_no(request: Request, response: Response) -> None:
    """Rejections are plain text."""
    if response.status_code >= 400:
        response.set_data(b"no")
        response.headers["Content-Type"] = "text/plain; charset=utf-8"


@breaks("REG-20", RegistryTokenCheck.caller)
def registry_takes_any_scheme(original: Any, header: str | None, *arguments: Any) -> Any:
    """A token is accepted under any scheme."""
    _, _, token = (header or "").partition(" ")
    return original(f"Bearer {token}" if token.count(".") == 2 else header, *arguments)


@breaks("REG-20", RegistryTokenCheck.check_times, part="registry")
def registry_reads_iat_alone(original: Any, claims: Any, now: Any) -> None:
    """A token expires five minutes after its iat, whatever its exp.

    exp is not read.
    """
    issued = claims.get("iat")
    original({**claims, "exp": issued + 300} if isinstance(issued, int) else claims, now)


@breaks("REG-20", RegistryTokenCheck.check_times, part="registry")
def registry_reads_no_texts(original: Any, claims: Any, now: Any) -> None:
    """A token whose exp is a text never expires."""
    if not isinstance(claims.get("exp"), str):
        original(claims, now)


@breaks("REG-20", RegistryTokenCheck.payload, part="registry")
def registry_fails_on_listed_payloads(original: Any, *arguments: Any) -> Any:
    """A token whose payload is no object is answered with 500."""
    try:
        return original(*arguments)
    except Rejected as refusal:
        if "payload is not a JSON object" in refusal.diagnostics:
            raise RuntimeError("a list has no claims") from None
        raise


@breaks("REG-20", RegistryTokenCheck.check_audience)
def registry_takes_tokens_for_others(original: Any, claims: Any) -> None:
    """A token made out to another system is accepted.

    No look at whom the token is made out to.
    """


def _let_in(original: Callable[..., Caller], *arguments: Any) -> Caller:
    """Who has no right token may write all the same, and is refused afterwards."""
    try:
        return original(*arguments)
    except Rejected:
        if request.method == "GET":
            raise
        g.to_be_refused = True
        return Caller("", "", "", frozenset(), {})


REJECTIONS: tuple[Fault, ...] = (
    Fault(
        "registry-keeps-what-it-rejects",
        "REG-20",
        "A registration or update with a bad token is answered with 403, and takes effect.",
        "registry",
        RegistryTokenCheck.caller,
        _let_in,
        rewrite=refused_instead(403, "forbidden", lambda *_: g.get("to_be_refused", False)),
    ),
)
