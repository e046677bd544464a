"""Expectations of what a slot search brings along: included resources, each once, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....errors import ToAttest
from ....fhir import bundle_resources, references
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....text import in_words

Resource = Mapping[str, Any]

#: Clause: the type of resource that refers, the element, and the type referred to.
_RELATIONS: Mapping[str, tuple[str, str, str]] = {
    "PRV-SRCH-17": ("Slot", "schedule", "Schedule"),
    "PRV-SRCH-18": ("Schedule", "actor", "Practitioner"),
    "PRV-SRCH-19": ("Schedule", "actor", "PractitionerRole"),
    "PRV-SRCH-20": ("Schedule", "actor", "HealthcareService"),
    "PRV-SRCH-21": ("HealthcareService", "providedBy", "Organization"),
    "PRV-SRCH-22": ("HealthcareService", "location", "Location"),
}


class BundleContents:
    """The resources of a Bundle, found by reference."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.resources: list[Resource] = []
        self._by_name: dict[str, Resource] = {}
        for entry in exchange.resource.get("entry") or []:
            resource = entry.get("resource") if isinstance(entry, Mapping) else None
            if not isinstance(resource, Mapping):
                continue
            mode = entry.get("search") or {}
            if resource.get("resourceType") == "OperationOutcome" and mode.get("mode") == "outcome":
                continue
            self.resources.append(resource)
            self._by_name.setdefault(self.name(resource), resource)
            full = entry.get("fullUrl")
            if isinstance(full, str):
                self._by_name.setdefault(full, resource)

    def name(self, resource: Resource) -> str:
        return f"{resource.get('resourceType')}/{resource.get('id')}"

    def of_type(self, kind: str) -> list[Resource]:
        return [r for r in self.resources if r.get("resourceType") == kind]

    def find(self, reference: str) -> Resource | None:
        """The resource that a reference names: literally, or by its last two segments."""
        return self._by_name.get(reference) or self._by_name.get("/".join(reference.split("/")[-2:]))

    def reached(self) -> set[str]:
        """The names of the slots, and of all that they lead to."""
        seen: set[str] = set()
        waiting = self.of_type("Slot")
        while waiting:
            resource = waiting.pop()
            if self.name(resource) in seen:
                continue
            seen.add(self.name(resource))
            waiting += [found for ref in references(resource) if (found := self.find(ref)) is not None]
        return seen


def _wanted(contents: BundleContents, relation: tuple[str, str, str]) -> list[str]:
    """The local references of a relation: those outside the server need not come along (FMT-16, CF-44)."""
    kind, element, target = relation
    found = []
    for resource in contents.of_type(kind):
        for reference in references(resource.get(element)):
            own = not reference.startswith("http") or contents.find(reference) is not None
            if f"{target}/" in f"/{reference}" and own and reference.split("/")[-2:-1] == [target]:
                found.append(reference)
    return found


@decides("PRV-SRCH-17", "PRV-SRCH-18", "PRV-SRCH-19", "PRV-SRCH-20", "PRV-SRCH-21", "PRV-SRCH-22", "PRV-SRCH-23")
def included(recorder: Recorder, contents: BundleContents) -> None:
    """PRV-SRCH-17 to -22: what was asked for and is referred to is in the Bundle; -23: the slots are there anyway."""
    exchange = contents.exchange
    for requirement, relation in _RELATIONS.items():
        _all_of(recorder, requirement, relation, contents)
    slots = len(contents.of_type("Slot"))
    plain = [e for e in recorder.exchanges if "/Slot?" in e.request.url and "_include" not in e.request.url]
    if not slots and not (plain and bundle_resources(plain[-1].resource, "Slot")):
        recorder.not_observed("PRV-SRCH-23", "the same search without includes found no slot either", of=exchange)
        return
    recorder.expect(
        "PRV-SRCH-23",
        slots > 0,
        expected="the slots are returned whatever includes the provider has data for",
        actual=f"{slots} slots",
        of=[*plain[-1:], exchange],
        where="Bundle.entry",
    )


@decides("PRV-SRCH-16", "PRV-SRCH-17", "PRV-SRCH-18", "PRV-SRCH-19", "PRV-SRCH-20", "PRV-SRCH-21", "PRV-SRCH-22")
def each_included_alone(recorder: Recorder, searches: Mapping[str, Exchange]) -> None:
    """PRV-SRCH-16: each is accepted; PRV-SRCH-17 to -22: what is asked for comes without what only others ask for.

    ``searches`` are by the kind of resource that is asked for.
    """
    for requirement, relation in _RELATIONS.items():
        exchange = searches[relation[2]]
        recorder.expect_answer("PRV-SRCH-16", "search-with-includes", exchange)
        if exchange.status == 200:
            _all_of(recorder, requirement, relation, BundleContents(exchange))
        else:
            reason = f"the search was answered with {exchange.summary()}"
            recorder.not_observed(requirement, reason, of=exchange, because="PRV-SRCH-16")


