"""A server on plain sockets: each connection is served by a function of the test, in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Serves one connection, which is closed behind it; the event is set when all is over.
Serve = Callable[[socket.socket, threading.Event], None]


@contextmanager
def accepting(serve: Serve) -> Iterator[int]:
    """Serve every connection that comes in; yields the port. A connection that breaks ends quietly.

    At the end all threads are waited for.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            serve(connection, ended)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                if ended.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
                threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    port = listener.getsockname()[1]
    try:
        yield port
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread.
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        acceptor.join(timeout=10)
        listener.close()
        for thread in threads:
            thread.join(timeout=10)
