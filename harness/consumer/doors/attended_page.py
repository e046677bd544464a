"""The attended page: plain HTML that works by keyboard and with a screen reader; a small script ticks off what arrives.

It listens on this machine alone, answers to its own name alone, and takes nothing from pages of elsewhere.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from cheroot import wsgi
from flask import Flask, Response, abort, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.datastructures import MultiDict

from ...errors import SettingsError
from ...http.serving import begun
from ...text import clean, ended
from .. import directory
from ..contract import Outcome
from .attended import AttendedDoor, People, Stage
from .attended_form import NOW, OTHER, Wrong, has_to_say_when, told
from .attended_words import EVENTS, IN_WORDS, LABELS, appointment, in_words
from .told import LARGEST_PICTURE

_HOST = "127.0.0.1"
_LARGEST_FORM = LARGEST_PICTURE + 200_000
#: Up to here a form that is too large is read to its end, so that the browser comes to see why it was refused.
_LARGEST_READ = 10 * LARGEST_PICTURE
#: Seconds for which a request for the page waits until there is something to do.
_PATIENCE = 4.0
_SUPPORTS = {
    "dos": "asks the Directory of Services (DoS)",
    "sds": "asks the Spine Directory Service (SDS)",
    "ssp": "sends through the Spine Secure Proxy (SSP)",
    "registry": "searches the Appointment Registry",
    "xml": "can ask for XML",
    "cancel-later": "cancels after the consultation",
    "cancel-of-others": "cancels appointments that other services booked",
}
_OUTCOMES = {"finished": Outcome.FINISHED, "unsupported": Outcome.UNSUPPORTED, "could-not": Outcome.COULD_NOT}
_TEMPLATES = Environment(
    loader=PackageLoader(__package__, "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class AttendedPage:
    """Serves the page of a door. ``port`` 0 is any that is free; ``url`` is where it is.

    Raises:
        SettingsError: nothing can listen there.
    """

    def __init__(self, door: AttendedDoor, port: int) -> None:
        self._door = door
        app = _app(door, self._is_ours)
        self._server = wsgi.Server((_HOST, port), app, numthreads=8, timeout=20, shutdown_timeout=3)
        self._server.max_request_body_size = _LARGEST_READ
        self._server.max_request_header_size = 64 * 1024
        self._server.error_log = _said  # type: ignore[method-assign]
        try:
            self._thread = begun(self._server, "attended page")
        except OSError as problem:
            raise SettingsError(
                f"consumer.port in the settings: the page for the tester cannot listen at {_HOST}:{port}: "
                f"{ended(problem)} Name another port (the page is three above it), or end what listens there."
            ) from None
        self.port = int(self._server.bind_addr[1])
        self.url = f"http://{_HOST}:{self.port}/"

    def close(self) -> None:
        self._door.close()
        self._server.stop()
        self._thread.join(timeout=10)

    def _is_ours(self, host: str) -> bool:
        return host in (f"{_HOST}:{self.port}", f"localhost:{self.port}")


_CALL_IS_OVER = "That call is over: the event was not taken. This is what is to be done now."


def _said(msg: str = "", level: int = logging.ERROR, traceback: bool = False) -> None:
    logging.getLogger(__name__).log(logging.DEBUG if level < logging.ERROR else level, msg, exc_info=traceback)


def _app(door: AttendedDoor, is_ours: Callable[[str], bool]) -> Flask:
    here = str(Path(__file__).parent)
    app = Flask(__name__, static_folder=None, template_folder=None, root_path=here, instance_path=here)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_FORM

    @app.before_request
    def guard() -> None:
        if not is_ours(request.host):
            abort(421)
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            abort(403)
        if request.method == "POST" and request.headers.get("Origin") != f"http://{request.host}":
            abort(403)

    @app.after_request
    def bound(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    @app.errorhandler(413)
    def too_large(_: Exception) -> Response:
        return _page(door, f"The picture is larger than {LARGEST_PICTURE // 1_000_000} MB. Make it smaller.")

    @app.get("/")
    def page() -> Response:
        door.looked_at = time.monotonic()
        door.await_stage(_PATIENCE)
        return _page(door)

    @app.get("/arrived")
    def arrived() -> dict[str, str]:
        door.looked_at = time.monotonic()
        return {
            "stage": _stage(door),
            "html": _TEMPLATES.get_template("arrived.html.j2").render(arrived=door.arrived()),
        }

    @app.get("/page.<ending>")
    def file(ending: str) -> Response:
        kind = {"css": "text/css", "js": "text/javascript"}.get(ending) or abort(404)
        content = resources.files(__package__).joinpath("templates", f"attended.{ending}").read_bytes()
        return Response(content, mimetype=kind)

    @app.get("/authorities.pem")
    def authorities() -> Response:
        name = {"Content-Disposition": "attachment; filename=authorities.pem"}
        return Response(Path(door.surroundings.ca).read_bytes(), headers=name, mimetype="application/x-pem-file")

    @app.post("/people")
    def people() -> Response:
        tester, witness = (clean(request.form.get(name, "")).strip()[:100] for name in ("tester", "witness"))
        if not tester:
            return _page(door, "Write your name: what you tell is kept with it.", request.form)
        supports = frozenset(request.form.getlist("supports")) & frozenset(_SUPPORTS)
        door.introduced(People(tester, witness), supports)
        return _to_the_page()

    @app.post("/event")
    def event() -> Response:
        task = request.form.get("task", "")
        try:
            if not door.is_on(task) or not door.tells(task, told(request, door)):
                return _page(door, _CALL_IS_OVER, request.form)
        except Wrong as problem:
            return _page(door, problem.what, request.form)
        except OSError as problem:
            return _page(
                door, f"The picture could not be kept: {problem.strerror}. Make room on the disk.", request.form
            )
        return _to_the_page()

    @app.post("/remove")
    def remove() -> Response:
        number = request.form.get("number", "")
        if number.isdecimal():
            door.takes_back(request.form.get("task", ""), int(number))
        return _to_the_page()

    @app.post("/over")
    def over() -> Response:
        how, why = request.form.get("how", ""), clean(request.form.get("why", "")).strip()[:1000]
        if request.form.get("task") != door.task.get("task"):
            return _page(door, "That call was over already. This is what is to be done now.", request.form)
        if how != "finished" and not why:
            return _page(door, "Write why, so that a reader of the report understands it.", request.form)
        if how == "ended":
            door.system_ended(why)
        else:
            door.call_is_over(_OUTCOMES.get(how) or abort(400), "" if how == "finished" else why)
        return _to_the_page()

    @app.post("/alive")
    def alive() -> Response:
        door.still_works(request.form.get("works") == "yes")
        return _to_the_page()

    @app.post("/pause")
    def pause() -> Response:
        door.pause()
        return _page(door)

    return app


def _to_the_page() -> Response:
    return Response(status=303, headers={"Location": "/"})


def _stage(door: AttendedDoor) -> str:
    return f"{door.stage} {door.task.get('task', '')}"


def _page(door: AttendedDoor, problem: str = "", form: MultiDict[str, str] | None = None) -> Response:
    """The page as it is now; with ``problem`` it says why it did not take a form, and keeps what was written there.

    That is answered with 200, too: a person reads the words, and a browser notes other answers as errors of the page.
    """
    stage, arrived, consumer = door.stage, door.arrived(), door.consumer
    known = {
        which: f"ASID {service.asid}, ODS code {service.ods}"
        for which in ("first", "second")
        if (service := consumer.service_111(which)) is not None
    }
    values: dict[str, Any] = {
        "stage": _stage(door),
        "problem": problem,
        "door": door,
        "consumer": consumer,
        "known": known,
        "met": door.surroundings,
        "words": in_words(door.task, known) if stage is Stage.CALL else None,
        "form": form or {},
        "chosen": form.getlist("about") if form else [],
        "arrived": arrived,
        "ask_when": has_to_say_when(arrived, door.told),
        "appointments": [(one.url, appointment(one.start, one.service)) for one in door.made],
        "events": EVENTS,
        "labels": LABELS,
        "in_words": IN_WORDS,
        "supports": _SUPPORTS,
        "services": list(directory.services().values()),
        "other": OTHER,
        "now": NOW,
    }
    shown = Response(_TEMPLATES.get_template(f"{stage}.html.j2").render(**values), mimetype="text/html")
    if stage in (Stage.ENDED, Stage.PAUSED):
        shown.call_on_close(door.farewell.set)
    return shown
