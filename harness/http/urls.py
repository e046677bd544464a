"""URLs as systems give them: in a Location, in a link, in an entry.

Whatever is received may be no URL at all, or one that leads elsewhere. So nothing here raises, whatever the text, and
what cannot be read with certainty is read as leading nowhere.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

#: Scheme, host and port.
Origin = tuple[str, str, int]

#: The characters that RFC 3986 allows in a URL. A backslash, a blank or a control character is read
#: differently by different readers, so a text with one is not taken for a URL.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_BEHIND_PROXY = re.compile(r"^https?://.*?/(https?://)")
_PORTS = {"http": 80, "https": 443}

#: Longer ones no server would take, and no log should hold.
_LONGEST = 2000

#: Ends the path to a single appointment, before its id.
_APPOINTMENT = "Appointment/"


def split(url: str) -> SplitResult:
    """The pieces of a URL; all of them empty where it is none."""
    try:
        pieces = urlsplit(url)
        # Reading the port raises ValueError where it is none.
        _ = pieces.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return pieces


def origin(url: str) -> Origin | None:
    """Where a request to this absolute URL would go; None where that is not certain.

    ``https://good@evil`` has a user name and leads to evil: no address of a system has one, so it leads nowhere.
    """
    if len(url) > _LONGEST or not _CHARACTERS.fullmatch(url):
        return None
    pieces = split(url)
    host = (pieces.hostname or "").rstrip(".")
    if pieces.scheme not in _PORTS or not host or "@" in pieces.netloc or pieces.port == 0:
        return None
    return pieces.scheme, host, pieces.port or _PORTS[pieces.scheme]


def absolute(url: str, base_url: str) -> str:
    """A Location made absolute against the base URL, when it came relative (CF-24)."""
    if _SCHEME.match(url):
        return url
    pieces = split(base_url)
    if url.startswith("//"):
        return f"{pieces.scheme}:{url}"
    if url.startswith("/"):
        return f"{pieces.scheme}://{pieces.netloc}{url}"
    return f"{base_url}/{url}"


def at_home(url: str, base_url: str) -> str:
    """A received URL as it is asked for at the origin of ``base_url``; empty where it leads anywhere else.

    Scheme, host and port are those of ``base_url`` as the settings write them, never those that were received.
    """
    whole = absolute(url, base_url)
    home = origin(base_url)
    if home is None or origin(whole) != home:
        return ""
    pieces, base = split(whole), split(base_url)
    if _climbs(pieces.path):
        return ""
    path = pieces.path if pieces.path.startswith("/") else f"/{pieces.path}"
    return f"{base.scheme}://{base.netloc}{path}" + (f"?{pieces.query}" if pieces.query else "")


def beneath(url: str, base_url: str) -> str:
    """As ``at_home``, for what lies under ``base_url`` itself; empty for anything else."""
    home = at_home(url, base_url)
    return home if home.startswith((f"{base_url}/", f"{base_url}?")) else ""


def direct(url: str) -> str:
    """The address behind a Spine Secure Proxy, which has it whole in its own path; any other URL as it is."""
    found = _BEHIND_PROXY.search(url.partition("?")[0])
    return url[found.start(1) :] if found else url


def _climbs(path: str) -> bool:
    """Whether a path has a step ``..``, written so or percent-encoded: it ends elsewhere than it says."""
    return any(unquote(step) in (".", "..") for step in path.split("/"))


def unversioned(url: str) -> str:
    """The stable URL of a resource, without ``/_history/[vid]``."""
    return url.split("/_history/")[0].rstrip("/")


def appointment_id(location: str) -> str:
    """The id in the URL of an appointment, wherever that leads; empty where it names none."""
    if len(location) > _LONGEST:
        return ""
    path = unversioned(location.split("?")[0].split("#")[0])
    before, marker, step = path.rpartition(_APPOINTMENT)
    if not marker or (before and not before.endswith("/")):
        return ""
    identity = unquote(step, errors="surrogatepass") if "%" in step else step
    return "" if "/" in step else identity


def appointment_at(identity: str, base_url: str) -> str:
    """The URL of an appointment under ``base_url``, whatever its id is made of; empty for what can be no id."""
    if not identity or identity in (".", "..") or len(identity) > _LONGEST:
        return ""
    return f"{base_url}/{_APPOINTMENT}{quote(identity, safe='', errors='surrogatepass')}"
