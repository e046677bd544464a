"""SOAP 1.1 and 1.2 envelopes, read from hostile bytes and written; what cannot be answered is a `SoapFault`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lxml import etree
from uec_booking.standard.codec.errors import CodecError
from uec_booking.standard.codec.xml_reading import parse_safely

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Soap(Enum):
    """A version of SOAP: its namespace, and the media type of its messages."""

    V11 = ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml")
    V12 = ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")

    @property
    def namespace(self) -> str:
        """What its envelopes are in."""
        return self.value[0]

    @property
    def media_type(self) -> str:
        """The Content-Type of its messages, without a charset."""
        return self.value[1]


class SoapFault(Exception):
    """A request that is answered by a fault: what is wrong with it, and what to do."""

    def __init__(self, reason: str, *, wrong_version: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wrong_version = wrong_version


def read_envelope(data: bytes) -> tuple[Soap, etree._Element]:
    """The version of a message, and the one element in its body. Headers are passed over. Raises SoapFault."""
    if b"<!DOCTYPE" in data:
        raise SoapFault("A SOAP message has no DOCTYPE; leave it out.")
    try:
        root = parse_safely(data)
    except CodecError as error:
        raise SoapFault(f"The message cannot be read: {error.message}.") from None
    name = etree.QName(root)
    version = next((soap for soap in Soap if soap.namespace == name.namespace), None)
    if name.localname != "Envelope" or version is None:
        known = " or ".join(soap.namespace for soap in Soap)
        raise SoapFault(f"The message is no Envelope of SOAP 1.1 or 1.2; its namespace is {known}.", wrong_version=True)
    body = root.find(f"{{{version.namespace}}}Body")
    content = [] if body is None else list(elements(body))
    if len(content) != 1:
        raise SoapFault(f"The Body of the envelope has {len(content)} elements; send exactly one.")
    return version, content[0]


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without comments and processing instructions."""
    return (child for child in parent if isinstance(child.tag, str))


def envelope(version: Soap, content: etree._Element) -> bytes:
    """A message with the element as its body."""
    root = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={"soap": version.namespace})
    etree.SubElement(root, f"{{{version.namespace}}}Body").append(content)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def fault_message(version: Soap, fault: SoapFault) -> tuple[int, bytes]:
    """HTTP status and message of a fault."""
    content = _fault_11(fault) if version is Soap.V11 else _fault_12(fault)
    # SOAP 1.1 has no other status for a fault (section 6.2); 1.2 has one for what the sender did (part 2, table 20).
    sender = version is Soap.V12 and not fault.wrong_version
    return 400 if sender else 500, envelope(version, content)


def _fault_11(fault: SoapFault) -> etree._Element:
    soap = f"{{{Soap.V11.namespace}}}"
    code = "VersionMismatch" if fault.wrong_version else "Client"
    content = etree.Element(f"{soap}Fault", nsmap={"soap": Soap.V11.namespace})
    etree.SubElement(content, "faultcode").text = f"soap:{code}"
    etree.SubElement(content, "faultstring").text = fault.reason
    return content


def _fault_12(fault: SoapFault) -> etree._Element:
    soap = f"{{{Soap.V12.namespace}}}"
    code = "VersionMismatch" if fault.wrong_version else "Sender"
    content = etree.Element(f"{soap}Fault", nsmap={"soap": Soap.V12.namespace})
    value = etree.SubElement(etree.SubElement(content, f"{soap}Code"), f"{soap}Value")
    value.text = f"soap:{code}"
    text = etree.SubElement(etree.SubElement(content, f"{soap}Reason"), f"{soap}Text")
    text.text = fault.reason
    text.set(_XML_LANG, "en")
    return content
