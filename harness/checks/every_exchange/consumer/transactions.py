"""How the requests of a consumer are told apart, and how a retry is known (CON-XTI-*), and how bodies are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from uec_booking.standard import editions, names

from ....consumer.requests import Interaction, ProviderCall
from ....fhir import contained
from ....judging.observations import Observation
from ....text import in_words
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset({"CON-XTI-01", "CON-XTI-02", "FMT-07", "FMT-08"})

_CHARSET = re.compile(r"[^;\s]+(;[^;\s]+)*;charset=\"?utf-8\"?(;.*)?", re.IGNORECASE)
_SPACED = re.compile(r";\s*charset=\"?utf-8\"?\s*(;|\Z)", re.IGNORECASE)

#: What makes two requests the same transaction.
_Transaction = tuple[str, str, str]


@dataclass
class Transactions:
    """Looks at the requests of one scenario, in their order."""

    edition: str
    _ids: dict[str, _Transaction] = field(default_factory=dict)
    #: Transactions of which the consumer was not told what came of them, as they were first tried.
    _open: dict[_Transaction, ProviderCall] = field(default_factory=dict)

    def check(self, call: ProviderCall) -> Iterator[Observation]:
        """What the ids of one request show."""
        see = Observer(call)
        yield from self._body(see, call)
        if call.interaction is None or not editions.in_range(self.edition, "0.2.0+"):
            return
        name, given, this = names.REQUEST_ID, call.header(names.REQUEST_ID) or "", _transaction(call)
        writes = call.exchange.request.method in ("POST", "PUT")
        expected = f"{name}, new for each transaction"
        if not given and not writes:
            # The documents differ on whether a read needs one (CF-46).
            yield see.warned("CON-XTI-01", expected, f"no {name} header", name)
            return
        if not given:
            yield see.met("CON-XTI-01", False, expected, f"no {name} header", name)
            return
        was = self._ids.setdefault(given, this)
        yield see.met("CON-XTI-01", was == this, expected, f"the {name} of another transaction", name)
        for other, lost in [*self._open.items()]:
            if call.shows_that_came_to_nothing(lost):
                del self._open[other]
        if not writes or was != this:
            return
        before = self._open.get(this)
        if before is not None:
            first = before.header(name)
            shown = f"{given} in place of {first}"
            yield see.met("CON-XTI-02", given == first, f"the {name} of the first try", shown, name)
        if call.definite:
            self._open.pop(this, None)
        else:
            self._open.setdefault(this, call)

    @staticmethod
    def _body(see: Observer, call: ProviderCall) -> Iterator[Observation]:
        body = call.content
        if not body:
            return
        kind = call.header("Content-Type") or ""
        if not _CHARSET.fullmatch(kind) and _SPACED.search(kind):
            yield see.warned("FMT-07", ";charset=utf-8 with no blank", f"Content-Type: {kind}", "Content-Type")
        else:
            right = bool(_CHARSET.fullmatch(kind))
            yield see.met("FMT-07", right, ";charset=utf-8", f"Content-Type: {kind}", "Content-Type")
        if call.exchange.extra.get("text"):
            # The recording has it as text: in which letters it was sent is not to be seen.
            return
        try:
            body.decode("utf-8")
        except UnicodeDecodeError as problem:
            yield see.met("FMT-08", False, "a body in UTF-8", str(problem), "body")
        else:
            yield see.met("FMT-08", True, "a body in UTF-8", "", "body")


def _transaction(call: ProviderCall) -> _Transaction:
    """A booking is that of a patient in a slot at a provider; anything else is what it asks, and of what."""
    method, about = call.exchange.request.method, call.target
    if call.interaction is Interaction.BOOK:
        slot = contained(call.body, "Slot") or {"id": call.body.get("slot")}
        person = contained(call.body, "Patient") or {}
        taken = [slot.get("identifier"), slot.get("id"), call.body.get("start"), person.get("identifier")]
        return method, call.root, in_words(taken, 800)
    if call.interaction is Interaction.CANCEL:
        return method, call.appointment, call.header("If-Match") or ""
    # A search or a read may be made as often as one likes, each with an id of its own or with the same.
    return method, about, ""
