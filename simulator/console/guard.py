"""Who may use the console: a browser of this machine that showed the control token, on a page of the console's own."""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from ..settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Looks at each request to the console.

    The token is shown once and a cookie is given for it. Cookies of one host go to all its ports, so the cookie is
    another secret than the token, and ends with the program.
    """

    def __init__(self, settings: Settings) -> None:
        self._token = settings.control_token
        self._secret = secrets.token_urlsafe(24)
        self._hosts = _LOOPBACK | {urlsplit(settings.root).hostname or ""}
        self._secure = settings.root.startswith("https:")

    def refusal(self) -> str:
        """Why the present request is refused, whoever sent it; empty if it is not."""
        if not _from_this_machine():
            return "The console is for this machine only."
        # A name of somebody else's that leads to this machine (DNS rebinding) has pages of its own.
        if urlsplit(f"//{request.host}").hostname not in self._hosts:
            return "The console is reached as localhost: the address that you came by has another name."
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return "A page from elsewhere led here: open the console by its own address."
        if request.method == "POST" and request.headers.get("Origin") != f"{request.scheme}://{request.host}":
            return "Only pages of the console itself can change anything."
        return ""

    def knows(self) -> bool:
        """Whether the browser has shown the token before."""
        return hmac.compare_digest(request.cookies.get(self._cookie(), "").encode(), self._secret.encode())

    def opens_with(self, token: str) -> bool:
        """Whether this is the control token."""
        return hmac.compare_digest(token.strip().encode("utf-8", "replace"), self._token.encode())

    def remember(self, response: Response, path: str) -> None:
        """Give the browser its cookie, for what is below `path`."""
        response.set_cookie(
            self._cookie(), self._secret, path=path, httponly=True, secure=self._secure, samesite="Strict"
        )

    def _cookie(self) -> str:
        # Several simulators on one host have cookies of their own.
        return f"uec-console-{urlsplit(f'//{request.host}').port or 0}"


def _from_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
