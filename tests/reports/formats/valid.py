"""Whether documents hold to what others publish of their formats: each function fails with what is wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fhir.resources.STU3.testreport import TestReport
from fhir.resources.STU3.testscript import TestScript
from jsonschema import Draft4Validator, Draft6Validator, Draft7Validator, FormatChecker
from jsonschema.protocols import Validator
from lxml import etree
from referencing import Registry, Resource

SCHEMAS = Path(__file__).with_name("schemas")


def read(path: Path) -> Any:
    """The document; fails where it is not plain ASCII, which moves no cursor wherever it is looked at."""
    return json.loads(path.read_bytes().decode("ascii"))


@cache
def schema(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _assert_valid(validator: Validator, document: Any) -> None:
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]
    assert not wrong, "\n".join(wrong[:10])


def sarif(document: Any) -> None:
    known = schema(SCHEMAS / "sarif-2.1.0-rtm.5.json")
    _assert_valid(Draft4Validator(known, format_checker=FormatChecker()), document)


def ctrf(document: Any) -> None:
    _assert_valid(Draft7Validator(schema(SCHEMAS / "ctrf-schema-0.0.json"), format_checker=FormatChecker()), document)


def har(document: Any) -> None:
    schemas = {path.name: schema(path) for path in (SCHEMAS / "har").glob("*.json")}
    registry = Registry().with_resources((name, Resource.from_contents(one)) for name, one in schemas.items())
    _assert_valid(Draft6Validator(schemas["har.json"], registry=registry, format_checker=FormatChecker()), document)


def fhir(report: Any, script: Any) -> None:
    """By the models of one library, and as the XML that they make of it by HL7's own schemas."""
    for model, document, name in ((TestReport, report, "testreport.xsd"), (TestScript, script, "testscript.xsd")):
        by_hl7 = _xml_schema(name)
        as_xml = etree.fromstring(model.model_validate(document).model_dump_xml())
        assert by_hl7.validate(as_xml), by_hl7.error_log


@cache
def _xml_schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMAS / "fhir" / name)))
