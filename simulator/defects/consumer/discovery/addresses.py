"""Defects in addresses: the proxy before the provider's, the service root, and what is put behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from ....consumer.wire.addresses import Addresses
from ....consumer.wire.provider import ProviderClient
from ....fault_making import breaks


@breaks("SSP-01", Addresses.through_proxy)
def two_slashes_behind_the_proxy(original: Any, url: str) -> str:
    """Two slashes stand between the address of the proxy and that of the provider."""
    address = str(original(url))
    return f"{address.removesuffix(url)}/{url}"


@breaks("SSP-01", Addresses.through_proxy)
def no_scheme_behind_the_proxy(original: Any, url: str) -> str:
    """The address of the provider stands behind that of the proxy without its scheme."""
    address = str(original(url))
    return f"{address.removesuffix(url)}{url.partition('://')[2]}"


@breaks("SSP-01", Addresses.through_proxy)
def provider_address_as_a_parameter(original: Any, url: str) -> str:
    """The address of the provider is a parameter of the proxy's."""
    address = str(original(url))
    return f"{address.removesuffix(url)}?url={quote(url, safe='')}"


@breaks("SSP-01", Addresses.through_proxy)
def calls_providers_directly(original: Any, url: str) -> str:
    """Providers are called directly, without the proxy."""
    return url


@breaks("SSP-07", Addresses.through_proxy)
def braces_in_an_address(original: Any, url: str) -> str:
    """The address of a slot search has a parameter in braces, and is encoded once for the proxy, not for itself."""
    address = str(original(url))
    if "/Slot?" not in url:
        return address
    return f"{address.removesuffix(url)}{quote(f'{url}&_tag={{desk}}', safe='')}"


@breaks("CON-SAPT-01", Addresses.appointments, warned=True)
def searches_by_the_bare_number(original: Any, root: str, parameters: Any) -> str:
    """A search for a patient's appointments names the NHS number without its system."""
    return str(original(root, [(name, value.rpartition("|")[2]) for name, value in parameters]))


@breaks("SDS-03", Addresses.clean_root)
def leaves_the_path_of_the_root_out(original: Any, root: str) -> str:
    """Of the service root only scheme and host are used, with the path that another provider has."""
    parts = urlsplit(str(original(root)))
    return f"{parts.scheme}://{parts.netloc}/STU3/1/booking"


@breaks("SDS-03", Addresses.clean_root)
def writes_the_root_in_small_letters(original: Any, root: str) -> str:
    """The service root is used in small letters."""
    return str(original(root)).lower()


@breaks("CON-SRCH-05", Addresses.slots)
def searches_slots_with_a_slash(original: Any, root: str, parameters: Any) -> str:
    """A slash stands between Slot and the parameters."""
    return str(original(root, parameters)).replace("/Slot?", "/Slot/?", 1)


@breaks("CON-SRCH-05", Addresses.slots)
def searches_slots_behind_two_slashes(original: Any, root: str, parameters: Any) -> str:
    """Two slashes stand between the service root and Slot."""
    return str(original(root, parameters)).replace("/Slot?", "//Slot?", 1)


@breaks("WKF-01", Addresses.slots)
def searches_slots_by_an_operation(original: Any, root: str, parameters: Any) -> str:
    """Slots are searched by an operation that the standard does not have."""
    return str(original(root, parameters)).replace("/Slot?", "/Slot/$available?", 1)


@breaks("CON-BOOK-01", Addresses.bookings)
def books_with_a_slash(original: Any, root: str) -> str:
    """Bookings are posted to Appointment with a slash behind it."""
    return f"{original(root)}/"


@breaks("WKF-01", Addresses.bookings)
def books_by_an_operation(original: Any, root: str) -> str:
    """Bookings are posted to the operation $book."""
    return f"{original(root)}/$book"


@breaks("CON-CAN-04", ProviderClient.update)
def cancels_with_a_slash(original: Any, encounter: Any, place: Any, url: str, *more: Any) -> Any:
    """A cancellation is put to the address of the appointment with a slash behind it."""
    return original(encounter, place, f"{url}/", *more)
