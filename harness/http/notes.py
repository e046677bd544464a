"""Notes of requests that mean something beyond the report in which they are shown."""

from __future__ import annotations

from .exchange import Exchange

#: The end of the note of a request that has to be rejected. Where it is accepted that is told once; what then comes of
#: it is of our own making, and nothing is said of it.
TO_BE_REJECTED = "(to be rejected)"
#: The same in runs that earlier versions stored.
_EARLIER = "(to be refused)"

#: The note of requests for the pages of a search result after the first.
NEXT_PAGE = "the next page"


def is_to_be_rejected(exchange: Exchange) -> bool:
    """Whether something wrong was sent on purpose."""
    return exchange.note.endswith((TO_BE_REJECTED, _EARLIER))
