"""The structural check finds each kind of fault at its place, and nothing in a resource that is right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard.codec import parse_json, parse_xml, to_json, to_xml
from uec_booking.standard.validation import check_structure

from .resources import DIV, JUNK, appointment, bundle, capability, places

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("resource", [appointment(), bundle(), capability()], ids=lambda one: one["resourceType"])
def test_a_right_resource_has_no_fault_in_either_form(resource: dict[str, Any]) -> None:
    assert check_structure(resource) == []
    assert check_structure(parse_json(to_json(resource))) == []
    assert check_structure(parse_xml(to_xml(resource))) == []


def put(path: str, value: object) -> Change:
    """Sets the element at a dotted path; numbers are places in an array."""

    def change(resource: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        target: Any = resource
        for part in way:
            target = target[part]
        target[last] = value

    return change


def drop(path: str) -> Change:
    def change(resource: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        target: Any = resource
        for part in way:
            target = target[part]
        del target[last]

    return change


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        (put("resourceType", "Appointments"), "$.resourceType", "a resource type"),
        (put("status", "Booked"), "Appointment.status", "one of proposed, pending, booked"),
        (put("status", "entered in error"), "Appointment.status", "one of"),
        (put("status", ["booked"]), "Appointment.status", "text of type code"),
        (put("status", ""), "Appointment.status", "a code"),
        (put("status", None), "Appointment.status", "text"),
        (put("statuss", "booked"), "Appointment.statuss", "an element of Appointment"),
        (drop("status"), "Appointment.status", "present"),
        (drop("participant"), "Appointment.participant", "present"),
        (put("participant", []), "Appointment.participant", "an array with content"),
        (put("participant", {"status": "accepted"}), "Appointment.participant", "an array"),
        (put("participant.0", {}), "Appointment.participant[0]", "an object"),
        (drop("participant.0.status"), "Appointment.participant[0].status", "present"),
        (drop("participant.0.actor"), "Appointment.participant[0]", "a type or an actor"),
        (
            put("participant.0.actor.reference", "#q"),
            "Appointment.participant[0].actor.reference",
            "contained",
        ),
        (put("priority", "10"), "Appointment.priority", "a number of type unsignedInt"),
        (put("priority", -1), "Appointment.priority", "a number of type unsignedInt"),
        (put("minutesDuration", 0), "Appointment.minutesDuration", "a number of type positiveInt"),
        (put("minutesDuration", True), "Appointment.minutesDuration", "a number of type positiveInt"),
        (put("start", 1622538000), "Appointment.start", "text of type instant"),
        (put("start", "2021-06-01T09:00Z"), "Appointment.start", "an instant"),
        (put("start", "2021-06-01T09:00:00"), "Appointment.start", "an instant"),
        (put("start", "2021-06-01"), "Appointment.start", "an instant"),
        (put("start", "2021-02-29T09:00:00Z"), "Appointment.start", "a day that exists"),
        (put("created", "2021-06-01T09:00:00"), "Appointment.created", "a dateTime"),
        (put("created", "20210601"), "Appointment.created", "a dateTime"),
        (put("id", "a/b"), "Appointment.id", "an id"),
        (put("id", "a" * 65), "Appointment.id", "an id"),
        (put("meta.profile", "https://example.org"), "Appointment.meta.profile", "an array"),
        (put("meta.profile", ["https://a b"]), "Appointment.meta.profile[0]", "a URI"),
        (put("description", " "), "Appointment.description", "not blank"),
        (put("description", "a\x00b"), "Appointment.description", "without control characters"),
        (drop("end"), "Appointment", "both start and end"),
        (put("text.div", DIV % "<script>1</script>"), "Appointment.text.div", "without script"),
        (put("text.div", DIV % "<b onclick='x()'>1</b>"), "Appointment.text.div", "without scripts"),
        (put("text.div", DIV % "<a href=' JavaScript:x()'>1</a>"), "Appointment.text.div", "without scripts"),
        (put("text.div", DIV % " "), "Appointment.text.div", "not blank"),
        (put("text.div", "<div>x</div>"), "Appointment.text.div", "XHTML"),
        (put("text.div", "x"), "Appointment.text.div", "XHTML"),
        (
            put("contained.0.resourceType", "Nonsense"),
            "Appointment.contained[0].resourceType",
            "a resource type",
        ),
        (put("contained.0.contained", [appointment()]), "Appointment.contained[0].contained", "no contained"),
        (put("contained.0.gender", "F"), "Appointment.contained[0].gender", "one of male, female"),
        (put("contained.0.name.0.given", "Ann"), "Appointment.contained[0].name[0].given", "an array"),
        (put("contained.0.name.0.given.1", ""), "Appointment.contained[0].name[0].given[1]", "text"),
        (put("contained.0.name.0._given.1", None), "Appointment.contained[0].name[0].given[1]", "text"),
        (drop("contained.0.telecom.0.system"), "Appointment.contained[0].telecom[0].system", "cpt-2"),
        (put("contained.0.contact", [{"gender": "male"}]), "Appointment.contained[0].contact[0]", "pat-1"),
        (put("contained.1.id", "p"), "Appointment.contained[1].id", "once"),
        (drop("contained.1.id"), "Appointment.contained[1].id", "present"),
        (drop("slot"), "Appointment.contained[1].id", "dom-3"),
        (drop("contained.1.schedule"), "Appointment.contained[1].schedule", "present"),
        (put("extension", [{"url": "u"}]), "Appointment.extension[0]", "ext-1"),
        (put("extension", [{"valueCode": "a"}]), "Appointment.extension[0].url", "present"),
        (
            put("extension", [{"url": "u", "valueCode": "a", "valueId": "b"}]),
            "Appointment.extension[0].valueId",
            "only one",
        ),
        (put("_status", []), "Appointment._status", "an object with id or extension"),
        (put("_status", {"id": "a", "x": 1}), "Appointment._status.x", "an element"),
        (put("_participant", {"id": "a"}), "Appointment._participant", "an element"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_found_at_its_place(change: Change, where: str, expected: str) -> None:
    resource = appointment()
    change(resource)
    problems = check_structure(resource)
    assert [problem for problem in problems if problem.where == where and expected in problem.expected], problems
    inside = bundle()
    inside["entry"][0]["resource"] = resource
    place = where.replace("$", "Bundle.entry[0].resource").replace("Appointment", "Bundle.entry[0].resource", 1)
    assert place in {problem.where for problem in check_structure(inside)}


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"type": "collection"}, "Bundle.total"),
        ({"type": "search-set"}, "Bundle.type"),
        ({"entry": [{"fullUrl": "https://example.org"}]}, "Bundle.entry[0].resource"),
        ({"entry": bundle()["entry"] * 2}, "Bundle.entry[1].fullUrl"),
        ({"total": -1}, "Bundle.total"),
        ({"link": [{"relation": "self"}]}, "Bundle.link[0].url"),
    ],
)
def test_the_rules_of_a_bundle(more: dict[str, Any], where: str) -> None:
    assert where in {problem.where for problem in check_structure(bundle(**more))}


def test_a_capability_statement_names_real_resource_types() -> None:
    resource = capability()
    resource["rest"][0]["resource"][0]["type"] = "Slots"
    assert [one.where for one in check_structure(resource)] == ["CapabilityStatement.rest[0].resource[0].type"]


def test_a_capability_statement_describes_a_resource_and_a_parameter_once() -> None:
    resource = capability()
    (one,) = resource["rest"][0]["resource"]
    one["searchParam"] = [{"name": "start", "type": "date"}, {"name": "start", "type": "date"}]
    resource["rest"][0]["resource"].append({**one, "searchParam": one["searchParam"][:1]})
    place = "CapabilityStatement.rest[0].resource"
    assert {p.where for p in check_structure(resource)} == {f"{place}[0].searchParam[1].name", f"{place}[1].type"}


def test_a_choice_that_must_be_made_may_be_made_by_an_extension_alone() -> None:
    resource = bundle(signature={"type": [{"code": "a"}], "when": "2021-06-01T09:00:00Z"})
    assert [problem.where for problem in check_structure(resource)] == ["Bundle.signature.who[x]"]
    resource["signature"]["_whoUri"] = {"extension": [{"url": "u", "valueCode": "a"}]}
    assert check_structure(resource) == []


def test_unknown_elements_are_passed_over_on_request_at_every_depth() -> None:
    resource = appointment()
    resource["colour"] = {"any": []}
    resource["contained"][0]["_shoe"] = 5
    assert {problem.where for problem in check_structure(resource)} == {
        "Appointment.colour",
        "Appointment.contained[0]._shoe",
    }
    assert check_structure(resource, allow_unknown=True) == []


@given(st.sampled_from(places(bundle())), JUNK, st.booleans())
def test_junk_anywhere_is_told_and_never_raises(place: tuple[Any, ...], junk: object, allow_unknown: bool) -> None:
    resource = copy.deepcopy(bundle())
    target: Any = resource
    for part in place[:-1]:
        target = target[part]
    target[place[-1]] = junk
    found = check_structure(resource, allow_unknown=allow_unknown)
    assert all(problem.where and problem.expected for problem in found)
    # What came before, and the same resource without the junk among it, changes nothing.
    assert check_structure(bundle()) == []
    assert check_structure(resource, allow_unknown=allow_unknown) == found


def test_a_resource_that_came_before_is_told_of_where_it_differs() -> None:
    """One in a Bundle is looked at once; that is one to a letter, in the same place, on the same terms."""
    known, other = bundle()["entry"][0], copy.deepcopy(bundle()["entry"][0])
    other["fullUrl"] = "https://example.org/Appointment/9"
    other["resource"]["id"] = "9"
    assert check_structure(bundle(total=2, entry=[known, other])) == []
    other["resource"]["status"] = "Booked"
    for _ in range(2):
        (problem,) = check_structure(bundle(total=2, entry=[known, other]))
        assert problem.where == "Bundle.entry[1].resource.status"
    other["resource"] |= {"status": "booked", "statuss": "booked"}
    two = bundle(total=2, entry=[known, other])
    assert check_structure(two, allow_unknown=True) == []
    assert [problem.where for problem in check_structure(two)] == ["Bundle.entry[1].resource.statuss"]
    # Right where it stands by itself, and not among what another holds.
    holder = {**appointment(), "contained": [*appointment()["contained"], {**appointment(), "id": "a"}]}
    assert check_structure(appointment()) == check_structure(two["entry"][0]["resource"]) == []
    assert any(problem.where.endswith("contained") for problem in check_structure(holder))


@pytest.mark.parametrize("junk", [None, [], {}, "Slot", 5, {"resourceType": {}}, {"resourceType": "Slot", 5: 6}])
def test_what_is_no_resource_is_told(junk: object) -> None:
    assert check_structure(junk)


def test_depth_is_bounded() -> None:
    deep: dict[str, Any] = {"url": "u"}
    for _ in range(2000):
        deep = {"url": "u", "_valueString": {"extension": [deep]}}
    assert check_structure({"resourceType": "Slot", "extension": [deep]})
