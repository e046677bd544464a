"""The attended page in a browser, clicked through; the bundled desk's page, in the same browser, is the system."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from ..support.browser import quiet_page
from ..support.person import Desk, Person
from ..support.person import Page as Words
from ..support.program import Running, results
from .test_attended import Session, free_ports


def test_a_call_is_clicked_through(browser: Browser, tmp_path: Path) -> None:
    session = Session(tmp_path, free_ports(), "--only", "RES-PAT-16")
    session.person.await_stage("start")
    desk = Desk(session.person, tmp_path)
    at_desk = Running("desk", "page", "--port", "0", *desk.options)
    desk.close()
    address = at_desk.wait_for("page of the desk: ").split("page of the desk: ")[1].strip()
    with quiet_page(browser) as page, quiet_page(browser) as screen:
        page.goto(session.person.url)
        page.get_by_label("Your name").fill("Ann Tester")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("heading", name="Take this call").wait_for()
        _takes(screen, address, session.person)
        page.get_by_text("A booking was sent").first.wait_for()
        # Ticked off live; so this page did not ask yet whether something was seen before the booking.
        page.get_by_role("button", name="It shows: booked").click()
        page.get_by_role("alert").get_by_text("Say when you saw it").wait_for()
        page.get_by_label("When did you see it?").select_option(label="now, after all that your system has sent")
        page.get_by_role("button", name="It shows: booked").click()
        page.get_by_role("button", name="Take back").wait_for()
        page.get_by_role("button", name="This call is over").click()
        page.get_by_role("heading", name="That was all").wait_for()
    at_desk.process.terminate()
    at_desk.end()
    done = session.end()
    assert "Traceback" not in done.err
    found = {one["id"]: one["verdict"] for one in results(session.out)["requirements"]}
    assert found["RES-PAT-16"] == "PASS"


def _takes(screen: Page, address: str, person: Person) -> None:
    """Fill in the form of the desk with what the page tells."""
    screen.goto(address)
    call: Words = person.page()
    for name, value in call.call().items():
        field = screen.locator(f"#{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    screen.get_by_role("button", name="Take the call").click()
    screen.get_by_role("heading").first.wait_for()
