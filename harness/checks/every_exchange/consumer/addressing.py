"""Where a request goes, and the headers of the Spine Secure Proxy that lead it there (SSP-*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

from uec_booking.standard import names

from ....consumer.requests import Interaction, ProviderCall
from ....http.urls import split
from ....judging.observations import Observation
from ....settings.consumer import ConsumerUnderTest
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"SSP-01", "SSP-02", "SSP-03", "SSP-04", "SSP-05", "SSP-06", "SSP-07", "SDS-03", "WKF-01", "CON-BOOK-01"}
    | {"CON-SRCH-05", "CON-CAN-04", "CON-CAP-02", "CON-CAP-03"}
)

_INTERACTION_IDS: Mapping[Interaction, str] = {
    Interaction.METADATA: names.READ_METADATA,
    Interaction.SLOTS: names.SEARCH_SLOT,
    Interaction.BOOK: names.CREATE_APPOINTMENT,
    Interaction.READ: names.READ_APPOINTMENT,
    Interaction.CANCEL: names.UPDATE_APPOINTMENT,
    Interaction.SEARCH: names.SEARCH_APPOINTMENT,
}
#: The characters that a URL may have (RFC 3986), with whole percent-encodings.
_SAFE = re.compile(r"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
#: The headers of the proxy, each with the clause that says what stands in it.
_SSP_HEADERS: Mapping[str, str] = {
    names.SSP_TRACE_ID: "SSP-04",
    names.SSP_FROM: "SSP-02",
    names.SSP_TO: "SSP-03",
    names.SSP_INTERACTION_ID: "SSP-06",
}
_ASID = re.compile(r"[0-9]{12}")


class Addressing:
    """Looks at the requests of one scenario, in their order."""

    def __init__(self, consumer: ConsumerUnderTest, asids: Mapping[str, str]) -> None:
        """``asids`` maps each service root to the ASID that leads there."""
        self._consumer = consumer
        self._asids = asids
        #: The encounter in which each trace id was first seen.
        self._traces: dict[str, int] = {}
        self._used: set[str] = set()
        #: The service roots whose CapabilityStatement was asked for.
        self._capable: set[str] = set()

    def check(self, call: ProviderCall) -> Iterator[Observation]:
        """What the address and the headers of one request show."""
        see = Observer(call)
        well = call.slashes == 1 and bool(call.target)
        shown = f"{call.slashes} slashes" if call.target else f"the path {split(call.exchange.request.url).path!r}"
        expected = "the address of the proxy, one slash, and the absolute URL of the provider"
        if not call.behind_proxy:
            yield see.met("SSP-01", well, expected, shown, "URL")
        if not call.target:
            return
        yield see.met(
            "SSP-07",
            bool(_SAFE.fullmatch(call.target)),
            "no character that a URL may not have",
            call.target[:300],
            "URL",
        )
        yield see.met(
            "SDS-03",
            bool(call.root),
            "the service root that the Spine Directory gave",
            call.target[:300],
            "URL",
            # Where it gave none that can be used, there was nothing to ask.
            because="" if call.root else "SDS-08",
        )
        if not call.root:
            return
        yield from self._interaction(see, call)
        yield from self._from(see, call)
        yield from self._to(see, call)
        yield from self._trace(see, call)

    def _interaction(self, see: Observer, call: ProviderCall) -> Iterator[Observation]:
        method, asked = call.exchange.request.method, call.interaction
        yield see.met(
            "WKF-01",
            asked is not None,
            "one of the interactions of the standard: search, book, read, cancel, capability",
            f"{method} {call.rest or call.target}"[:300],
            "method and path",
        )
        if asked is None:
            return
        clause = {Interaction.SLOTS: "CON-SRCH-05", Interaction.BOOK: "CON-BOOK-01", Interaction.CANCEL: "CON-CAN-04"}
        if asked in clause:
            path = call.target.split("?")[0].removeprefix(call.root)
            wanted = split(call.appointment).path.removeprefix(split(call.root).path) or call.rest
            right = path == wanted and (asked is not Interaction.CANCEL or bool(call.appointment))
            yield see.met(clause[asked], right, f"the service root and {wanted}", path[:300], "URL")
        name = names.SSP_INTERACTION_ID
        given, wanted = call.header(name), _INTERACTION_IDS[asked]
        if asked is Interaction.METADATA:
            lacking = [one for one in _SSP_HEADERS if call.header(one) is None]
            expected = "the headers of the proxy, once the service root was looked up"
            # One that is missing has a clause of its own; that none is there is for this one to say.
            of_its_own = _SSP_HEADERS[lacking[0]] if lacking and not _is_bare(call) else ""
            shown = f"without {', '.join(lacking)}"
            yield see.met("CON-CAP-03", not lacking, expected, shown, "headers", because=of_its_own)
            kept = call.root not in self._capable
            self._capable.add(call.root)
            told = "asked for the first time" if kept else "asked for again"
            yield see.told("CON-CAP-02", "whether the CapabilityStatement is kept", told, "GET /metadata")
        if given == names.READ_SLOT and asked is Interaction.SLOTS:
            yield see.warned("SSP-06", wanted, f"{name}: {given}, as the 2020 scripts have it (CF-15)", name)
        else:
            expected = f"{name}: {wanted}"
            yield see.met("SSP-06", given == wanted, expected, _shown(call, name), name, because=_bare(call))

    def _from(self, see: Observer, call: ProviderCall) -> Iterator[Observation]:
        name, which = names.SSP_FROM, str(call.exchange.extra.get("service_111", "first"))
        service = self._consumer.service_111(which)
        wanted = service.asid if service else ""
        given = call.header(name) or ""
        right = bool(_ASID.fullmatch(given)) and wanted in ("", given)
        expected = f"{name}: the consumer's ASID {wanted}".rstrip()
        yield see.met("SSP-02", right, expected, _shown(call, name), name, because=_bare(call))

    def _to(self, see: Observer, call: ProviderCall) -> Iterator[Observation]:
        name, wanted = names.SSP_TO, self._asids.get(call.root, "")
        if not wanted:
            # Several or no ASIDs lead there, so that none was to be looked up: DOS-03, DOS-04.
            return
        given = call.header(name)
        expected = f"{name}: {wanted}, which was looked up"
        yield see.met("SSP-03", given == wanted, expected, _shown(call, name), name, because=_bare(call))

    def _trace(self, see: Observer, call: ProviderCall) -> Iterator[Observation]:
        name = names.SSP_TRACE_ID
        given = (call.header(name) or "").lower()
        encounter = int(call.exchange.extra.get("encounter", 0))
        first = self._traces.setdefault(given, encounter) if given else encounter
        expected = f"{name}: a UUID that no other encounter has"
        if not _is_uuid(given):
            yield see.met("SSP-04", False, expected, _shown(call, name), name, because=_bare(call))
            return
        actual = f"{name} of an encounter before: {given}"
        yield see.met("SSP-04", first == encounter, expected, actual, name)
        if first != encounter:
            return
        yield see.met("SSP-05", given not in self._used, f"a new {name} for each request", f"{given} again", name)
        self._used.add(given)


def _is_bare(call: ProviderCall) -> bool:
    """Whether it asks for the CapabilityStatement without any header of the proxy."""
    return call.interaction is Interaction.METADATA and not any(call.header(name) for name in _SSP_HEADERS)


def _bare(call: ProviderCall) -> str:
    """The clause that such a request breaks as a whole, in place of one for each header; empty for another one."""
    return "CON-CAP-03" if _is_bare(call) else ""


def _shown(call: ProviderCall, name: str) -> str:
    given = call.header(name)
    if given is not None:
        return f"{name}: {given}"
    underscored = call.header(name.replace("-", "_"))
    # Seldom seen: most servers drop a header with an underscore (CF-16).
    return f"no {name} header" + (", but one with an underscore, as SCAL prints it" if underscored else "")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
