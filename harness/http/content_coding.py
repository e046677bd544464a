"""Bodies unpacked as Content-Encoding says (RFC 7231 section 3.1.2), whatever they unpack to."""

from __future__ import annotations

import zlib

from ..errors import ClientError, NoAnswer

#: The form that zlib is to expect for each coding: gzip with its header, and deflate in that of zlib.
_FORMS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_MAX_CODINGS = 3
_MAX_MEMBERS = 100


def unpacked(wire: bytes, encoding: str, most: int) -> bytes:
    """The body without its codings, the last one first.

    Raises:
        ClientError: encoding, for a coding that nobody knows, or that the body is not in; too-large.
    """
    codings = [name for name in (item.strip().lower() for item in encoding.split(",")) if name not in ("", "identity")]
    if not wire:
        return wire
    if len(codings) > _MAX_CODINGS:
        raise ClientError(
            NoAnswer.ENCODING, f"the body says Content-Encoding {encoding[:60]}: more than {_MAX_CODINGS} codings"
        )
    for name in reversed(codings):
        if name not in _FORMS:
            words = f"the body says Content-Encoding {name[:60]!r}, which nobody asked for"
            raise ClientError(NoAnswer.ENCODING, words)
        wire = _unpacked_once(wire, name, most)
    return wire


def _unpacked_once(wire: bytes, name: str, most: int) -> bytes:
    pieces: list[bytes] = []
    left = most
    for _ in range(_MAX_MEMBERS):
        decoder = zlib.decompressobj(wbits=_FORMS[name])
        try:
            # One byte more than there may be: a limit of zero would be none.
            piece = decoder.decompress(wire, left + 1)
        except zlib.error as problem:
            words = f"the body says Content-Encoding {name} but is not: {problem}"
            raise ClientError(NoAnswer.ENCODING, words) from None
        left -= len(piece)
        if left < 0 or decoder.unconsumed_tail:
            raise ClientError(NoAnswer.TOO_LARGE, f"the body unpacks to more than {most} bytes")
        if not decoder.eof:
            raise ClientError(NoAnswer.ENCODING, f"the {name} body ends before its end")
        pieces.append(piece)
        wire = decoder.unused_data
        if not wire:
            return b"".join(pieces)
        if name == "deflate":
            break
        # Several members, one after the other, are one gzip body (RFC 1952 section 2.2).
    raise ClientError(NoAnswer.ENCODING, f"the {name} body goes on after its end")
