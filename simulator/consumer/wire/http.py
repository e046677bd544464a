"""HTTP with bounds: how long a call may take, and how much may come back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from requests.structures import CaseInsensitiveDict

from ..settings import DeskSettings

CONNECT_SECONDS = 5.0
CALL_SECONDS = 20.0
MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What came back. Names of headers are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Exception):
    """No whole reply came; the message says why. Whether the call was carried out is not known."""


class Http:
    """Sends requests; each call has a connection of its own, so one that is broken harms no other."""

    def __init__(self, settings: DeskSettings) -> None:
        self._verify: str | bool = settings.ca or True
        self._certificate = (settings.client_certificate, settings.client_key) if settings.client_key else None

    def certificate(self, url: str) -> tuple[str, str] | None:
        """The files of the certificate, and of its key, that are shown where this address asks for one (SEC-36)."""
        return self._certificate

    def session(self) -> requests.Session:
        """What a call is sent with; it is closed when the reply has been read."""
        return requests.Session()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        seconds: float = CALL_SECONDS,
    ) -> Reply:
        """Send a request and read the reply, within `seconds`. Redirects are replies like any other.

        Raises:
            NoReply: no whole reply came in time, or it was too large.
        """
        ends = time.monotonic() + min(seconds, CALL_SECONDS)
        with self.session() as session:
            session.trust_env = False
            try:
                with session.request(
                    method,
                    url,
                    headers=dict(headers),
                    data=body,
                    timeout=(min(CONNECT_SECONDS, seconds), min(seconds, CALL_SECONDS)),
                    verify=self._verify,
                    cert=self.certificate(url),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    content = _bounded(response, ends)
                    return Reply(response.status_code, CaseInsensitiveDict(response.headers), content)
            except (requests.RequestException, OSError, ValueError) as error:
                raise NoReply(_why(error)) from None


def _bounded(response: requests.Response, ends: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(65536):
        size += len(part)
        if size > MAX_BYTES:
            raise NoReply(f"the answer has more than {MAX_BYTES} bytes")
        if time.monotonic() > ends:
            raise NoReply("the answer took too long")
        parts.append(part)
    return b"".join(parts)


def _why(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "the secure connection could not be made"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer came in time"
    if isinstance(error, requests.exceptions.InvalidURL | ValueError) and not isinstance(
        error, requests.RequestException
    ):
        return "the address cannot be used"
    return "the connection failed or was closed before the answer was whole"
