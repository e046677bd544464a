"""The console put into the app of its world."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from ..seams import Fault
from ..world import CONSOLE_PATH
from .guard import Guard
from .interactions import Wording
from .page import Inside, Page
from .routes import console_blueprint
from .sending import Sender
from .story import Story
from .switches import Switches
from .trying import Trial


def install_console(app: Flask, inside: Inside, known: Sequence[Fault]) -> None:
    """Serve the console at ``/console/``, and lead there from ``/`` where that is no provider's."""
    wording = Wording(inside.settings)
    page = Page(inside, known, wording)
    guard = Guard(inside.settings)
    sender = Sender(inside.settings, inside.clock)
    switches, trial = Switches(inside.levers), Trial(inside.settings, sender)
    story = Story(inside.settings, sender, inside.log.newest)
    app.register_blueprint(console_blueprint(page, switches, trial, story, inside.log, wording, guard))
    if all(provider.path for provider in inside.settings.providers):
        app.add_url_rule("/", "to the console", _to_the_console, methods=["GET"])


def _to_the_console() -> Response:
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(f"{request.script_root}{CONSOLE_PATH}/{query}")
