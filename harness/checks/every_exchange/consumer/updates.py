"""What a consumer sends to cancel, and how it came to it (CON-CAN-*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uec_booking.standard import editions, names

from ....consumer.requests import Interaction, ProviderCall
from ....http.versions import version_tag
from ....judging.observations import Observation
from ....text import in_words
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"CON-CAN-01", "CON-CAN-02", "CON-CAN-03", "CON-CAN-05", "CON-CAN-06", "CON-BOOK-12", "CON-BOOK-13"}
)
_STALE = (409, 412)
#: What an update may have otherwise than it was read (CF-25: meta and text do not count).
_FREE = ("status", "meta", "text")


@dataclass
class Updates:
    """Looks at the cancellations of one scenario, in the order of its requests."""

    edition: str
    #: The last good read of each appointment since it was last updated, or tried to be.
    _read: dict[str, ProviderCall] = field(default_factory=dict)
    #: What was last answered to an update of each appointment since it was read.
    _refused: dict[str, ProviderCall] = field(default_factory=dict)
    #: Every resource that was read of each appointment, so that a body is compared with what it was made from.
    _last_seen: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: The last update of each appointment.
    _sent: dict[str, ProviderCall] = field(default_factory=dict)
    #: Requests that failed, by what they were.
    _failed: dict[tuple[str, str, bytes, str], int] = field(default_factory=dict)
    _encounter: int = 0

    def check(self, call: ProviderCall) -> Iterator[Observation]:
        """What one request shows of cancelling, and whether it repeats one that was rejected."""
        yield from self._repeated(call)
        url = call.appointment
        self._begin(call)
        if call.interaction is Interaction.READ and call.exchange.ok:
            # A version that is read besides the current one is not what is sent back.
            if not call.of_a_version or url not in self._read:
                self._read[url] = call
                if call.exchange.resource:
                    self._last_seen[url] = call.exchange.resource
            self._refused.pop(url, None)
        if call.interaction is not Interaction.CANCEL or not url:
            return
        see = Observer(call)
        read, refused, before = self._read.pop(url, None), self._refused.get(url), self._sent.get(url)
        self._sent[url] = call
        if before is not None and refused is None and read is None and _is_repeated(before, call):
            # A retry of the same transaction: it is the read before the first try that counts. That it has another id
            # is for CON-XTI-02 to say, and for CON-BOOK-12 that it is sent again though it was refused.
            same = before.header(names.REQUEST_ID) == call.header(names.REQUEST_ID)
            if same and not before.definite:
                yield see.met("CON-CAN-01", True, "read just before it is updated", "", "GET before PUT")
        elif refused is not None:
            again = f"sent again after {refused.exchange.status}, without being read"
            yield see.met("CON-CAN-06", False, "read again before the next try", again, "GET before PUT")
        elif call.exchange.extra.get("begins_here"):
            # A recording begins with it: what came before it was not recorded.
            pass
        elif read is None:
            yield see.met("CON-CAN-01", False, "read just before it is updated", "not read before", "GET before PUT")
        elif "/_history/" in read.rest and call.exchange.status in _STALE:
            old = f"{read.rest} was read, which is not the current one"
            yield see.met("CON-CAN-01", False, "the current appointment is read", old, "GET before PUT")
        else:
            yield see.met("CON-CAN-01", True, "read just before it is updated", "", "GET before PUT")
            if read.exchange.resource or read.exchange.header("ETag"):
                yield from self._version(see, call, read)
        if url in self._last_seen:
            yield from self._body(see, call, self._last_seen[url])
        if call.exchange.status in _STALE:
            self._refused[url] = call

    def _begin(self, call: ProviderCall) -> None:
        """A read in an encounter before is not just before an update in this one."""
        encounter = int(call.exchange.extra.get("encounter", 0))
        if encounter != self._encounter:
            self._encounter = encounter
            self._read.clear()
            self._sent.clear()

    def _version(self, see: Observer, call: ProviderCall, read: ProviderCall) -> Iterator[Observation]:
        given, wanted = call.header("If-Match"), version_tag(read.exchange)
        actual = f"If-Match: {given}" if given is not None else "no If-Match header"
        yield see.met("CON-CAN-03", given == wanted, f"If-Match: {wanted}, as read", actual, "If-Match")

    def _body(self, see: Observer, call: ProviderCall, read: Mapping[str, Any]) -> Iterator[Observation]:
        """Elements that were lost are told apart from those that were changed. Some may be left out or renewed."""
        sent: Mapping[str, Any] = call.sent_resource or {}
        free = {*_FREE, *(["created"] if editions.in_range(self.edition, "..0.1.15") else [])}
        free |= {"id"} - set(sent)
        lost = sorted(key for key in read if key not in sent and key not in free)
        other = sorted(key for key in sent if key not in free and key in read and not _same(read[key], sent[key]))
        other += sorted(key for key in sent if key not in free and key not in read)
        deep = [key for key in other if key in read and _lost_within(read[key], sent.get(key))]
        gone = [*lost, *deep]
        made_of, current = _version_in(sent), _version_in(read)
        if made_of not in ("", current) and (gone or other):
            # One cause: that it was made of an older version is not told again of each element.
            older = f"made of version {made_of} when {current} was read"
            yield see.met("CON-CAN-02", False, "as read, with status cancelled", older, "Appointment")
            return
        expected = "every element that was read, understood or not"
        yield see.met("CON-CAN-05", not gone, expected, f"lost of {', '.join(gone)}", "Appointment")
        changed = [key for key in other if key not in deep]
        wrong = [f"status {in_words(sent.get('status'))}"] if sent.get("status") != "cancelled" else []
        wrong += [f"{key} changed" for key in changed]
        expected = "as read, with status cancelled"
        if not wrong and "id" not in sent:
            actual = "no id, as in the example of the cancelling page (CF-25)"
            yield see.warned("CON-CAN-02", expected, actual, "Appointment.id")
        else:
            yield see.met("CON-CAN-02", not wrong, expected, ", ".join(wrong), "Appointment")

    def _repeated(self, call: ProviderCall) -> Iterator[Observation]:
        """CON-BOOK-12, CON-BOOK-13: what is sent again unchanged although, or because, it failed."""
        request, version = call.exchange.request, call.header("If-Match") or ""
        if call.interaction not in (Interaction.BOOK, Interaction.SLOTS, Interaction.CANCEL):
            return
        key = (request.method, call.target, request.body, version)
        before, see = self._failed.get(key), Observer(call)
        if before in _STALE and call.interaction is Interaction.CANCEL:
            # That is for CON-CAN-06 to say.
            return
        if before is not None and 400 <= before < 500:
            expected = "no request that was rejected is sent again unchanged"
            yield see.met("CON-BOOK-12", False, expected, f"sent again after {before}", request.method)
        elif before is not None:
            yield see.told("CON-BOOK-13", "whether it is sent again", f"sent again after {before}", request.method)
        if not call.exchange.ok:
            self._failed[key] = call.exchange.status
            if 400 <= call.exchange.status < 500 and before is None:
                expected = "no request that was rejected is sent again unchanged"
                yield see.met("CON-BOOK-12", True, expected, "", request.method)


def _is_repeated(before: ProviderCall, call: ProviderCall) -> bool:
    """Whether an update is the one before once more: the same body, against the same version."""
    return before.header("If-Match") == call.header("If-Match") and before.content == call.content


def _version_in(resource: Mapping[str, Any]) -> str:
    meta = resource.get("meta")
    return str(meta.get("versionId") or "") if isinstance(meta, Mapping) else ""


def _same(read: object, sent: object) -> bool:
    """Equality of two JSON values; contained resources are known by their type and id, not by their place."""
    if isinstance(read, list) and isinstance(sent, list) and all(map(_is_contained, (*read, *sent))):
        return sorted(read, key=_type_and_id) == sorted(sent, key=_type_and_id)
    return read == sent


def _is_contained(one: object) -> bool:
    return isinstance(one, Mapping) and isinstance(one.get("resourceType"), str) and isinstance(one.get("id"), str)


def _type_and_id(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["resourceType"], one["id"]


def _lost_within(read: object, sent: object) -> bool:
    """Whether what was sent is what was read, but for something that is not there any more."""
    if isinstance(read, Mapping) and isinstance(sent, Mapping):
        if not set(sent) <= set(read):
            return False
        same = all(sent[key] == read[key] or _lost_within(read[key], sent[key]) for key in sent)
        return same and (set(sent) < set(read) or any(sent[key] != read[key] for key in sent))
    if isinstance(read, list) and isinstance(sent, list):
        if len(sent) < len(read):
            return all(one in read for one in sent)
        pairs = list(zip(read, sent, strict=False))
        return len(sent) == len(read) and all(a == b or _lost_within(a, b) for a, b in pairs)
    return False
