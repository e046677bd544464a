"""Addresses: what is asked of a provider, percent-encoded, and the proxy's address in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urljoin, urlsplit

#: What may stand in a URL as it is (RFC 3986); everything else is encoded. A per cent sign is taken to be encoding.
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


class Addresses:
    """Makes the addresses of calls. `proxy` is the address of the Spine Secure Proxy, empty where there is none."""

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy

    def through_proxy(self, url: str) -> str:
        """The address to call for a provider's URL: exactly one slash between proxy and URL (SSP-01)."""
        return f"{self._proxy.rstrip('/')}/{url}" if self._proxy else url

    def clean_root(self, root: str) -> str:
        """A service root without trailing slash or characters that a URL cannot have (SSP-07)."""
        return quote(root.strip(), safe=_SAFE).rstrip("/")

    def query(self, parameters: Sequence[tuple[str, str]]) -> str:
        """Parameters with names and values percent-encoded (CON-SRCH-06)."""
        return urlencode(parameters, quote_via=quote, safe="")

    def slots(self, root: str, parameters: Sequence[tuple[str, str]]) -> str:
        """A slot search."""
        return f"{self.clean_root(root)}/Slot?{self.query(parameters)}"

    def bookings(self, root: str) -> str:
        """Where bookings are posted."""
        return f"{self.clean_root(root)}/Appointment"

    def appointments(self, root: str, parameters: Sequence[tuple[str, str]]) -> str:
        """A search for a patient's appointments."""
        return f"{self.clean_root(root)}/Appointment?{self.query(parameters)}"

    def statement(self, root: str) -> str:
        """The capability statement."""
        return f"{self.clean_root(root)}/metadata"

    def kept(self, root: str, location: str) -> str:
        """The stable address of a booking: absolute and without its version (CON-BOOK-05). Empty if there is none."""
        try:
            url = urljoin(f"{self.clean_root(root)}/Appointment", location.strip())
        except ValueError:
            return ""
        url = quote(url.partition("/_history/")[0], safe=_SAFE)
        return url if root_of(url) else ""

    def appointment(self, root: str, id_: str) -> str:
        """The address of an appointment by its id."""
        return f"{self.clean_root(root)}/Appointment/{quote(id_, safe='')}"


def root_of(url: str) -> str:
    """The service root of an appointment's address, or empty where it is not an absolute address of one."""
    try:
        parts = urlsplit(url)
        absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    root, slash, id_ = url.rpartition("/Appointment/")
    return root if absolute and slash and id_ and not set(id_) & set("/?#") else ""
