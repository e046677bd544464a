"""Mrs Patient's story in the console: its steps are real requests, and the diagram has what went over the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser

from ..support.browser import quiet_page
from ..support.simulator_client import Simulator, soon
from .test_console import Console

FIRST, SECOND = "Northmoor 111 Service", "Southvale 111 Service"
UTC, OTHER, REGISTRY = "Urgent Treatment Centre", "Out of Hours Service", "Appointment registry"
WIRE = [
    f"{FIRST} → {UTC}: Search for free slots: 200",
    f"{FIRST} → {UTC}: Book an appointment: 201",
    f"{UTC} → {REGISTRY}: Register an appointment: 201",
    f"{SECOND} → {REGISTRY}: Search the registry: 200",
    f"{SECOND} → {UTC}: Read an appointment: 200",
    f"{SECOND} → {OTHER}: Search for free slots: 200",
    f"{SECOND} → {OTHER}: Book an appointment: 201",
    f"{OTHER} → {REGISTRY}: Register an appointment: 201",
    f"{SECOND} → {UTC}: Read an appointment: 200",
    f"{SECOND} → {UTC}: Cancel or change an appointment: 200",
    f"{UTC} → {REGISTRY}: Update a registry entry: 200",
    f"{SECOND} → {REGISTRY}: Search the registry: 200",
]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    started = Simulator(tmp_path_factory.mktemp("story"), "--http")
    yield started
    assert started.close() == 0
    assert started.said == ""


@pytest.fixture(scope="module")
def console(simulator: Simulator) -> Iterator[Console]:
    opened = Console(simulator)
    yield opened
    opened.session.close()


def told(console: Console) -> list[str]:
    page = html.document_fromstring(console.get("/console/story").text)
    return [" ".join(one.text_content().split()) for one in page.xpath("//ol[@class='words']/li")]


def test_the_story_is_told_by_requests_to_its_end(console: Console) -> None:
    assert told(console) == []
    for step in range(8):
        assert console.post("/console/story", {"do": "next"}).status_code == 200
        if step in (1, 5, 6):
            # A provider tells the registry in its own time.
            expected = {1: WIRE[2], 5: WIRE[7], 6: WIRE[10]}[step]
            assert soon(lambda expected=expected: expected in told(console))
    lines = told(console)
    # What a provider asks the registry before it updates an entry is its own affair.
    asks_first = (f"{UTC} → {REGISTRY}: Search the registry: 200", f"{UTC} → {REGISTRY}: Read a registry entry: 200")
    wire = [line for line in lines if not line.startswith("Mrs") and "asks:" not in line and line not in asks_first]
    assert wire == WIRE
    assert lines[0] == f"Mrs Patient → {FIRST}: rings: a hurt ankle"
    assert lines.index(f"Mrs Patient → {SECOND}: agrees") < lines.index(WIRE[6])
    page = html.document_fromstring(console.get("/console/story").text)
    assert len(page.xpath("//*[@class='sent']")) + len(page.xpath("//*[@class='spoken']")) == len(lines)
    assert console.post("/console/story", {"do": "next"}).status_code == 409
    assert console.post("/console/story", {"do": "begin"}).status_code == 200
    assert told(console) == []


def test_where_the_world_does_not_let_it_the_step_waits(simulator: Simulator, console: Console) -> None:
    console.post("/console/story", {"do": "begin"})
    for _ in range(2):
        console.post("/console/story", {"do": "next"})
    simulator.control("POST", "/registry/away")
    try:
        stopped = console.post("/console/story", {"do": "next"})
        assert stopped.status_code == 409
        assert "Ask the registry: answered with 503. The story waits here." in stopped.text
        assert "Step 3: She feels worse" in stopped.text
    finally:
        simulator.control("POST", "/registry/back")
    assert soon(lambda: console.post("/console/story", {"do": "next"}).status_code == 200)
    # She rang once, however often the registry was asked.
    assert [line for line in told(console) if "rings again" in line] == [
        f"Mrs Patient → {SECOND}: rings again: it is worse"
    ]


def test_the_diagram_grows_while_it_is_looked_at(simulator: Simulator, browser: Browser) -> None:
    root = simulator.config["control"]["url"].removesuffix("/control")
    with quiet_page(browser, viewport={"width": 340, "height": 800}, color_scheme="dark") as page:
        page.goto(f"{root}/console/?token={simulator.config['control']['token']}")
        page.get_by_role("link", name="Watch Mrs Patient's story").click()
        page.get_by_text("Following.").wait_for()
        evil = "<img src=x onerror=console.log('run')>"
        simulator.consumer().send("GET", "/Slot", "organization/slot.read", params={"a": "b"}, Ssp_From=evil)
        page.locator(".words li", has_text=evil[:10]).wait_for()
        page.get_by_role("button", name="Step").click()
        page.get_by_role("heading", name="Mrs Patient's story").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_the_desk_is_started_by_the_line_that_the_console_shows(console: Console) -> None:
    page = html.document_fromstring(console.get("/console/").text)
    (line,) = page.xpath("//section[@aria-labelledby='desk']//pre/text()")
    assert line.startswith("uec-booking desk page --port 8097 ")
    assert f"--registry-url {console.root}/registry/STU3/1" in line
    assert page.xpath("//section[@aria-labelledby='desk']//a/@href") == ["http://localhost:8097/"]
