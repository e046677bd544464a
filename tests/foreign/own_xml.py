"""FHIR XML as the generous provider writes and reads it: by hand, from one table of what it uses.

Each line of the table is a type, then its elements in FHIR's order: ``*`` for a list, ``#`` for a number,
``?`` for a boolean, and after a colon the type of the element where it is not a simple value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

NS = "http://hl7.org/fhir"

_RESOURCE = "id meta:Meta implicitRules language text:Narrative contained*:Resource extension*:Extension"
_TABLE = f"""
Appointment {_RESOURCE} identifier*:Identifier status incomingReferral*:Reference reason*:CodeableConcept description supportingInformation*:Reference start end minutesDuration# slot*:Reference created comment participant*:Participant
Slot {_RESOURCE} identifier*:Identifier serviceType*:CodeableConcept schedule:Reference status start end comment
Schedule {_RESOURCE} identifier*:Identifier active? actor*:Reference comment
HealthcareService {_RESOURCE} identifier*:Identifier active? providedBy:Reference location*:Reference name comment
Location {_RESOURCE} identifier*:Identifier status name description telecom*:ContactPoint address:Address
Organization {_RESOURCE} identifier*:Identifier active? name telecom*:ContactPoint address*:Address
Practitioner {_RESOURCE} identifier*:Identifier active? name*:HumanName gender
PractitionerRole {_RESOURCE} identifier*:Identifier practitioner:Reference code*:CodeableConcept
DocumentReference {_RESOURCE} identifier*:Identifier status type:CodeableConcept subject:Reference created indexed author*:Reference description content*:Content
Patient {_RESOURCE} identifier*:Identifier active? name*:HumanName telecom*:ContactPoint gender birthDate address*:Address contact*:Contact
OperationOutcome {_RESOURCE} issue*:Issue
CapabilityStatement {_RESOURCE} url version name status date publisher description kind software:Software fhirVersion acceptUnknown format* profile*:Reference rest*:Rest
Bundle id type total# link*:Link entry*:Entry
Link relation url
Entry fullUrl resource:Resource search:Search
Search mode
Meta versionId lastUpdated profile*
Extension valueCode valueString valueCodeableConcept:CodeableConcept
Identifier extension*:Extension use system value
Reference extension*:Extension reference identifier:Identifier display
CodeableConcept coding*:Coding text
Coding system version code display
Participant type*:CodeableConcept actor:Reference required status
HumanName use text family given* prefix*
ContactPoint extension*:Extension system value use rank#
Address use type text line* city district postalCode country
Contact relationship*:CodeableConcept name:HumanName telecom*:ContactPoint address:Address gender
Content attachment:Attachment
Attachment contentType language url
Issue severity code details:CodeableConcept diagnostics location* expression*
Software name version
Rest mode documentation resource*:RestResource
RestResource type profile:Reference interaction*:Interaction updateCreate? searchInclude* searchParam*:Parameter
Interaction code
Parameter name type documentation
"""  # noqa: E501


class Unreadable(ValueError):
    """What came in is no XML of ours."""


def _parse_table() -> dict[str, list[tuple[str, bool, str]]]:
    table = {}
    for line in _TABLE.split("\n"):
        kind, *words = line.split() or [""]
        elements = []
        for word in words:
            name, _, inner = word.partition(":")
            elements.append(
                (name.rstrip("*#?"), "*" in name, inner or ("#" if "#" in name else "?" if "?" in name else ""))
            )
        table[kind] = elements
    return table


_TYPES = _parse_table()


def known(resource: Mapping[str, Any]) -> bool:
    """Whether this resource is of a type that is in the table."""
    return resource.get("resourceType") in _TYPES


def write(resource: Mapping[str, Any]) -> bytes:
    """The resource as a document; elements that are not in the table are left out."""
    root = etree.Element(str(resource["resourceType"]), nsmap={None: NS})
    _fill(root, resource, str(resource["resourceType"]))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill(node: Any, value: Mapping[str, Any], kind: str) -> None:
    if kind == "Extension":
        node.set("url", value["url"])
    for name, _, inner in _TYPES[kind]:
        found = value.get(name, [])
        for one in found if isinstance(found, list) else [found]:
            child = etree.SubElement(node, name)
            if inner == "Resource":
                _fill(etree.SubElement(child, one["resourceType"]), one, one["resourceType"])
            elif inner in ("", "#", "?"):
                child.set("value", str(one).lower() if inner == "?" else str(one))
            else:
                _fill(child, one, inner)


def read(document: bytes) -> dict[str, Any]:
    """The resource in a document, in JSON form. Raises ``Unreadable``; elements not in the table are ignored."""
    try:
        root = etree.fromstring(
            document, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        )
    except etree.XMLSyntaxError as problem:
        raise Unreadable(str(problem)) from None
    return _resource(root)


def _resource(node: Any) -> dict[str, Any]:
    name = etree.QName(node)
    if name.namespace != NS or name.localname not in _TYPES:
        raise Unreadable(f"{node.tag} is no resource")
    return {"resourceType": name.localname, **_value(node, name.localname)}


def _value(node: Any, kind: str) -> dict[str, Any]:
    elements = {name: (many, inner) for name, many, inner in _TYPES[kind]}
    found: dict[str, Any] = {"url": node.get("url")} if kind == "Extension" else {}
    for child in node:
        name = etree.QName(child).localname
        if name not in elements:
            continue
        many, inner = elements[name]
        text = child.get("value", "")
        value: Any = (
            _resource(child[0])
            if inner == "Resource"
            else text
            if not inner
            else int(text)
            if inner == "#"
            else text == "true"
            if inner == "?"
            else _value(child, inner)
        )
        if many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
