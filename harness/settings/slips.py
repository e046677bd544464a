"""Slips in a settings file that are known by their look: its encoding, addresses, and other values."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

from uec_booking.standard.nhs_number import is_valid_nhs_number

from ..errors import SettingsError


def decoded(raw: bytes, path: Path) -> str:
    """The text of a settings file: UTF-8, with or without a byte order mark before it.

    Raises:
        SettingsError: it is in another encoding.
    """
    # Without a mark it is known by the zeros beside each letter, which no text has.
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:2]:
        raise SettingsError(f"The settings file {path} is in UTF-16. Save it as UTF-8, as TOML has it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise SettingsError(
            f"The settings file {path} is not in UTF-8: byte {raw[problem.start]:#04x} in line {line}. "
            "Save it as UTF-8."
        ) from None


def remedy_of_toml(text: str, problem: str) -> str:
    """What to change in a text that is no TOML, by what the reader of TOML says and by how the text looks."""
    place = re.search(r"at line ([0-9]+)", problem)
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    if text.lstrip().startswith("{"):
        return "It looks like JSON: `uec-booking init` writes a file to begin with in TOML."
    if re.match(r"\s*[\w-]+:(\s|$)", line):
        return 'It looks like YAML: in TOML a key is written as key = "value", and a table as [name].'
    if re.search("[\u201c\u201d\u201e\u2018\u2019]", line):
        return 'That line has curly quotes, as a word processor makes them: write straight ones, as in "text".'
    if "\\" in line:
        return (
            "In double quotes a backslash begins an escape: write a path with / in place of it, or in 'single quotes'."
        )
    return "Correct that place; texts stand in double quotes, and each table begins with its name in [brackets]."


def with_brackets(value: str) -> str:
    """The address with its IPv6 host, and the port after it, in the form of a URL; empty where it has no such host."""
    scheme, _, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    candidates = [(host, "")]
    if host.count(":") > 1:
        candidates.append((host.rpartition(":")[0], ":" + host.rpartition(":")[2]))
    for address, port in reversed(candidates):
        with suppress(ValueError):
            IPv6Address(address)
            return f"{scheme}://[{address}]{port}{slash}{path}"
    return ""


def in_an_address(value: str) -> str:
    """Which part of an address is wrong, as the end of a sentence; empty where it can be the address of a system."""
    odd = next((sign for sign in value if not "!" <= sign <= "~"), "")
    if odd:
        return f"it holds {odd!a}, which no address can"
    try:
        pieces = urlsplit(value)
    except ValueError:
        return "there is no IPv6 address in its brackets"
    if "://" not in value and pieces.scheme not in ("http", "https"):
        return f"the scheme is missing, as in https://{value.lstrip('/')}"
    if pieces.scheme not in ("http", "https"):
        return f"the scheme {pieces.scheme!r} is neither https nor http"
    if "://" in value.partition("://")[2].partition("?")[0]:
        return "the scheme stands in it twice"
    if not pieces.hostname:
        return "the host is missing after the scheme and ://"
    try:
        good = pieces.port != 0
    except ValueError:
        good = False
    if not good:
        return f"the port {pieces.netloc.rpartition(':')[2]!r} is not a number from 1 to 65535"
    # Whatever stands in an address is shown in reports.
    added = {"a query": pieces.query, "a fragment": pieces.fragment}
    return next((f"it has {what} ({text!r})" for what, text in added.items() if text), "")


def in_a_header(value: str) -> str:
    """Why a value cannot be sent in a header, as a clause; empty where it can. The value is not quoted: see tokens."""
    for place, sign in enumerate(value, start=1):
        if not " " <= sign <= "~":
            return f"character {place} is {sign!a}"
    return "a blank stands at an end of it" if value != value.strip() else ""


def in_an_nhs_number(value: str) -> str:
    """What is wrong with an NHS number, as a sentence; empty where nothing is. The number is not quoted."""
    if is_valid_nhs_number(value):
        return ""
    if len(value) == 10 and value.isascii() and value.isdigit():
        return "the last digit is not the check digit of the nine before it (Modulus 11)."
    return "it is not ten digits."
