"""HTTP of the control interface, JSON in and out. Every call needs the token of the world's settings."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from functools import partial, wraps
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, request

from ..http import base_url, received_body
from ..reports.provider import KINDS
from ..seams import UnknownFault
from ..text import keepable
from ..world import CONTROL_PATH, TOKEN_PATH
from .description import openapi, short
from .levers import ControlError, Levers, read_moment
from .reports import ReportLevers, read_period


def control_blueprint(levers: Levers, reports: ReportLevers, token: str) -> Blueprint:
    """The control interface; `token` is asked for as a bearer token."""
    blueprint = Blueprint("control", __name__, url_prefix=CONTROL_PATH)

    @blueprint.before_request
    def guard() -> Response | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), token.encode()):
            return _answer({"error": "The control token is missing or wrong."}, 401)
        # Beside the token, because the levers include reading every request received.
        if not _is_loopback(request.remote_addr):
            return _answer({"error": "The control interface is for this machine only."}, 403)
        return None

    def lever(path: str, method: str, action: Callable[[], Any]) -> None:
        blueprint.add_url_rule(path, f"{method} {path.replace('.', '-')}", _guarded(action), methods=[method])

    lever("", "GET", lambda: {"actions": short()})
    lever("/openapi.json", "GET", lambda: openapi(base_url(CONTROL_PATH)))
    lever("/reset", "POST", levers.reset)
    lever("/registry/away", "POST", lambda: levers.registry_away(True))
    lever("/registry/back", "POST", lambda: levers.registry_away(False))
    lever("/registry/clients", "GET", lambda: levers.registry_clients(base_url(TOKEN_PATH)))
    lever(
        "/registry/clients",
        "PUT",
        lambda: levers.admit_registry_client(_member("client_id"), _member("client_secret"), base_url(TOKEN_PATH)),
    )
    lever("/registry/outbox", "GET", levers.outbox)
    lever("/staff-cancel", "POST", lambda: levers.staff_cancel(_member("url")))
    lever("/staff-touch", "POST", lambda: levers.staff_touch(_member("url")))
    lever("/diary", "POST", lambda: levers.add_slots(_member("provider"), _member("diary"), _starts()))
    lever("/received", "GET", lambda: levers.received(_number("after"), request.args.get("path", "")))
    lever("/received", "DELETE", levers.forget_received)
    lever(
        "/audit",
        "GET",
        lambda: levers.audit(_parameter("provider"), _parameter("appointment")),
    )
    lever("/defects", "GET", levers.faults)
    lever("/defects", "PUT", lambda: levers.switch_faults(_names()))
    lever("/faults", "GET", levers.faults_on_demand)
    lever("/faults", "PUT", lambda: levers.put_faults_on_demand(_member("root"), _value("faults")))
    lever("/faults", "DELETE", lambda: levers.clear_faults_on_demand(_parameter("root")))
    lever("/referrals", "POST", lambda: reports.referral(_member("provider"), _member("document")))
    lever("/reports", "GET", reports.titles)
    for name in KINDS:
        lever(f"/reports/{name}", "GET", partial(_report, reports, name))
    lever("/clock", "GET", levers.clock)
    lever("/clock", "PUT", lambda: levers.move_clock(_object()))
    return blueprint


def _guarded(action: Callable[[], Any]) -> Callable[[], Response]:
    @wraps(action)
    def answer() -> Response:
        try:
            done = action()
            return done if isinstance(done, Response) else _answer(done, 200)
        except (ControlError, UnknownFault) as error:
            return _answer({"error": str(error)}, 400)

    return answer


def _answer(value: Any, status: int) -> Response:
    response = Response(json.dumps(value), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _report(reports: ReportLevers, name: str) -> Any:
    form = request.args.get("format", "json")
    if form not in ("json", "csv"):
        raise ControlError("format must be json or csv.")
    period = read_period({each: _parameter(each) for each in ("from", "until")})
    report = reports.report(name, _parameter("provider"), period)
    if form == "json":
        return report.as_json(period)
    response = Response(report.as_csv(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _body() -> Any:
    try:
        return json.loads(received_body())
    except (ValueError, RecursionError):
        raise ControlError("The body is not JSON.") from None


def _object() -> dict[str, Any]:
    value = _body()
    if not isinstance(value, dict):
        raise ControlError("The body must be a JSON object.")
    return value


def _value(name: str) -> object:
    # The body can be read only once, so it is kept with the request.
    if "control.body" not in request.environ:
        request.environ["control.body"] = _object()
    return request.environ["control.body"].get(name)


def _member(name: str) -> str:
    value = _value(name)
    if not isinstance(value, str) or not value or not keepable(value):
        raise ControlError(f"The body needs the member {name}, a text.")
    return value


def _starts() -> list[int]:
    values = _value("starts")
    if not isinstance(values, list):
        raise ControlError("The body needs the list starts.")
    return [int(read_moment(value).timestamp()) for value in values]


def _names() -> list[str]:
    value = _body()
    names = value.get("names") if isinstance(value, dict) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ControlError("The body must be a list of names.")
    return names


def _parameter(name: str) -> str:
    value = request.args.get(name, "")
    if not keepable(value):
        raise ControlError(f"{name} must be a text.")
    return value


def _number(name: str) -> int:
    value = request.args.get(name, "0")
    if not re.fullmatch("[0-9]{1,15}", value):
        raise ControlError(f"{name} must be a number.")
    return int(value)
