"""The console in a browser: the log follows, a switch is worked, and axe-core finds nothing."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from ..support.browser import quiet_page
from ..support.simulator_client import Simulator

NARROW = {"viewport": {"width": 340, "height": 800}, "color_scheme": "dark"}


def test_the_world_is_watched_and_switched(browser: Browser, tmp_path: Path) -> None:
    # Where a provider is served at the host alone, the console has its path only.
    simulator = Simulator(tmp_path, "--http", "--at-the-host")
    root = simulator.consumer().settings["base_url"]
    control = simulator.config["control"]
    evil = "<img src=x onerror=console.log('run')>"
    try:
        with quiet_page(browser, **NARROW) as page:
            assert page.request.get(f"{root}/").headers["content-type"].startswith("application/fhir+json")
            page.goto(f"{root}/console/?token={control['token']}")
            assert control["token"] not in page.url
            page.get_by_text("Following.").wait_for()
            simulator.consumer().send("GET", "/Slot", "organization/slot.read", params={"a": evil}, Ssp_From=evil)
            simulator.consumer().book_any()
            page.get_by_role("link", name="Book an appointment").wait_for()
            assert evil in page.locator("#exchanges").inner_text()
            page.get_by_role("button", name="Pause").click()
            page.get_by_text("Paused.").wait_for()
            page.get_by_label("Name", exact=True).fill("double-booking")
            page.get_by_role("button", name="Switch on").click()
            page.get_by_role("button", name="Switch off double-booking").wait_for()
            page.get_by_text("Following.").wait_for()
            _fits_and_is_accessible(page)
            page.get_by_role("link", name="Book an appointment").click()
            page.get_by_role("heading", name="Answer").wait_for()
            _fits_and_is_accessible(page)
        assert simulator.control("GET", "/defects").json()["on"] == ["double-booking"]
    finally:
        assert simulator.close() == 0


def _fits_and_is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
