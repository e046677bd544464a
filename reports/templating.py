"""Pages from the templates of this package.

In HTML a value is text and never markup, whatever it holds; and no character that a terminal or a browser would obey
is left in the page. In Markdown a template says itself, by the filter ``cell``, what has to be escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html import escape
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from uec_booking.harness.judging.verdicts import Verdict
from uec_booking.harness.text import clean, markdown_cell, one_line

from .words import SYMBOLS


def html(template: str, title: str, rules: str = "", script: str = "", **values: Any) -> str:
    """The page of ``template``, called ``title``, with the common style, and further style rules and a script of ours.

    Without a script the policy of the page lets none run.
    """
    style = own("page.css") + rules
    allowed = [f"style-src {_hash(style)}", *([f"script-src {_hash(script)}"] if script else [])]
    policy = f"default-src 'none'; {'; '.join(allowed)}; base-uri 'none'; form-action 'none'"
    page = _HTML.get_template(template).render(title=title, policy=policy, style=style, script=script, **values)
    return clean(page)


def own(name: str) -> str:
    """A file of style or script of this package."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def anchor(text: str) -> str:
    """``text`` as the name of a place in the page."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower() or "x"


def _symbol(verdict: Verdict) -> str:
    return SYMBOLS[verdict]


def _sentence(text: str) -> str:
    """Begun with a capital letter, and the rest as it is (unlike ``capitalize``)."""
    return text[:1].upper() + text[1:]


def _content(text: str) -> Markup:
    """For the text of an element, where a quotation mark ends nothing: JSON is shorter by a tenth so."""
    return Markup(escape(text, quote=False))


def markdown(template: str, **values: Any) -> str:
    """The page of ``template``, as it is."""
    return _MARKDOWN.get_template(template).render(**values)


def _environment(autoescape: bool, **filters: Callable[..., str]) -> Environment:
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(filters)
    return made


_HTML = _environment(True, line=one_line, slug=anchor, content=_content, symbol=_symbol, sentence=_sentence)
_MARKDOWN = _environment(False, cell=markdown_cell)
