"""The attended page: a person takes a call in a form, by keyboard and with a screen reader."""

from __future__ import annotations

from pathlib import Path

import requests
from lxml import html

from .conftest import World
from .playing import serving
from .services import ON_THE_PAGE


def _read(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def _filled(page: html.HtmlElement, **changes: str) -> dict[str, str]:
    """What the form on a page sends."""
    return {name: value for name, value in page.forms[0].form_values()} | changes


def _accessible(page: html.HtmlElement) -> None:
    """One h1, headings in order, a language, a title, and a label for each field."""
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3")]
    assert levels.count(1) == 1 and levels[0] == 1 and page.get("lang") == "en-GB"
    assert page.findtext(".//title") and not list(page.iter("script"))
    labelled = {label.get("for") for label in page.iter("label")}
    assert all(field.get("id") in labelled for field in page.iter("input", "select"))
    # Every place that a link on the page leads to is there.
    ids = {element.get("id") for element in page.iter() if isinstance(element.tag, str)}
    assert all(a.get("href")[1:] in ids for a in page.iter("a") if a.get("href").startswith("#"))


def test_a_call_is_taken_in_a_form(found_world: World, tmp_path: Path) -> None:
    options = ("--memory", str(tmp_path / "desk.db"), *found_world.desk_options(None))
    with serving("page", *options) as url, requests.Session() as browser:
        page = _read(browser.get(url, timeout=30).text)
        _accessible(page)
        answer = browser.post(f"{url}call", data=_filled(page, service=ON_THE_PAGE), timeout=60)
        _accessible(_read(answer.text))
        assert answer.status_code == 200 and "Booked shown" in answer.text
        # The same patient calls again, and cancels.
        again = next(a.get("href") for a in _read(answer.text).iter("a") if "this patient" in (a.text or ""))
        page = _read(browser.get(url.rstrip("/") + again, timeout=30).text)
        answer = browser.post(f"{url}call", data=_filled(page, cancel="all"), timeout=60)
        assert "Cancelled shown" in answer.text

        answer = browser.post(f"{url}call", data=_filled(page, birth_date="<b>yesterday</b>"), timeout=60)
        page = _read(answer.text)
        _accessible(page)
        assert answer.status_code == 400 and page.findtext(".//title").startswith("Error: ")
        problem = page.find_class("problem")[0]
        assert problem.get("role") == "alert" and problem.find(".//a").get("href") == "#birth_date"
        assert "<b>yesterday" not in answer.text and _filled(page)["birth_date"] == "<b>yesterday</b>"

        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert browser.post(f"{url}call", data=_filled(page), headers=elsewhere, timeout=30).status_code == 403
