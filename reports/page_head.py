"""The head of our pages: nothing from outside, no script, and a policy in the page that forbids both."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from .html import Element, el


def head(title: str, rules: str = "") -> list[Element]:
    """The head of a page with the common style and these further style rules."""
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8") + rules
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return [
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", style),
    ]
