"""HTTP of the console: pages, the live log, and the forms of its switches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, redirect, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response as AnyResponse

from ..control.levers import ControlError
from ..seams import UnknownFault
from ..world import CONSOLE_PATH
from .exchanges import ExchangeLog
from .guard import Guard
from .interactions import Wording
from .page import Page, exchange_page, readable
from .story import Story
from .switches import Switches
from .telling import story_page
from .trying import Trial

#: Seconds after which the log says that it is still there, and so learns who is not.
_HEARTBEAT = 10
_MAX_FORM_BYTES = 16 * 1024
_TEMPLATES = Environment(
    loader=PackageLoader(__package__, "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def console_blueprint(
    page: Page, switches: Switches, trial: Trial, story: Story, log: ExchangeLog, wording: Wording, guard: Guard
) -> Blueprint:
    """The console at ``/console/``."""
    blueprint = Blueprint("console", __name__, url_prefix=CONSOLE_PATH, static_folder="static")

    @blueprint.before_request
    def admit() -> AnyResponse | None:
        request.max_content_length = _MAX_FORM_BYTES
        refusal = guard.refusal()
        if refusal:
            return _html("refused.html.j2", 403, why=refusal)
        if request.endpoint in ("console.static", "console.enter") or guard.knows():
            return None
        token = request.args.get("token", "")
        return _entered(guard) if guard.opens_with(token) else _html("enter.html.j2", 401, wrong=bool(token))

    @blueprint.after_request
    def headers(response: AnyResponse) -> AnyResponse:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response

    @blueprint.post("/enter")
    def enter() -> AnyResponse:
        if guard.opens_with(request.form.get("token", "")):
            return _entered(guard)
        return _html("enter.html.j2", 401, wrong=True)

    @blueprint.get("/")
    def world() -> AnyResponse:
        return _world(page, "")

    @blueprint.get("/exchanges/<int:number>")
    def exchange(number: int) -> AnyResponse:
        found = log.find(number)
        shown = None if found is None else exchange_page(found, wording)
        return _html("exchange.html.j2", 200 if shown else 404, number=number, shown=shown, home=_home())

    @blueprint.get("/events")
    def events() -> AnyResponse:
        if not log.has_room():
            return Response("The log is open in too many windows.\n", 503, mimetype="text/plain")
        return Response(_stream(log, wording, _last_seen()), mimetype="text/event-stream")

    @blueprint.post("/clock")
    def clock() -> AnyResponse:
        return _done(page, lambda: switches.clock(request.form))

    @blueprint.post("/faults")
    def faults() -> AnyResponse:
        return _done(page, lambda: switches.fault(request.form))

    @blueprint.post("/registry")
    def registry() -> AnyResponse:
        return _done(page, lambda: switches.registry(request.form))

    @blueprint.post("/try")
    def try_it() -> AnyResponse:
        try:
            return _html("tried.html.j2", tried=trial.carry_out(request.form), readable=readable)
        except ControlError as error:
            return _world(page, str(error), 400)

    @blueprint.get("/story")
    def the_story() -> AnyResponse:
        return _html("story.html.j2", problem="", **story_page(story, log, wording))

    @blueprint.get("/story/drawing")
    def the_drawing() -> AnyResponse:
        return _html("drawing.html.j2", **story_page(story, log, wording))

    @blueprint.post("/story")
    def tell() -> AnyResponse:
        try:
            if request.form.get("do") == "begin":
                story.begin_again()
            else:
                story.go_on()
        except ControlError as error:
            return _html("story.html.j2", 409, problem=str(error), **story_page(story, log, wording))
        return redirect(f"{_home()}story", 303)

    return blueprint


def _stream(log: ExchangeLog, wording: Wording, seen: int) -> Iterator[str]:
    """Server-sent events, one for each exchange after `seen`; ends where the log does."""
    if not log.enter():
        return
    try:
        yield "retry: 2000\n\n"
        while (fresh := log.after(seen, _HEARTBEAT)) is not None:
            for exchange in fresh:
                seen = exchange.number
                # JSON has no line breaks of its own, so nothing received can begin an event.
                yield f"id: {seen}\ndata: {json.dumps(asdict(wording.line(exchange)))}\n\n"
            if not fresh:
                yield ": still here\n\n"
    finally:
        log.leave()


def _last_seen() -> int:
    # A browser that connects again says what it saw last; the page says what it was made with.
    value = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 15 else 0


def _done(page: Page, act: Callable[[], object]) -> AnyResponse:
    try:
        act()
    except (ControlError, UnknownFault) as error:
        return _world(page, str(error), 400)
    return redirect(f"{_home()}#switches", 303)


def _world(page: Page, problem: str, status: int = 200) -> AnyResponse:
    return _html("world.html.j2", status, problem=problem, home=_home(), **page.values(request.args))


def _entered(guard: Guard) -> AnyResponse:
    response = redirect(_home(), 303)
    guard.remember(response, f"{request.script_root}{CONSOLE_PATH}")
    return response


def _home() -> str:
    return f"{request.script_root}{CONSOLE_PATH}/"


def _html(template: str, status: int = 200, **values: Any) -> Response:
    values = {"home": _home(), **values}
    return Response(_TEMPLATES.get_template(template).render(**values), status, mimetype="text/html")
