"""Servers of ours that run beside a run: none of their threads keeps the program alive once it has said all."""

from __future__ import annotations

import threading

from cheroot.server import HTTPServer


def begun(server: HTTPServer, name: str) -> threading.Thread:
    """Let a server listen and serve; returns the thread that accepts, which ends with ``server.stop()``.

    cheroot's workers take over from the thread that starts them that they are daemons: from this one they do. So a
    program whose closing is interrupted ends all the same.

    Raises:
        OSError: its address cannot be had.
    """
    failed: list[Exception] = []
    listening = threading.Event()

    def serve() -> None:
        try:
            server.prepare()
        except Exception as problem:
            failed.append(problem)
            return
        finally:
            listening.set()
        server.serve()

    thread = threading.Thread(target=serve, name=name, daemon=True)
    thread.start()
    listening.wait()
    if failed:
        thread.join()
        raise failed[0]
    return thread
