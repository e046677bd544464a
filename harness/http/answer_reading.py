"""Reads one answer of HTTP/1.x from a stream, strictly: where it ends, and what HTTP forbids in it (RFC 7230).

What leaves no doubt of what was answered is told as a fault and read on, so that one slip costs one requirement
and no booking gets lost. Where nobody could say what was answered or where it ends, there is no answer.
Everything is bounded: the bytes by the stream, the head and the answers before the final one here.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from http.client import RemoteDisconnected

from ..errors import ClientError, NoAnswer
from .exchange import Headers, HttpFault

#: Servers and proxies stop at 8 to 64 kB, and at about a hundred headers.
MAX_HEAD_BYTES = 65_536
MAX_HEADERS = 200
MAX_INTERIM = 16
_MAX_CHUNK_LINE = 4_096

_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: (.*))?", re.DOTALL)
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass
class Head:
    """The status line and the headers of a final answer, and what was wrong with them."""

    minor: int
    status: int
    reason: str
    headers: Headers = ()
    faults: dict[HttpFault, None] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """The items of a header whose value is a list, over all of its lines."""
        lines = [value for key, value in self.headers if key.lower() == name]
        return [item.strip() for line in lines for item in line.split(",") if item.strip()]

    def fault(self, words: str, tolerated: bool = False) -> None:
        self.faults[HttpFault(words, tolerated)] = None


@dataclass(frozen=True)
class Answer:
    """A whole answer; ``until_closed`` where only the end of the connection ended it.

    ``last`` where no other answer may follow on its connection.
    """

    head: Head
    body: bytes
    until_closed: bool
    last: bool


def read_answer(stream: io.BufferedReader, method: str, most: int) -> Answer:
    """The final answer to a request, and a body of at most ``most`` bytes.

    Raises:
        ClientError: too-large; broken, where it cannot be told what was answered.
        RemoteDisconnected: not a byte came.
    """
    head = _final_head(stream)
    body, until_closed = _body(stream, method, head, most)
    said = {item.lower() for item in head.values("connection")}
    last = until_closed or "close" in said or (head.minor == 0 and "keep-alive" not in said)
    return Answer(head, body, until_closed, last)


def _final_head(stream: io.BufferedReader) -> Head:
    lines = _Lines(stream)
    for _ in range(MAX_INTERIM + 1):
        head = _head(lines)
        if head.status == 101:
            raise _broken("101 Switching Protocols, and no other protocol was asked for (RFC 7231 section 6.2.2)")
        if head.status >= 200:
            return head
    raise _broken(f"more than {MAX_INTERIM} interim answers (1xx), and no final one")


def _head(lines: _Lines) -> Head:
    line = lines.next()
    found = _STATUS_LINE.fullmatch(line)
    if found is None:
        raise _broken(f"no status line of HTTP/1.1: {line[:60]!r}")
    head = Head(int(found[1]), int(found[2]), (found[3] or "").strip())
    if _NOT_IN_A_VALUE.search(head.reason):
        head.fault("control characters in the status line (RFC 7230 section 3.1.2)")
    pairs: list[tuple[str, str]] = []
    while line := lines.next():
        if line[0] in " \t":
            head.fault("a header that goes on in another line (RFC 7230 section 3.2.4)")
            if pairs:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {_value(line, head)}".strip())
            continue
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name):
            head.fault(f"a line that is no header (RFC 7230 section 3.2): {line[:60]!r}")
        if colon:
            pairs.append((name.strip(), _value(value, head)))
        if len(pairs) > MAX_HEADERS:
            raise _broken(f"more than {MAX_HEADERS} headers")
    if lines.bare:
        head.fault("lines of the head that do not end in CR LF (RFC 7230 section 3)")
    head.headers = tuple(pairs)
    return head


def _value(text: str, head: Head) -> str:
    text = text.strip(" \t")
    if not _NOT_IN_A_VALUE.search(text):
        return text
    head.fault("control characters in the value of a header (RFC 7230 section 3.2)")
    return _NOT_IN_A_VALUE.sub(" ", text)


def _body(stream: io.BufferedReader, method: str, head: Head, most: int) -> tuple[bytes, bool]:
    """RFC 7230 section 3.3.3; with whether only the end of the connection ended it."""
    codings = [item.lower() for item in head.values("transfer-encoding")]
    lengths = head.values("content-length")
    if any(not _NUMBER.fullmatch(each) for each in lengths) or len(set(lengths)) > 1:
        raise _broken(f"Content-Length {', '.join(lengths)[:60]!r} (RFC 7230 section 3.3.2)")
    if len(lengths) > 1:
        head.fault("Content-Length more than once (RFC 7230 section 3.3.2)")
    if codings and lengths:
        head.fault("Transfer-Encoding and Content-Length both (RFC 7230 section 3.3.2)")
    if method == "HEAD" or head.status == 304:
        return b"", False
    if head.status == 204:
        if codings or set(lengths) - {"0"}:
            head.fault("a 204 that speaks of a body (RFC 7230 section 3.3)")
        return b"", False
    if codings:
        if codings != ["chunked"]:
            raise _broken(
                f"Transfer-Encoding {', '.join(codings)[:60]}, which nobody asked for (RFC 7230 section 3.3.1)"
            )
        return _chunks(stream, head, most), False
    if lengths:
        return _exactly(stream, int(lengths[0]), most), False
    return _until_closed(stream, most), True


def _exactly(stream: io.BufferedReader, length: int, most: int) -> bytes:
    if length > most:
        raise ClientError(NoAnswer.TOO_LARGE, f"the body is said to have {length} bytes, more than {most}")
    body = stream.read(length)
    if len(body) < length:
        raise _broken(f"the connection ended after {len(body)} of {length} bytes of the body")
    return body


def _until_closed(stream: io.BufferedReader, most: int) -> bytes:
    body = stream.read(most + 1)
    if len(body) > most:
        raise _too_large(most)
    return body


def _chunks(stream: io.BufferedReader, head: Head, most: int) -> bytes:
    """RFC 7230 section 4.1."""
    pieces: list[bytes] = []
    size = 0
    while True:
        line = stream.readline(_MAX_CHUNK_LINE)
        if not line.endswith(b"\n"):
            raise _broken("a chunk without the line of its size, or a line without end (RFC 7230 section 4.1)")
        if not line.endswith(b"\r\n"):
            head.fault("lines of chunks that do not end in CR LF (RFC 7230 section 4.1)")
        found = _CHUNK_SIZE.fullmatch(line.rstrip(b"\r\n"))
        if found is None:
            raise _broken(f"{line[:40]!r} where the size of a chunk belongs (RFC 7230 section 4.1)")
        length = int(found[1], 16)
        if length == 0:
            break
        size += length
        if size > most:
            raise _too_large(most)
        pieces.append(stream.read(length))
        if len(pieces[-1]) < length:
            raise _broken("the connection ended within a chunk of the body")
        ending = stream.read(2)
        if ending[:1] == b"\n":
            raise _broken("a chunk that ends in LF alone (RFC 7230 section 4.1)")
        if ending != b"\r\n":
            raise _broken("a chunk that is not as long as its size says (RFC 7230 section 4.1)")
    lines = _Lines(stream)
    while lines.next():
        pass  # trailers: nothing of the standard is in them
    return b"".join(pieces)


class _Lines:
    """The lines of a head, without their ends, up to ``MAX_HEAD_BYTES`` of them all."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._left = MAX_HEAD_BYTES
        self._begun = False
        #: Whether a line ended in LF alone, or had a CR within.
        self.bare = False

    def next(self) -> str:
        line = self._stream.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise _broken(f"a head of more than {MAX_HEAD_BYTES} bytes")
        if not line.endswith(b"\n"):
            if not line and not self._begun:
                raise RemoteDisconnected("the connection was closed without an answer")
            raise _broken("the connection ended within the head of the answer")
        self._begun = True
        self.bare = self.bare or not line.endswith(b"\r\n")
        return line.removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")


def _broken(words: str) -> ClientError:
    return ClientError(NoAnswer.BROKEN, words)


def _too_large(most: int) -> ClientError:
    return ClientError(NoAnswer.TOO_LARGE, f"the body is larger than {most} bytes")
