"""The attended page: a person plays patient and health adviser in a form, and reads what happened.

Pages are plain HTML: they work by keyboard and with a screen reader, and need no JavaScript.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from uec_booking.standard.consumer_contract import VERSION, problem_of_task

from ...shared.nhs_number import synthetic_number

if TYPE_CHECKING:
    from ..desk import Desk

#: Seconds that a call from the page may take.
_DEADLINE = 120
_MAX_FORM_BYTES = 64 * 1024
_FORM: Mapping[str, str] = {
    "nhs_number": "",
    "given": "Tamsin",
    "family": "Testcase",
    "gender": "female",
    "birth_date": "1980-02-29",
    "phone": "01632 960001",
    "line": "1 Test Street",
    "city": "Millbrook",
    "postcode": "ZZ99 3CZ",
    "service_111": "first",
    "reason": "",
    "disposition": "Dx05",
    "within_hours": "6",
    "service": "",
    "slot": "first",
    "cancel": "",
    "declines": "",
}
_TEMPLATES = Environment(
    loader=PackageLoader(__package__, "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
}


def page_blueprint(desk: Desk) -> Blueprint:
    """The form at ``/``, and what came of a call at ``/call``."""
    blueprint = Blueprint("page", __name__)

    @blueprint.before_request
    def bound() -> None:
        request.max_content_length = _MAX_FORM_BYTES

    @blueprint.get("/")
    def form() -> Response:
        number = request.args.get("nhs_number") or synthetic_number()
        return _page("call.html.j2", form={**_FORM, "nhs_number": number}, problem="", field="")

    @blueprint.post("/call")
    def call() -> Response:
        given = {name: request.form.get(name, "").strip() for name in _FORM}
        task = task_from(given)
        problem = problem_of_task(task)
        if problem:
            field = next((name for name in _FORM if name in problem.partition(":")[0].split(".")), "")
            return _page("call.html.j2", 400, form=given, problem=problem, field=field)
        answer = desk.answer(task)
        return _page("answer.html.j2", answer=answer, answer_number=given["nhs_number"], problem="")

    return blueprint


def task_from(form: Mapping[str, str]) -> dict[str, Any]:
    """The task that a form describes; whether it keeps the contract is not looked at."""
    try:
        within: float | str = float(form["within_hours"])
    except ValueError:
        within = form["within_hours"]
    address = {"line": [form["line"]] if form["line"] else [], "city": form["city"], "postcode": form["postcode"]}
    caller = {name: form[name] for name in ("nhs_number", "family", "gender", "birth_date", "phone")}
    about = {name: form[name] for name in ("service_111", "reason", "disposition")}
    wishes = [wish.strip() for wish in form["cancel"].split(";") if wish.strip()]
    return {
        "contract": VERSION,
        "task": str(uuid.uuid4()),
        "kind": "call",
        "caller": {**caller, "given": form["given"].split(), "address": address},
        "encounter": {**about, "within_hours": within},
        "choose": {"service": form["service"], "slot": form["slot"]},
        "patient_says": {"cancel": wishes, "declines": bool(form["declines"])},
        "known_before": [],
        "deadline_s": _DEADLINE,
    }


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return Response(_TEMPLATES.get_template(template).render(**values), status, _HEADERS, mimetype="text/html")
