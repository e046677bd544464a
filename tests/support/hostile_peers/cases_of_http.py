"""Peers that break HTTP: in the head of an answer, and in where it ends."""

from __future__ import annotations

from .behaviours import GOOD, OK, floods, resets, says, whole
from .peer import ANSWER, CHUNKED, LENGTH, Peer

EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
SECOND = whole(b'{"resourceType":"Patient"}')

HEADS = (
    Peer("closes", "closes without an answer", says(then_closes=True), "broken", "FMT-22"),
    Peer(
        "garbage",
        "bytes that are not HTTP",
        says(bytes(range(256)) * 40 + b"\r\n\r\n"),
        "broken",
        "FMT-22",
        "status line",
    ),
    Peer("http-0.9", "a body without a head (HTTP/0.9)", says(GOOD + b"\r\n", then_closes=True), "broken", "FMT-22"),
    Peer("http-1.0", "HTTP/1.0 without length", says(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD, then_closes=True), ANSWER),
    Peer("http-2", "HTTP/2.0 where nobody asked for it", says(b"HTTP/2.0 200 OK\r\n\r\n"), "broken", "FMT-22"),
    Peer("status-of-four-digits", "the status 2000", says(b"HTTP/1.1 2000 OK\r\n\r\n"), "broken", "FMT-22"),
    Peer("status-999", "the status 999", says(b"HTTP/1.1 999 No\r\n\r\n"), "broken", "FMT-22"),
    Peer("early-hints", "103 Early Hints before a good answer", says(EARLY, whole(GOOD)), ANSWER),
    Peer("many-interim", "a few interim answers before a good one", says(EARLY * 5, whole(GOOD)), ANSWER),
    Peer(
        "switching",
        "101 Switching Protocols",
        says(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"),
        "broken",
        "FMT-22",
        "101",
    ),
    Peer(
        "folded-header",
        "a header over two lines",
        says(LENGTH + b"X-A: 1\r\n  2\r\n\r\n" + GOOD),
        ANSWER,
        "FMT-22",
        "another line",
    ),
    Peer(
        "bare-line-feeds",
        "a head with bare line feeds",
        says(whole(GOOD).replace(b"\r\n", b"\n")),
        ANSWER,
        "FMT-22",
        "CR LF",
    ),
    Peer(
        "bare-return",
        "a bare carriage return in a header",
        says(LENGTH + b"X-A: 1\r2\r\n\r\n" + GOOD),
        ANSWER,
        "FMT-22",
        "control",
    ),
    Peer(
        "nul-in-header", "a NUL in a header", says(LENGTH + b"X-A: 1\x002\r\n\r\n" + GOOD), ANSWER, "FMT-22", "control"
    ),
    Peer("no-colon", "a line without colon", says(LENGTH + b"nonsense\r\n\r\n" + GOOD), ANSWER, "FMT-22", "no header"),
    Peer(
        "blank-before-colon",
        "a blank before the colon",
        says(LENGTH + b"X-A : 1\r\n\r\n" + GOOD),
        ANSWER,
        "FMT-22",
        "no header",
    ),
    Peer(
        "redirects",
        "a redirect to itself",
        says(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"),
        ANSWER,
    ),
    Peer(
        "redirects-without-end",
        "a redirect with a body without end",
        floods(b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\n\r\n", b" " * 65536),
        "too-large",
    ),
)
FRAMES = (
    Peer(
        "says-too-much",
        "a Content-Length that is too large",
        says(OK + b"Content-Length: 999\r\n\r\n" + GOOD, then_closes=True),
        "broken",
        "FMT-22",
        "of 999 bytes",
    ),
    Peer(
        "says-too-little",
        "a Content-Length that is too small",
        says(LENGTH + b"\r\n" + GOOD + b" {}"),
        ANSWER,
        "FMT-22",
        "after the end",
    ),
    Peer(
        "two-answers", "a second answer after the first", says(whole(GOOD) + SECOND), ANSWER, "FMT-22", "after the end"
    ),
    Peer(
        "no-content-with-body",
        "a 204 with a body",
        says(b"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n{}"),
        ANSWER,
        "FMT-22",
        "204",
    ),
    Peer(
        "no-length-in-numbers",
        "a Content-Length of 'many'",
        says(OK + b"Content-Length: many\r\n\r\n" + GOOD),
        "broken",
        "FMT-22",
    ),
    Peer(
        "negative-length",
        "a negative Content-Length",
        says(OK + b"Content-Length: -5\r\n\r\n" + GOOD),
        "broken",
        "FMT-22",
    ),
    Peer("two-lengths", "two Content-Lengths", says(LENGTH + b"Content-Length: 3\r\n\r\n" + GOOD), "broken", "FMT-22"),
    Peer(
        "same-length-twice",
        "the same Content-Length twice",
        says(LENGTH + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD),
        ANSWER,
        "FMT-22",
        "more than once",
    ),
    Peer(
        "length-and-chunks",
        "Content-Length and chunks both",
        says(LENGTH + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD)),
        ANSWER,
        "FMT-22",
        "both",
    ),
    Peer(
        "chunks",
        "chunks with extensions and trailers",
        says(CHUNKED + b"%x;a=b\r\n%b\r\n0\r\nX-A: 1\r\n\r\n" % (len(GOOD), GOOD)),
        ANSWER,
    ),
    Peer(
        "negative-chunk", "a chunk of negative size", says(CHUNKED + b"-5\r\n"), "broken", "FMT-22", "size of a chunk"
    ),
    Peer(
        "garbage-chunks",
        "chunks without size",
        says(CHUNKED + b"not a number\r\n"),
        "broken",
        "FMT-22",
        "size of a chunk",
    ),
    Peer(
        "short-chunk",
        "a chunk longer than it says",
        says(CHUNKED + b"5\r\n%b\r\n0\r\n\r\n" % GOOD),
        "broken",
        "FMT-22",
        "as long as",
    ),
    Peer(
        "unfinished-chunks",
        "chunks without the last",
        says(CHUNKED + b"2\r\n{}\r\n", then_closes=True),
        "broken",
        "FMT-22",
    ),
    Peer(
        "other-transfer-coding",
        "a transfer coding nobody asked for",
        says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        "broken",
        "FMT-22",
    ),
    Peer("resets-at-once", "a reset in place of an answer", resets(), "broken", "FMT-22"),
    Peer("resets-in-the-head", "a reset within the head", resets(OK), "broken", "FMT-22"),
    Peer(
        "resets-in-the-body",
        "a reset within the body",
        resets(OK + b"Content-Length: 999\r\n\r\n{"),
        "broken",
        "FMT-22",
    ),
    Peer(
        "closes-in-the-head",
        "the end of the connection within the head",
        says(OK, then_closes=True),
        "broken",
        "FMT-22",
    ),
)