def _all_of(recorder: Recorder, requirement: str, relation: tuple[str, str, str], contents: BundleContents) -> None:
    """Whether all that a relation leads to is in the Bundle."""
    source, _, target = relation
    wanted = list(dict.fromkeys(_wanted(contents, relation)))
    if not wanted:
        recorder.does_not_arise(requirement, f"no {source} in the answer refers to a {target}", of=contents.exchange)
        return
    missing = [reference for reference in wanted if contents.find(reference) is None]
    recorder.expect(
        requirement,
        not missing,
        expected=f"every {target} that a {source} refers to",
        actual=f"all {len(wanted)}" if not missing else f"missing: {', '.join(missing[:5])}",
        of=contents.exchange,
        where=f"Bundle.entry.resource.ofType({target})",
    )


@decides("PRV-SRCH-25")
def once_each(recorder: Recorder, contents: BundleContents) -> None:
    """PRV-SRCH-25: a resource shared by several slots is there once."""
    named = [contents.name(r) for r in contents.resources]
    twice = sorted({name for name in named if named.count(name) > 1})
    recorder.expect(
        "PRV-SRCH-25",
        not twice,
        expected="every resource once",
        actual="each once" if not twice else f"more than once: {', '.join(twice[:5])}",
        of=contents.exchange,
        where="Bundle.entry",
    )


@decides("PRV-SRCH-24")
def nothing_else(recorder: Recorder, contents: BundleContents) -> None:
    """PRV-SRCH-24: only slots, and what can be reached from them."""
    if not contents.of_type("Slot"):
        recorder.not_observed("PRV-SRCH-24", "no slot came back", of=contents.exchange)
        return
    reached = contents.reached()
    strange = [contents.name(r) for r in contents.resources if contents.name(r) not in reached]
    recorder.expect(
        "PRV-SRCH-24",
        not strange,
        expected="nothing but slots and what they lead to",
        actual="nothing else" if not strange else f"unrelated: {', '.join(strange[:5])}",
        of=contents.exchange,
        where="Bundle.entry",
    )


@decides("PRV-SRCH-31")
def place_is_seen(recorder: Recorder, contents: BundleContents) -> None:
    """PRV-SRCH-31: the geographic place of the booking can be seen."""
    if not contents.of_type("Slot"):
        recorder.not_observed("PRV-SRCH-31", "no slot came back", of=contents.exchange)
        return
    places = [loc for loc in contents.of_type("Location") if loc.get("address")]
    recorder.expect(
        "PRV-SRCH-31",
        bool(places),
        expected="a Location with an address",
        actual=f"{len(places)} of them",
        of=contents.exchange,
        where="Location.address",
    )


@decides("ERR-05")
def hides_no_failure(recorder: Recorder, exchange: Exchange) -> None:
    """ERR-05: a result tells of no member that could not be built; where one could not, the search answers 500.

    An outcome may stand beside what was found, with hints and warnings. An error or worse means in FHIR that the
    action failed, and then it is no result; but for what is not supported, as an include that was not followed.

    Raises:
        ToAttest: no failure showed. What the provider does when one happens is known to it only.
    """
    if exchange.status != 200:
        recorder.not_observed("ERR-05", f"the search was not answered with a result: {exchange.summary()}", of=exchange)
        return
    told = [
        issue for outcome in bundle_resources(exchange.resource, "OperationOutcome") for issue in _failures(outcome)
    ]
    if told:
        recorder.expect(
            "ERR-05",
            False,
            expected="a whole result, or 500 with an OperationOutcome",
            actual=f"200 with a result and {told[0]} in it",
            of=exchange,
            where="Bundle.entry.resource.ofType(OperationOutcome)",
        )
        return
    raise ToAttest(
        "the search told of nothing that could not be built; whether it answers 500 when a member cannot be built is "
        "known to the provider only"
    )


def _failures(outcome: Resource) -> list[str]:
    """The issues of an outcome that say that the search failed, in words."""
    return [
        in_words(f"{issue.get('severity')}: {issue.get('diagnostics') or issue.get('code', '')}")
        for issue in outcome.get("issue") or []
        if isinstance(issue, Mapping)
        and issue.get("severity") in ("error", "fatal")
        and issue.get("code") != "not-supported"
    ]
