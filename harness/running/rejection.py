"""Why a system rejects a good search, as far as a setting can be the cause of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ..http.exchange import Exchange
from ..settings.model import Part, Settings

#: Clocks that differ by more are told; by more than a token lives, they are a likely cause of its refusal.
_SKEW_TOLD, _SKEW_REFUSED = timedelta(minutes=1), timedelta(minutes=5)
_FIRST_WORDS = 200
_OF_TOKENS = (401, 403)
#: Words of a refusal that is about the times in a token.
_OF_TIMES = re.compile(r"\b(expired|expiry|not (yet|active)|exp|iat|nbf|issued in the future)\b", re.IGNORECASE)


def quoted(exchange: Exchange) -> str:
    """The status, and what the system says to it: the texts of an OperationOutcome, or the first words of the body."""
    told = exchange.summary()
    if told != exchange.answered() or exchange.response is None:
        return told
    texts = []
    for issue in exchange.resource.get("issue") or []:
        details = issue.get("details") if isinstance(issue, dict) else None
        if isinstance(details, dict) and isinstance(details.get("text"), str):
            texts.append(details["text"])
    body = exchange.response.body[:5000].decode("utf-8", "replace")
    words = "; ".join(texts) or " ".join(re.sub(r"<[^>]*>", " ", body).split())
    return f"{told}: {words[:_FIRST_WORDS]}" if words else told


def skew(exchange: Exchange) -> timedelta | None:
    """How far the clock of the system is ahead of ours, by the Date of its answer; None where it says none."""
    try:
        theirs = parsedate_to_datetime(exchange.header("Date") or "")
        ours = datetime.fromisoformat(exchange.started)
    except ValueError:
        return None
    return theirs.replace(tzinfo=theirs.tzinfo or UTC) - ours


def clocks_too_far_apart(exchange: Exchange) -> bool:
    """Whether tokens of ours are over, or not valid yet, by the clock of the system."""
    return abs(skew(exchange) or timedelta()) > _SKEW_REFUSED


def clocks(exchange: Exchange) -> str:
    """What is to be said of the two clocks; empty where they agree well enough."""
    difference = skew(exchange)
    if difference is None or abs(difference) <= _SKEW_TOLD:
        return ""
    ahead = "ahead of" if difference > timedelta() else "behind"
    minutes = abs(difference).total_seconds() / 60
    said = f"the clock of the system (header Date) is {minutes:.0f} min {ahead} the clock of this machine"
    if abs(difference) > _SKEW_REFUSED:
        return said + ": tokens, which hold for 5 min, will most likely be rejected; set the clock that is wrong"
    return said


def hints(part: Part, settings: Settings, exchange: Exchange, again: Callable[[Part], Exchange]) -> str:
    """Settings that may be the cause of the rejection; ``again`` repeats the search with another audience."""
    said = [f"Note that {clocks(exchange)}."] if clocks(exchange) else []
    if exchange.status not in _OF_TOKENS:
        return " ".join(said)
    place = settings.place(f"{part.key}.audience")
    for audience in _other_audiences(part):
        if again(replace(part, audience=audience)).ok:
            return (
                f"With tokens made out to {audience} the same search is answered, and they are made out to "
                f'{part.audience}: write audience = "{audience}" ({place}).'
            )
    if not said and _OF_TIMES.search(quoted(exchange)):
        said.append(
            "It says that the token has expired or is not valid yet: tokens hold for 5 min, so compare the clocks of "
            "both machines, and set the one that is wrong."
        )
    if not said:
        said.append(
            f"Tokens are made out to {part.audience}: if the system knows itself by another address, write that as "
            f"the audience ({place})."
        )
        if part.as_role.own_tokens and not (part.token or part.oauth):
            said.append("If it wants tokens of a service of its own, say in [registry.oauth] how they are had.")
        if part.as_role.behind_ssp:
            said.append(
                f"Ssp-To is {part.asid}, Ssp-From {settings.organisations['first_111'].asid}: see that the system "
                f"knows both ({settings.place(f'{part.key}.asid')}, and organisations.first_111)."
            )
    return " ".join(said)


def _other_audiences(part: Part) -> list[str]:
    """Service roots that the system may know itself by: its address, and each with or without a slash at the end."""
    roots = dict.fromkeys((part.base_url.rstrip("/"), part.audience.rstrip("/")))
    return [one for root in roots for one in (root, root + "/") if one != part.audience]
