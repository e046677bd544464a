"""The kinds of values that a settings file holds, each with what makes one wrong and what to write instead."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from .model import CAPABILITIES
from .slips import in_a_header, in_an_address, with_brackets

_AS_AN_ADDRESS = "Write it as https://host[:port]/path, without user name or query."


class Wrong(ValueError):
    """What is wrong with a value, and what to do; ``below`` leads on from the key that is looked at."""

    def __init__(self, what: str, remedy: str, below: str = "") -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy
        self.below = below


def nearly(word: object, known: Iterable[str]) -> str:
    """``Did you mean …? ``, where a word is nearly one that is known; else empty."""
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f"Did you mean {near[0]}? " if near else ""


def known_keys(data: Any, known: Iterable[str], elsewhere: Callable[[str], str] = lambda key: "") -> Any:
    """The table as it is. Raises Wrong for its first key that is not known.

    ``elsewhere`` says where a key belongs that another table has; empty where none has it.
    """
    names = list(known)
    for key in data if isinstance(data, Mapping) else ():
        if key not in names:
            remedy = elsewhere(key) or nearly(key, names)
            raise Wrong(f"the key {key!r} is not known.", f"{remedy}Known are: {', '.join(names)}.")
    return data


def only(known: Iterable[str]) -> BeforeValidator:
    """Of a table whose keys are names: these alone."""
    return BeforeValidator(lambda data: known_keys(data, known))


def one_of(values: Iterable[str]) -> BeforeValidator:
    """One of these words; an empty one among them stands for none and is not offered."""
    words = list(values)

    def chosen(value: Any) -> Any:
        if value not in words:
            offered = ", ".join(repr(word) for word in words if word)
            raise Wrong(f"{value!r} is not known.", f"{nearly(value, words)}Choose one of {offered}.")
        return value

    return BeforeValidator(chosen)


def whole_number_up_to(most: int) -> BeforeValidator:
    """A whole number, 0 among them."""

    def bounded(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            quotes = ", without quotes" if isinstance(value, str) else ""
            raise Wrong(f"{value!r} is not a whole number from 0 to {most}.", f"Write such a number{quotes}.")
        return value

    return BeforeValidator(bounded)


def number_up_to(most: int) -> BeforeValidator:
    """A number above 0. It stays what it was written as, whole or not: reports show it so."""

    def bounded(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            quotes = ", without quotes" if isinstance(value, str) else ""
            raise Wrong(
                f"{value!r} is not a number above 0 and up to {most}.",
                f"Write a number of seconds (bytes for body_bytes){quotes}.",
            )
        return value

    return BeforeValidator(bounded)


def _filled(value: str) -> str:
    if not value.strip():
        raise Wrong("it is empty.", "Write its value between the double quotes.")
    return value


def _sendable(value: str) -> str:
    if fault := in_a_header(value):
        raise Wrong(
            f"it cannot be sent in a header: {fault}.", "Write it in printable ASCII, with no blank at its ends."
        )
    return value


def address(value: str) -> str:
    """The value, where it can be the address of a system. Raises Wrong."""
    if "@" in value.rpartition("://")[2].partition("/")[0]:
        # Not quoted: a password must not be shown.
        raise Wrong("there is a user name or a password in it.", _AS_AN_ADDRESS)
    fault = in_an_address(value)
    if fault and (bracketed := with_brackets(value)):
        raise Wrong(f"{value!r} has an IPv6 address without brackets.", f'Write "{bracketed}".')
    if fault:
        raise Wrong(f"{value!r} is not the address of a system: {fault}.", _AS_AN_ADDRESS)
    return value


def _service_root(value: str) -> str:
    base = value.rstrip("/")
    root, _, last = base.rpartition("/")
    if last in ("metadata", "Appointment", "Slot"):
        raise Wrong(
            f"{base!r} is the address of {last}, not of the service.",
            f'Write the service root, below which {last} is: "{root}".',
        )
    return base


def place_to_listen(value: str, scheme: str) -> str:
    """``host:port`` as an address, with a scheme where none is written. Raises Wrong."""
    place = address(value if "://" in value else f"{scheme}://{value}")
    if urlsplit(place).port is None or urlsplit(place).path.strip("/"):
        raise Wrong(f"{value!r} is no place to listen.", 'Write it as "host:port".')
    return place.rstrip("/")


def proxy_place(value: str) -> str:
    """The address of an HTTP proxy: what is asked of it is plain, be the system's scheme what it may. Raises Wrong."""
    place = address(value).rstrip("/")
    if not place.startswith("http://") or urlsplit(place).path:
        raise Wrong(f"{value!r} is no HTTP proxy.", 'Write it as "http://host:port".')
    return place


def file_that_is_there(value: str, info: ValidationInfo) -> str:
    """The whole path of a file named in the settings; empty where none is. Raises Wrong."""
    if not value:
        return ""
    path = beside_settings(value, info)
    if Path(path).is_dir():
        raise Wrong(f"{path} is a folder.", "Name a file in it; the path is relative to the settings file.")
    if not Path(path).is_file():
        raise Wrong(f"there is no file {path}.", "Correct the path; it is relative to the settings file.")
    return path


def beside_settings(value: str, info: ValidationInfo) -> str:
    """A path in a settings file is relative to the file, whose folder is the context of the validation."""
    assert isinstance(info.context, Path)
    return str((info.context / value).resolve())


def _capabilities(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        words = value.replace(",", " ").split() if isinstance(value, str) else []
        remedy = ", ".join(json.dumps(word, ensure_ascii=False) for word in words) or '"...", "..."'
        raise Wrong("a list is expected.", f"Write capabilities = [{remedy}].")
    for name in value:
        if not isinstance(name, str) or name not in CAPABILITIES:
            raise Wrong(f"{name!r} is not known.", f"{nearly(name, CAPABILITIES)}Known are: {', '.join(CAPABILITIES)}.")
    return tuple(value)


def _or_none(data: Any) -> Any:
    return None if data == {} else data


def _where_given(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda value: check(value) if value else value)


#: A text that must say something.
Filled = Annotated[str, AfterValidator(_filled)]
#: A text that is sent in a header or named in a token; the second may be empty.
Sendable = Annotated[Filled, AfterValidator(_sendable)]
MaySend = Annotated[str, AfterValidator(_sendable)]
#: The address of a system; the second may be empty.
Address = Annotated[Filled, AfterValidator(address)]
MayAddress = Annotated[str, _where_given(address)]
ServiceRoot = Annotated[Address, AfterValidator(_service_root)]
#: The whole path of a file that is there, or empty.
MayFile = Annotated[str, AfterValidator(file_that_is_there)]
Capabilities = Annotated[tuple[str, ...], BeforeValidator(_capabilities)]
#: Of a table that may be left out: an empty one counts as left out.
LeftOutIfEmpty = BeforeValidator(_or_none)
