"""The console over HTTP: who may open it, what it shows of hostile callers, the live log, and the switches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import requests
from lxml import html
from uec_booking.simulator.answers import SITUATIONS
from uec_booking.simulator.console import clauses
from uec_booking.standard import requirements

from ..support.simulator_client import Simulator, soon

READERS = 8


class Console:
    """A browser without pictures: a session that has shown the control token."""

    def __init__(self, simulator: Simulator, token: str = "") -> None:
        control = simulator.config["control"]
        self.root = control["url"].removesuffix("/control")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Encoding"] = "identity"
        self.opened = self.get(f"/?token={token or control['token']}")

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.root + path, headers=headers, timeout=20)

    def post(self, path: str, form: dict[str, str], **headers: str) -> requests.Response:
        sent = {"Origin": self.root, **headers}
        return self.session.post(self.root + path, data=form, headers=sent, timeout=20)

    def page(self) -> html.HtmlElement:
        return html.document_fromstring(self.get("/console/").text)

    @contextmanager
    def events(self, after: int = 0) -> Iterator[Iterator[str]]:
        """The lines of the live log."""
        url = f"{self.root}/console/events?after={after}"
        with self.session.get(url, stream=True, timeout=20) as answer:
            assert answer.status_code == 200, answer.text
            # Otherwise whole blocks are waited for, and a block of the log may take long.
            yield answer.iter_lines(chunk_size=1, decode_unicode=True)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    started = Simulator(tmp_path_factory.mktemp("console"), "--http")
    yield started
    watcher = Console(started)
    with watcher.events() as lines:
        assert next(lines) == "retry: 2000"
        assert started.close() == 0
        # What was under way is told to its end, and no follower keeps the program from ending.
        assert list(lines)[-1] == ""
    watcher.session.close()
    assert started.said == ""


@pytest.fixture(scope="module")
def console(simulator: Simulator) -> Iterator[Console]:
    opened = Console(simulator)
    yield opened
    opened.session.close()


def last(console: Console) -> int:
    (table,) = console.page().xpath("//table[@id='exchanges']")
    return int(table.get("data-last"))


def test_it_opens_with_the_control_token_only(simulator: Simulator, console: Console) -> None:
    assert console.opened.status_code == 200 and console.opened.url == f"{console.root}/console/"
    policy = console.opened.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    stranger = Console(simulator, "guessed")
    assert stranger.opened.status_code == 401
    assert "not the control token" in stranger.opened.text
    assert stranger.get("/console/events").status_code == stranger.get("/console/exchanges/1").status_code == 401
    assert stranger.post("/console/faults", {"do": "none"}).status_code == 401
    assert stranger.post("/console/enter", {"token": simulator.config["control"]["token"]}).status_code == 200
    assert stranger.get("/console/").status_code == 200
    # The cookie is sent to all ports of this host: it must not be the token.
    assert simulator.config["control"]["token"] not in stranger.session.cookies.values()
    stranger.session.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "elsewhere.example"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_another_origin_changes_nothing(simulator: Simulator, console: Console, headers: dict[str, str]) -> None:
    assert console.post("/console/faults", {"do": "on", "name": "double-booking"}, **headers).status_code == 403
    assert simulator.control("GET", "/defects").json()["on"] == []
    if "Origin" not in headers:
        assert console.get("/console/", **headers).status_code == 403


def test_the_world_at_a_glance(simulator: Simulator, console: Console) -> None:
    consumer = simulator.consumer()
    booked = consumer.book_any()
    start = booked.json()["start"]
    assert soon(lambda: simulator.registry().pointers(consumer.patient))
    service = consumer.settings["services"]["later"]
    page = html.document_fromstring(console.get(f"/console/?service=utc+{service}&day={start[:10]}").text)
    text = page.text_content()
    assert "no ASID; for Urgent Treatment Centre" in text
    assert consumer.settings["base_url"] in page.xpath("//button[@class='copy']/@data-copy")
    assert consumer.patient in text and booked.headers["Location"].partition("/_history")[0] in text
    assert f"{start[13:16]} busy" in page.xpath(f"//tr[th='{start[11:13]}']//span[@class='busy']/text()")
    assert page.xpath("//span[@class='free']")
    for unusual in ("service=utc+nothing", "day=tomorrow", "day=0001-01-01", "day=9999-12-31", "service=%00"):
        assert console.get(f"/console/?{unusual}").status_code == 200


def test_what_a_hostile_caller_sends_is_shown_as_text(simulator: Simulator, console: Console) -> None:
    number = last(console)
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    consumer = simulator.consumer()
    body = json.dumps({"resourceType": evil, "half": "\ud800", "more": "x" * 50_000}).encode()
    consumer.send("POST", "/Appointment", "patient/appointment.write", body, Ssp_From=evil, X_Evil=evil)
    consumer.send("GET", "/Slot", "organization/slot.read", params={"a": evil, "b": "data: 1\n\nid: 9"})
    consumer.send("GET", f"/{evil}", "organization/slot.read")
    consumer.book(json.dumps({"half": "\ud800"}).encode(), Accept_Encoding="gzip")
    for path in ("/console/", *(f"/console/exchanges/{number + step}" for step in (1, 2, 3, 4))):
        answer = console.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text and "<img" not in answer.text
    posted = console.get(f"/console/exchanges/{number + 1}").text
    assert "&lt;script&gt;alert(1)" in posted and "first 20,000 bytes" in posted
    # Half of it would be enough to fill the memory with many of them.
    assert len(posted) < 100_000
    assert "Bearer" not in posted
    assert "OperationOutcome" in console.get(f"/console/exchanges/{number + 4}").text
    with console.events(number) as lines:
        told = [json.loads(line[6:]) for line in (next(lines) for _ in range(14)) if line.startswith("data: ")]
    assert [one["number"] for one in told] == [number + 1, number + 2, number + 3, number + 4]
    assert (told[0]["what"], told[1]["what"]) == ("Book an appointment", "Search for free slots")


def test_the_live_log_tells_an_exchange_as_it_happens(simulator: Simulator, console: Console) -> None:
    with console.events(last(console)) as lines:
        assert next(lines) == "retry: 2000"
        assert next(lines) == ""
        assert simulator.consumer().search().status_code == 200
        number, line = next(lines), json.loads(next(lines).removeprefix("data: "))
    assert number == f"id: {line['number']}"
    assert line["asker"] == "Northmoor 111 Service" and line["asked"] == "Urgent Treatment Centre"
    assert (line["what"], line["status"]) == ("Search for free slots", "200")
    assert line["clause"] == "meets PRV-SRCH-01"


def test_a_rejected_request_is_told_with_the_requirement_that_asks_for_it(
    simulator: Simulator, console: Console
) -> None:
    consumer = simulator.consumer()
    with console.events(last(console)) as lines:
        consumer.read("/Appointment/no-such-one")
        consumer.send("GET", "/Slot", "patient/appointment.read")
        simulator.registry().send("GET", "/Appointment", "none")
        told = [json.loads(line[6:]) for line in (next(lines) for _ in range(11)) if line.startswith("data: ")]
    assert [one["clause"] for one in told] == ["rejected by PRV-GET-03", "rejected by SEC-27", "rejected by REG-20"]


def test_the_requirements_that_the_log_names_are_those_of_the_catalogue() -> None:
    assert requirements.load().keys() >= clauses.NAMED
    assert SITUATIONS.keys() >= clauses.SITUATIONS


def test_only_the_last_200_are_kept_and_8_may_follow(simulator: Simulator, console: Console) -> None:
    beside = simulator.consumer()
    for _ in range(201):
        beside.send("GET", "/none", "x")
    newest = last(console)
    assert len(console.page().xpath("//table[@id='exchanges']/tbody/tr")) == 200
    assert console.get(f"/console/exchanges/{newest - 199}").status_code == 200
    assert console.get(f"/console/exchanges/{newest - 200}").status_code == 404
    with ExitStack() as followers:
        logs = [followers.enter_context(console.events(newest)) for _ in range(READERS)]
        # The first line is there once a place is taken.
        assert {next(lines) for lines in logs} == {"retry: 2000"}
        assert not _may_follow(console)
    # Who has gone is noticed at what is sent next: then there is room again.
    soon(lambda: beside.send("GET", "/none", "x").status_code == 404 and _may_follow(console))


def _may_follow(console: Console) -> bool:
    with console.session.get(f"{console.root}/console/events", stream=True, timeout=20) as answer:
        assert answer.status_code in (200, 503)
        return answer.status_code == 200


def test_the_switches_work_the_levers_and_say_what_is_wrong(simulator: Simulator, console: Console) -> None:
    try:
        assert console.post("/console/faults", {"do": "on", "name": "double-booking"}).status_code == 200
        assert console.post("/console/faults", {"do": "on", "name": "forgets-registry"}).status_code == 200
        assert simulator.control("GET", "/defects").json()["on"] == ["double-booking", "forgets-registry"]
        wrong = console.post("/console/faults", {"do": "on", "name": "double-bookings<b>"})
        assert wrong.status_code == 400 and "Did you mean double-booking" in wrong.text and "<b>" not in wrong.text
        console.post("/console/faults", {"do": "off", "name": "double-booking"})
        assert simulator.control("GET", "/defects").json()["on"] == ["forgets-registry"]
        console.post("/console/clock", {"do": "set", "moment": "2030-01-01T09:00"})
        console.post("/console/clock", {"do": "advance", "hours": "1.5"})
        assert simulator.control("GET", "/clock").json()["now"].startswith("2030-01-01T10:30")
        for form in ({"do": "advance", "hours": "soon"}, {"do": "set", "moment": ""}, {"do": "stop"}, {}):
            assert console.post("/console/clock", form).status_code == 400
        console.post("/console/registry", {"do": "away"})
        assert simulator.registry().read("/Appointment/none").status_code == 503
        assert "away" in console.page().text_content()
    finally:
        console.post("/console/registry", {"do": "back"})
        console.post("/console/faults", {"do": "none"})
        console.post("/console/clock", {"do": "reset"})
    assert simulator.control("GET", "/defects").json()["on"] == []


def test_good_requests_are_tried_and_shown_as_curl(simulator: Simulator, console: Console) -> None:
    service = f"utc {simulator.consumer().settings['services']['later']}"
    booked = html.document_fromstring(console.post("/console/try", {"do": "book", "service": service}).text)
    assert booked.xpath("//p/strong/text()") == ["200", "201"]
    (appointment,) = booked.xpath("//input[@name='appointment']/@value")
    search, booking = (text for text in booked.xpath("//pre/text()") if text.startswith("curl "))
    assert "/Slot?" in search and "uec-booking token --provider" in booking and "Bearer ey" not in booking
    form = {"service": service, "appointment": appointment}
    cancelled = html.document_fromstring(console.post("/console/try", {"do": "cancel", **form}).text)
    assert cancelled.xpath("//p/strong/text()") == ["200", "200"]
    assert simulator.consumer().read(appointment).json()["status"] == "cancelled"
    assert console.post("/console/try", {"do": "search", "service": service}).status_code == 200
    elsewhere = {"do": "read", "appointment": "http://elsewhere.example/Appointment/1"}
    for wrong in (elsewhere, {"do": "search", "service": "utc none"}, {"do": "dance"}):
        assert console.post("/console/try", wrong).status_code == 400
