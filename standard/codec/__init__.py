"""JSON <-> XML of FHIR STU3: the one place where bytes become a resource and a resource becomes bytes.

At run time a resource is a dict in the JSON form of FHIR. Numbers with a fraction are Decimal, so that the
digits stay as they were written; dates and instants stay text. The functions reject what is not FHIR in its
*form* (namespaces, element order, repeats, duplicate keys, attributes); whether values and cardinalities are
right is asked of `uec_booking.standard.validation`. They raise CodecError and nothing else.
"""

from __future__ import annotations

from .errors import (
    FHIR_NAMESPACE,
    MAX_BYTES,
    MAX_DEPTH,
    XHTML_NAMESPACE,
    CodecError,
)
from .json_form import parse_json, to_json
from .xml_reading import parse_xml
from .xml_writing import to_xml

__all__ = [
    "FHIR_NAMESPACE",
    "MAX_BYTES",
    "MAX_DEPTH",
    "XHTML_NAMESPACE",
    "CodecError",
    "parse_json",
    "parse_xml",
    "to_json",
    "to_xml",
]
