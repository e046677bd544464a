"""Defects in the certificates that a consumer shows where it connects."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import trustme

from ....consumer.wire.http import Http
from ....fault_making import breaks


def _is_to_provider(url: str) -> bool:
    # Its address stands behind that of the proxy; a query may hold addresses of any kind.
    path = url.partition("?")[0].lower()
    return path.count("://") > 1 or "%3a%2f%2f" in path


@breaks("SEC-36", Http.certificate)
def shows_the_proxy_no_certificate(original: Any, url: str) -> Any:
    """No client certificate is shown to the Spine Secure Proxy."""
    return None if _is_to_provider(url) else original(url)


@breaks("SEC-36", Http.certificate)
def shows_the_proxy_a_certificate_of_its_own(original: Any, url: str) -> Any:
    """The Spine Secure Proxy is shown a certificate that the desk has made itself."""
    return _made_by_itself() if _is_to_provider(url) else original(url)


@breaks("REG-22", Http.certificate)
def shows_the_registry_no_certificate(original: Any, url: str) -> Any:
    """No client certificate is shown to the registry."""
    return None if "/Appointment?" in url and not _is_to_provider(url) else original(url)


@cache
def _made_by_itself() -> tuple[str, str]:
    made, folder = trustme.CA().issue_cert("desk.example"), Path(mkdtemp(prefix="uec-desk-"))
    certificate, key = folder / "desk.pem", folder / "desk-key.pem"
    certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(made.private_key_pem.bytes())
    return str(certificate), str(key)
