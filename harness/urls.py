"""The URLs of appointments, as servers give them."""

from __future__ import annotations

from urllib.parse import urlsplit


def unversioned(url: str) -> str:
    """The stable URL of a resource, without ``/_history/[vid]``."""
    return url.split("/_history/")[0].rstrip("/")


def absolute(url: str, base_url: str) -> str:
    """A Location made absolute against the base URL, when it came relative (CF-24)."""
    if urlsplit(url).scheme:
        return url
    if url.startswith("/"):
        pieces = urlsplit(base_url)
        return f"{pieces.scheme}://{pieces.netloc}{url}"
    return f"{base_url}/{url}"
