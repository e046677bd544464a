"""How requests are read off the wire: what HTTP forbids is answered with 400 before any system hears of it.

cheroot is lenient where two readers of one request could disagree about where it ends (RFC 9112 sections 3 to 7).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from cheroot.errors import MaxSizeExceeded
from cheroot.server import HTTPRequest, KnownLengthRFile

#: The request line and the headers together.
MAX_HEAD_BYTES = 65_536
# What is left of a body that nobody wanted is read up to here, to keep the connection; beyond, it is closed.
_MOST_READ_PAST = 65_536
_LONGEST_CHUNK_LINE = 4096

_VERSION = re.compile(rb"HTTP/[0-9]\.[0-9]\Z")
_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = re.compile(rb"[0-9]{1,18}\Z")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r\n\Z")
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(:[0-9]{1,5})?\Z")
# Said twice, nobody knows which holds; other headers said twice are one list.
_ONCE = (b"Host", b"Content-Length")


def _read_headers(lines: Any, headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """The header fields up to the blank line, under names in title case. Raises ValueError."""
    while (line := lines.readline()) != b"\r\n":
        if not line.endswith(b"\r\n"):
            raise ValueError("A header line must end with CRLF.")
        name, colon, value = line[:-2].partition(b":")
        if not colon or not _NAME.match(name):
            raise ValueError("A header line must be a name, a colon and a value.")
        value = value.strip(b" \t")
        if _CONTROL.search(value):
            raise ValueError("A header must not hold control characters.")
        if b"_" in name:
            # The gateway could not tell it from the same name with a hyphen.
            continue
        name = name.title()
        if name in headers:
            if name in _ONCE:
                raise ValueError(f"The header {name.decode()} must be there once only.")
            value = headers[name] + b", " + value
        headers[name] = value
    if not _LENGTH.match(headers.get(b"Content-Length", b"0")):
        raise ValueError("The Content-Length must be a number of bytes.")
    if b"Content-Length" in headers and b"Transfer-Encoding" in headers:
        raise ValueError("Content-Length and Transfer-Encoding must not be there together.")
    return headers


class _Chunks:
    """A body in chunks, read piece by piece (RFC 9112 section 7.1). `read` raises ValueError for what is not."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines
        self._left = 0
        self._begun = False
        self.ended = False

    def read(self, size: int = 65_536) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._left and not self.ended:
            self._next()
        if self.ended:
            return b""
        data: bytes = self._lines.read(min(size, self._left))
        if not data:
            raise ValueError("The body ends within a chunk.")
        self._left -= len(data)
        return data

    def _next(self) -> None:
        if self._begun and self._lines.read(2) != b"\r\n":
            raise ValueError("A chunk must end with CRLF after as many bytes as it announces.")
        self._begun = True
        match = _CHUNK.match(self._lines.readline(_LONGEST_CHUNK_LINE))
        if match is None:
            raise ValueError("A chunk must begin with its size in hexadecimal digits.")
        self._left = int(match[1], 16)
        if not self._left:
            # What may follow as a trailer means nothing here.
            for _ in range(100):
                if self._lines.readline(_LONGEST_CHUNK_LINE) == b"\r\n":
                    self.ended = True
                    return
            raise ValueError("The trailer of the body does not end.")


class _Undated(list[tuple[bytes, bytes]]):
    """Header lines that have no Date, and get none."""

    def append(self, line: tuple[bytes, bytes]) -> None:
        if line[0] != b"Date":
            super().append(line)


class Request(HTTPRequest):
    """A request that is rejected unless its framing is beyond doubt; a rejection closes the connection."""

    header_reader = staticmethod(_read_headers)

    def read_request_line(self) -> bool:
        try:
            if not super().read_request_line():  # type: ignore[no-untyped-call]  # has no types
                return False
        except ValueError:
            return self._refuse("400 Bad Request", "The address cannot be read.")
        if not _VERSION.match(self.request_protocol) or _CONTROL.search(self.uri):
            return self._refuse("400 Bad Request", "The request line must be a method, an address and HTTP/1.1.")
        return True

    def read_request_headers(self) -> bool:
        try:
            if not super().read_request_headers():  # type: ignore[no-untyped-call]  # has no types
                return False
        except MaxSizeExceeded:
            return self._refuse("431 Request Header Fields Too Large", "The headers are too long.")
        host = self.inheaders.get(b"Host")
        if host is None and self.request_protocol != b"HTTP/1.0":
            return self._refuse("400 Bad Request", "The header Host is missing.")
        if host is not None and not _HOST.match(host):
            return self._refuse("400 Bad Request", "The header Host must be a host name and a port.")
        if b"Transfer-Encoding" in self.inheaders and self.inheaders[b"Transfer-Encoding"].lower() != b"chunked":
            return self._refuse("501 Not Implemented", "The only transfer coding known here is chunked.")
        if b"Transfer-Encoding" in self.inheaders and not self.chunked_read:
            return self._refuse("400 Bad Request", "There is no Transfer-Encoding in HTTP/1.0.")
        return True

    def respond(self) -> None:
        if self.chunked_read:
            self.rfile = _Chunks(self.conn.rfile)
        else:
            self.rfile = KnownLengthRFile(self.conn.rfile, int(self.inheaders.get(b"Content-Length", 0)))
        self.server.gateway(self).respond()
        self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def send_headers(self) -> None:
        # What is left of the body would be taken for the next request.
        left = not self.rfile.ended if self.chunked_read else self.rfile.remaining > _MOST_READ_PAST
        # The gateway sets bytes; cheroot's stub says text.
        self.conn.unread = left or self.status[:3] == b"413"  # type: ignore[comparison-overlap]
        self.close_connection = self.close_connection or left
        if (b"Date", b"") in self.outheaders:
            # An app without a clock leaves its Date empty: it sends none (RFC 7231 section 7.1.1.2).
            self.outheaders = _Undated(line for line in self.outheaders if line[0] != b"Date")
        super().send_headers()

    def simple_response(self, status: str, msg: str = "") -> None:
        """An answer of the server itself, in plain words; the connection is closed after it."""
        self.close_connection = self.conn.unread = True
        text = msg.encode("latin-1", "replace")
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
        with suppress(OSError):
            self.conn.wfile.write(head.encode("latin-1") + b"Connection: close\r\n\r\n" + text)

    def _refuse(self, status: str, reason: str) -> bool:
        self.simple_response(status, reason)
        return False
