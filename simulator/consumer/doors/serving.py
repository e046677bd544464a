"""Serving the web doors, hook and page, until the process is told to end."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from flask import Flask, abort, request

from ...server import Server
from ..desk import Desk
from ..settings import SettingsError


def serve(desk: Desk, options: argparse.Namespace) -> int:
    """Serve the door chosen. Returns 0. Raises SettingsError where the address cannot be had."""
    if not 0 <= options.port <= 65535:
        raise SettingsError(f"--port {options.port} is no port; name one from 1 to 65535, or 0 for any that is free.")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = Server(options.host, options.port)
    try:
        try:
            port = server.listen()
        except (OSError, UnicodeError) as error:
            where = f"--host {options.host} --port {options.port}"
            raise SettingsError(f"{where}: nothing can listen there ({error}). Name another port, or 0.") from None
        server.start(_app(desk, options.door))
        print(f"{options.door} of the desk: http://{options.host}:{port}/", flush=True)
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
        ended.wait()
    finally:
        server.stop()
    return 0


def _app(desk: Desk, door: str) -> Flask:
    here = str(Path(__file__).parent)
    app = Flask(__name__, static_folder=None, template_folder=None, root_path=here, instance_path=here)

    @app.before_request
    def guard() -> None:
        # A web page from elsewhere must not make the browser of this machine's user book.
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            abort(403)

    if door == "hook":
        from .hook import hook_blueprint

        app.register_blueprint(hook_blueprint(desk))
    else:
        from .page import page_blueprint

        app.register_blueprint(page_blueprint(desk))
    return app


def _watch_stdin(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(65536):
        pass
    ended.set()
