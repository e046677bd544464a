"""The site of the docs: every link leads somewhere, and it opens from a disk with nothing fetched from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ..support.browser import PATIENCE, quiet_page
from ..support.source import ROOT
from .pages import DOCS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a warning, as a link that leads nowhere, is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_each_page_is_there(site: Path) -> None:
    assert all((site / page.relative_to(DOCS)).with_suffix(".html").exists() for page in DOCS.rglob("*.md"))


def test_it_opens_from_a_disk_and_is_searched_there(site: Path, browser: Browser) -> None:
    with quiet_page(browser) as page:
        page.goto((site / "index.html").as_uri())
        page.get_by_role("textbox", name="Search").press_sequentially("baseline")
        expect(page.locator(".md-search-result__link").first).to_contain_text("In a build", timeout=PATIENCE)
        page.goto((site / "requirements.html").as_uri() + "#PRV-BOOK-10")
        expect(page.locator("[id='PRV-BOOK-10']")).to_have_count(1)


def test_the_pictures_are_small() -> None:
    assert sum(picture.stat().st_size for picture in (DOCS / "pictures").iterdir()) <= 400_000
