"""The JSON form: strict where Python's reader is lenient, and without loss of digits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import MAX_BYTES, MAX_DEPTH, MAX_NAME, MAX_NODES, CodecError

_SURROGATE = re.compile("[\ud800-\udfff]")
# A decimal of FHIR has 18 digits; an exponent beyond this only serves to exhaust memory.
MAX_EXPONENT = 400
_Place = tuple[Any, str | int] | None
_NESTED = (dict, list)
# Names that were found good, for there are few of them and they come again and again; no more than so many are kept.
_GOOD_NAMES: set[str] = set()
_MOST_GOOD_NAMES = 2000


def parse_json(data: bytes) -> dict[str, Any]:
    """The object in a JSON body (RFC 8259, UTF-8); numbers with a fraction or exponent become Decimal.

    Raises CodecError for bad UTF-8 or a byte order mark, a root that is not an object, a key given twice,
    NaN and infinities, lone surrogates, numbers and names beyond reason, more than MAX_DEPTH levels, MAX_NODES
    values or MAX_BYTES bytes.
    """
    if len(data) > MAX_BYTES:
        raise CodecError(f"the body has {len(data)} bytes, more than {MAX_BYTES}")
    if data.startswith(b"\xef\xbb\xbf"):
        raise CodecError("the JSON text starts with a byte order mark (RFC 8259 section 8.1)")
    try:
        found = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise CodecError(f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise CodecError(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise CodecError(f"nested more than {MAX_DEPTH} levels deep") from None
    if not isinstance(found, dict):
        raise CodecError(f"the root must be an object, not {_kind(found)}")
    check_tree(found)
    return found


def to_json(resource: dict[str, Any]) -> bytes:
    """The resource as compact JSON in UTF-8, keys in the order of the dict, Decimals with all their digits.

    Raises CodecError for what JSON cannot hold.
    """
    check_tree(resource)
    return "".join(_written(resource)).encode("utf-8")


def check_tree(resource: object) -> None:
    """Rejects what is beyond the bounds, and text that is no Unicode; iterative, so it cannot overflow itself."""
    # A place is a chain of (outer place, key), put into words only when something is wrong with it.
    pending: list[tuple[object, int, _Place]] = [(resource, 1, None)]
    nodes = 0
    while pending:
        value, depth, place = pending.pop()
        nodes += 1
        if isinstance(value, str):
            if not value.isascii() and _SURROGATE.search(value):
                raise CodecError("text with a lone surrogate, which is no Unicode character", _words(resource, place))
        elif isinstance(value, _NESTED):
            if depth > MAX_DEPTH:
                raise CodecError(f"nested more than {MAX_DEPTH} levels deep")
            if nodes + len(pending) + len(value) > MAX_NODES:
                raise CodecError(f"more than {MAX_NODES} values")
            if isinstance(value, list):
                for at, item in enumerate(value):
                    if not item.isascii() if isinstance(item, str) else isinstance(item, _NESTED):
                        pending.append((item, depth + 1, (place, at)))
                continue
            for key, item in value.items():
                if key not in _GOOD_NAMES:
                    _check_name(key, resource, place)
                # Most are plain texts, at which nothing is to be looked at.
                if not item.isascii() if isinstance(item, str) else isinstance(item, _NESTED):
                    pending.append((item, depth + 1, (place, key)))


def _check_name(key: object, resource: object, place: _Place) -> None:
    if not isinstance(key, str):
        raise CodecError(f"the name of an element must be text, not {key!r:.40}", _words(resource, place))
    # Whoever puts places into words repeats the name for each of what it holds.
    if len(key) > MAX_NAME:
        raise CodecError(f"a name of {len(key)} characters, more than {MAX_NAME}", _words(resource, place))
    if not key.isascii() and _SURROGATE.search(key):
        raise CodecError("a name with a lone surrogate", _words(resource, place))
    if len(_GOOD_NAMES) < _MOST_GOOD_NAMES:
        _GOOD_NAMES.add(key)


def plain_decimal(value: Decimal, where: str) -> str:
    """A Decimal without exponent, as XML wants it; raises CodecError where that would be absurdly long."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or max(abs(exponent), abs(value.adjusted())) > MAX_EXPONENT:
        raise CodecError(f"not a decimal of FHIR: {value!s:.40}", where)
    return f"{value:f}"


def _written(value: object) -> Iterator[str]:
    # Python's own writer would be faster, but has no way to write a Decimal as the number it is.
    try:
        yield json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_refuse)
        return
    except TypeError:
        pass
    except ValueError as error:
        raise CodecError(f"cannot be written as JSON: {error}") from None
    if isinstance(value, dict):
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield ("," if index else "") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _written(item)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, item in enumerate(value):
            yield "," if index else ""
            yield from _written(item)
        yield "]"
    elif isinstance(value, Decimal) and value.is_finite():
        yield str(value)
    else:
        raise CodecError(f"cannot be written as JSON: {value!r:.60}")


def _refuse(value: object) -> object:
    raise TypeError


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise CodecError(f"the key {name!r:.80} is given twice in one object", name[:80])
            seen.add(name)
    return found


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CodecError(f"a number beyond reason: {text:.40}") from None
    plain_decimal(value, "")
    return value


def _integer(text: str) -> int:
    if len(text) > 40:
        raise CodecError(f"a number beyond reason: {text:.40}")
    return int(text)


def _constant(text: str) -> None:
    raise CodecError(f"{text} is not JSON")


def _kind(value: object) -> str:
    return {list: "an array", str: "text", type(None): "null", bool: "a boolean"}.get(type(value), "a number")


def _words(root: object, place: _Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, key = place
        parts.append(f"[{key}]" if isinstance(key, int) else f".{key}")
    name = root.get("resourceType") if isinstance(root, dict) else None
    return (name if isinstance(name, str) else "$") + "".join(reversed(parts))
