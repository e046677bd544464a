"""The two operations of DoS: what each asks for is checked, and its answer built from the directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lxml import etree
from uec_booking.standard.names import DOS_ENDPOINT_FORMAT, DOS_ENDPOINT_INTERACTION, DOS_ENDPOINT_TRANSPORT

from ..directory.services import DirectoryService
from ..text import shown
from .soap import SoapFault, elements

NAMESPACE = "https://nww.pathwaysdos.nhs.uk/app/api/webservices"


def answer(request: etree._Element, services: Sequence[DirectoryService]) -> etree._Element:
    """The answer to an operation. Raises SoapFault."""
    name = etree.QName(request)
    operation = _OPERATIONS.get(name.localname)
    if operation is None:
        known = " and ".join(_OPERATIONS)
        raise SoapFault(f"There is no operation {shown(name.localname)[:80]}; there are {known}.")
    if name.namespace != NAMESPACE:
        raise SoapFault(f"The operation {name.localname} is not in the namespace {NAMESPACE}.")
    user = _needed(request, "userInfo")
    for each in ("username", "password"):
        _text(user, each)
    _text(request, "serviceVersion")
    return operation(request, services)


def _check_capacity_summary(request: etree._Element, services: Sequence[DirectoryService]) -> etree._Element:
    """Every service, whatever the case: which ones suit it is no matter of this world."""
    _needed(request, "c")
    response = _element("CheckCapacitySummaryResponse")
    result = _add(response, "CheckCapacitySummaryResult")
    for service in services:
        found = _about(service, _add(result, "ServiceCareSummaryDestination"))
        if service.requires_booking is not None:
            attribute = _add(_add(found, "attributes"), "attribute")
            _add(attribute, "dataType", "string")
            _add(attribute, "name", service.requires_booking_name)
            _add(attribute, "description", "Whether a referral needs a booking")
            _add(attribute, "value", service.requires_booking)
        # The documents tell of the endpoints in either answer (CF-62), so both have them.
        _endpoints(service, found)
    return response


def _service_details_by_id(request: etree._Element, services: Sequence[DirectoryService]) -> etree._Element:
    """The service of that id, with its endpoints."""
    wanted = _text(request, "serviceId")
    service = next((service for service in services if service.id == wanted), None)
    if service is None:
        raise SoapFault(f"There is no service {shown(wanted)[:80]}; CheckCapacitySummary lists those that there are.")
    response = _element("ServiceDetailsByIdResponse")
    _endpoints(service, _about(service, _add(_add(response, "services"), "service")))
    return response


_OPERATIONS: Mapping[str, Callable[[etree._Element, Sequence[DirectoryService]], etree._Element]] = {
    "CheckCapacitySummary": _check_capacity_summary,
    "ServiceDetailsById": _service_details_by_id,
}


def _about(service: DirectoryService, into: etree._Element) -> etree._Element:
    _add(into, "id", service.id)
    _add(into, "name", service.name)
    _add(into, "address", service.address)
    _add(into, "postcode", service.postcode)
    return into


def _endpoints(service: DirectoryService, into: etree._Element) -> None:
    endpoints = _add(into, "endpoints")
    for order, asid in enumerate(service.asids, start=1):
        endpoint = _add(endpoints, "endpoint")
        _add(endpoint, "endpointOrder", str(order))
        _add(endpoint, "transport", DOS_ENDPOINT_TRANSPORT)
        _add(endpoint, "format", DOS_ENDPOINT_FORMAT)
        _add(endpoint, "interaction", DOS_ENDPOINT_INTERACTION)
        _add(endpoint, "address", f"ASID:{asid}")
        _add(endpoint, "comment", "")


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"dos": NAMESPACE})


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _needed(parent: etree._Element, name: str) -> etree._Element:
    """The child of that name. One without a namespace is understood too: older tools leave it out."""
    for child in elements(parent):
        tag = etree.QName(child)
        if tag.localname == name and tag.namespace in (NAMESPACE, None):
            return child
    raise SoapFault(f"{etree.QName(parent).localname} has no {name}; the WSDL says what belongs into it.")


def _text(parent: etree._Element, name: str) -> str:
    text = (_needed(parent, name).text or "").strip()
    if not text:
        raise SoapFault(f"{etree.QName(parent).localname}/{name} is empty; fill it in.")
    return text
