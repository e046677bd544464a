"""A browser for the tests of pages: Debian's Chromium, driven by Playwright; nothing of it is downloaded.

``browser`` is a session fixture that tests/conftest.py makes known to all: Playwright bears one of it in a process.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Milliseconds that anything on a page may take.
PATIENCE = 60_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped where none is installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, headless=True, args=_FLAGS)
        yield opened
        opened.close()


@contextmanager
def quiet_page(browser: Browser, **options: object) -> Iterator[Page]:
    """A page of its own context; at its end nothing was on its console, and no request went off loopback."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: said.extend(_elsewhere(request.url)))
    try:
        yield page
    finally:
        context.close()
    assert not said, said


def _elsewhere(url: str) -> list[str]:
    pieces = urlsplit(url)
    loopback = pieces.scheme in ("data", "blob", "about", "file") or pieces.hostname in ("localhost", "127.0.0.1")
    return [] if loopback else [f"a request to {url}"]
