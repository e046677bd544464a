"""Peers that are slow, send too much, or pack it wrongly."""

from __future__ import annotations

import zlib

from .behaviours import GOOD, OK, Behaviour, drips, floods, says, whole
from .peer import ANSWER, CHUNKED, Peer


def _bomb(layers: int, size: int = 30_000_000) -> bytes:
    body = b" " * size
    for _ in range(layers):
        body = zlib.compress(body, 9, wbits=31)
    return body


def _coded(body: bytes, coding: bytes) -> Behaviour:
    return says(whole(body, b"Content-Encoding: " + coding))


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, wbits=31)


SLOW = (
    Peer("hangs", "takes the request and says nothing", says(), "timeout"),
    Peer("drips-status-line", "a status line that drips in", drips(b"HTTP", b"/"), "timeout"),
    Peer("drips-headers", "headers that drip in", drips(OK, b"X"), "timeout"),
    Peer("drips-body", "a body that drips in", drips(OK + b"Content-Length: 90000\r\n\r\n", b" "), "timeout"),
    Peer("drips-to-the-end", "a body without length that drips in", drips(OK + b"\r\n", b" "), "timeout"),
    Peer("drips-chunks", "chunks that drip in", drips(CHUNKED, b"1\r\n \r\n"), "timeout"),
    Peer("drips-interim", "interim answers that drip in", drips(b"", b"HTTP/1.1 10"), "timeout"),
)
ENDLESS = (
    Peer("endless-body", "a body without end", floods(OK + b"\r\n", b" " * 65536), "too-large"),
    Peer("endless-chunks", "chunks without end", floods(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"), "too-large"),
    Peer("endless-chunk-size", "the size of a chunk without end", floods(CHUNKED, b"0" * 65536), "broken", "FMT-22"),
    Peer(
        "endless-trailers", "trailers without end", floods(CHUNKED + b"0\r\n", b"X-More: yes\r\n"), "broken", "FMT-22"
    ),
    Peer("endless-header", "a header without end", floods(OK + b"X-Long: ", b"x" * 65536), "broken", "FMT-22", "head"),
    Peer("endless-headers", "headers without end", floods(OK, b"X-More: yes\r\n" * 999), "broken", "FMT-22", "headers"),
    Peer(
        "endless-interim",
        "interim answers without end",
        floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "broken",
        "FMT-22",
        "interim",
    ),
    Peer(
        "announces-too-much",
        "a Content-Length of a terabyte",
        says(OK + b"Content-Length: 1099511627776\r\n\r\n"),
        "too-large",
    ),
    Peer("gzip-bomb", "30 MB packed into 30 kB", _coded(_bomb(1), b"gzip"), "too-large", "", "unpacks"),
    Peer("gzip-bomb-in-gzip", "a bomb packed twice", _coded(_bomb(2), b"gzip, gzip"), "too-large", "", "unpacks"),
    Peer("gzip-members", "a thousand gzip members", _coded(_gzip(b"") * 1000, b"gzip"), "encoding", "FMT-22"),
    Peer("many-codings", "a body packed a hundred times", _coded(GOOD, b"gzip, " * 99 + b"gzip"), "encoding", "FMT-22"),
)
CODINGS = (
    Peer("gzip", "gzip that nobody asked for", _coded(_gzip(GOOD), b"gzip"), ANSWER),
    Peer("gzip-that-is-not", "gzip in name only", _coded(b"hello", b"gzip"), "encoding", "FMT-22", "is not"),
    Peer("deflate-that-is-gzip", "deflate that is gzip", _coded(_gzip(GOOD), b"deflate"), "encoding", "FMT-22"),
    Peer(
        "gzip-cut-short",
        "gzip that ends early",
        _coded(_gzip(GOOD)[:-9], b"gzip"),
        "encoding",
        "FMT-22",
        "before its end",
    ),
    Peer("gzip-and-more", "gzip with more behind it", _coded(_gzip(GOOD) + b"more", b"gzip"), "encoding", "FMT-22"),
    Peer(
        "unknown-coding", "a coding that does not exist", _coded(GOOD, b"utf-8"), "encoding", "FMT-22", "nobody asked"
    ),
    Peer("identity", "a coding that is none", _coded(GOOD, b"identity"), ANSWER),
)
