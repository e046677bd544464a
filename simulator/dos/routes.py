"""HTTP in and out of DoS: SOAP messages by POST, and the WSDL by GET."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template
from xml.sax.saxutils import quoteattr

from flask import Blueprint, Response, g, request

from ..clock import Clock, as_instant
from ..directory.services import DirectoryService
from ..http import base_url, received_body
from ..received import Received
from ..refusals import Rejected
from ..world import DOS_PATH
from .operations import answer
from .soap import Soap, SoapFault, envelope, fault_message, read_envelope

SYSTEM = "dos"
_WSDL = Path(__file__).parent / "dos.wsdl"
# The lists of what was received are shown to whoever tests, and passwords are nobody's business.
_PASSWORD = re.compile(rb"(<(?:[\w.-]+:)?password\b[^>]*>)[^<]*")


def dos_blueprint(services: Sequence[DirectoryService], received: Received, clock: Clock) -> Blueprint:
    """The routes of DoS, which keeps in `received` what it is asked."""
    blueprint = Blueprint(SYSTEM, __name__)
    wsdl = Template(_WSDL.read_text(encoding="utf-8"))

    def post() -> Response:
        version = Soap.V12 if request.mimetype == Soap.V12.media_type else Soap.V11
        try:
            data = _body()
            version, asked = read_envelope(data)
            status, message = 200, envelope(version, answer(asked, services))
        except SoapFault as fault:
            status, message = fault_message(version, fault)
        return Response(message, status, content_type=f"{version.media_type}; charset=utf-8")

    def get() -> Response:
        if "wsdl" not in {name.lower() for name in request.args}:
            text = "This is DoS: send SOAP by POST, or ask for ?wsdl.\n"
            return Response(text, 405, {"Allow": "POST"}, mimetype="text/plain")
        text = wsdl.substitute(address=quoteattr(base_url(DOS_PATH)))
        return Response(text, content_type="text/xml; charset=utf-8")

    blueprint.add_url_rule(DOS_PATH, "ask", _kept(post, received, clock), methods=["POST"])
    blueprint.add_url_rule(DOS_PATH, "wsdl", get, methods=["GET"])
    return blueprint


def _body() -> bytes:
    """The body of the present request. Raises SoapFault."""
    g.raw_body = b""
    try:
        data = received_body()
    except Rejected as refusal:
        # Nobody knows where the next request begins.
        g.body_was_left = True
        raise SoapFault(f"The message cannot be read: {refusal.diagnostics}") from None
    g.raw_body = _PASSWORD.sub(rb"\1...", data)
    return data


def _kept(view: Callable[[], Response], received: Received, clock: Clock) -> Callable[[], Response]:
    def answered() -> Response:
        response = view()
        response.headers["Cache-Control"] = "no-store"
        if g.get("body_was_left"):
            response.headers["Connection"] = "close"
        received.add(SYSTEM, as_instant(clock.now()), response)
        return response

    return answered
