"""The Spine Secure Proxy that a consumer under test meets: it passes on what it is sent, to the providers alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.proxy.forward import SecureProxy
from uec_booking.harness.proxy.log import ProxyLog
from uec_booking.harness.settings.consumer import ConsumerUnderTest, Service111
from uec_booking.harness.settings.model import Limits, Settings, TapPlace, Tls

pytestmark = pytest.mark.simulator

CLAIMS = {"sub": "user-1", "aud": "https://provider.example"}


class Provider(BaseHTTPRequestHandler):
    """Answers with what it was asked, and counts."""

    asked: list[str]
    held: Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("/slow"):
            self.held.wait(20)
        told = {name: value for name, value in self.headers.items() if name.startswith("Ssp-")}
        body = json.dumps({"path": self.path, "headers": told}).encode()
        self.send_response(418, "Short and stout")
        self.send_header("Content-Type", "application/fhir+json;charset=utf-8")
        self.send_header("X-Of-The-Provider", "kept")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def provider() -> Iterator[tuple[str, list[str]]]:
    held, asked = Event(), list[str]()
    handler = type("Of", (Provider,), {"asked": asked, "held": held})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        held.set()
        server.shutdown()
        server.server_close()
        thread.join()


Ask = Callable[..., requests.Response]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Ask, str, list[str], ProxyLog]]:
    """Asks through the proxy; the provider's address and what it was asked; and the record."""
    with ExitStack() as ends, requests.Session() as session:
        origin, asked = ends.enter_context(provider())
        consumer = ConsumerUnderTest("a desk", Service111("918999198101", "X9A01"), command=("desk",))
        settings = replace(Settings({}), consumer=consumer, limits=Limits(read_seconds=1, total_seconds=1))
        proxy = SecureProxy(TapPlace("http://localhost:0"), tmp_path, settings)
        ends.callback(proxy.close)
        proxy.pass_on_to({origin: Tls()}, (f"{origin}/1/booking",))
        session.trust_env = False

        def ask(path: str, method: str = "GET", **headers: str) -> requests.Response:
            return session.request(method, f"{proxy.root}{path}", headers=headers, timeout=30)

        yield ask, origin, asked, ProxyLog(tmp_path)


def only(log: ProxyLog) -> Exchange:
    (exchange,) = log.exchanges()
    return exchange


def test_the_prefix_is_taken_off_and_the_answer_passed_back_unchanged(
    world: tuple[Ask, str, list[str], ProxyLog],
) -> None:
    ask, origin, asked, log = world
    answer = ask(f"/{origin}/1/booking/Slot?start=le2026-01-01T00%3A00%3A00%2B00%3A00", **{"Ssp-From": "918999198101"})
    assert answer.status_code == 418
    assert answer.headers["X-Of-The-Provider"] == "kept"
    assert asked == ["/1/booking/Slot?start=le2026-01-01T00%3A00%3A00%2B00%3A00"]
    assert answer.json()["headers"]["Ssp-From"] == "918999198101"
    kept = only(log)
    assert kept.system == "consumer"
    assert kept.status == 418
    assert kept.request.url.endswith(f"/{origin}{asked[0]}")


def test_an_address_that_is_encoded_whole_is_passed_on_too(world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, origin, asked, _ = world
    ask(f"/{origin.replace(':', '%3A').replace('/', '%2F')}/1/booking/metadata")
    assert asked == ["/1/booking/metadata"]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://attacker.example/x", "http://127.0.0.1:1/x", "http://good@attacker.example/x", "file:///etc/passwd", ""],
)
def test_nothing_goes_to_any_other_address(elsewhere: str, world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, _, asked, log = world
    answer = ask(f"/{elsewhere}", Authorization="Bearer secret")
    assert (answer.status_code, answer.content) == (502, b"")
    assert asked == []
    assert only(log).status == 502


def test_a_provider_that_is_slow_is_a_timeout_of_the_proxy(world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, origin, _, _ = world
    answer = ask(f"/{origin}/1/booking/slow")
    assert (answer.status_code, answer.content) == (504, b"")


def test_what_no_document_has_is_passed_on_and_recorded(world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, origin, asked, log = world
    ask(f"/{origin}/1/booking/Appointment/7", "DELETE")
    assert asked == ["/1/booking/Appointment/7"]
    assert only(log).request.method == "DELETE"


def test_of_a_token_its_claims_are_kept_and_not_the_header(world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, origin, _, log = world

    def part(value: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}."
    ask(f"/{origin}/1/booking/Slot", Authorization=f"Bearer {token}")
    kept = only(log)
    assert kept.extra["authorization"]["claims"] == CLAIMS
    assert dict(kept.request.headers)["Authorization"] == "Bearer [redacted]"


def test_of_a_signed_token_nothing_is_kept_but_its_form(
    world: tuple[Ask, str, list[str], ProxyLog], tmp_path: Path
) -> None:
    ask, origin, _, log = world
    claims = base64.urlsafe_b64encode(b'{"sub": "somebody"}').decode().rstrip("=")
    ask(f"/{origin}/1/booking/Slot", Authorization=f"Bearer eyJhbGciOiJSUzI1NiJ9.{claims}.c2lnbmF0dXJl")
    assert only(log).extra["authorization"]["signed"] is True
    assert claims not in (tmp_path / "exchanges.jsonl").read_text(encoding="utf-8")


def test_it_fails_when_a_scenario_asks(world: tuple[Ask, str, list[str], ProxyLog]) -> None:
    ask, origin, asked, log = world
    wish = log.disturb("answering", "/1/booking", methods=("GET",), times=1, status=403)
    assert [ask(f"/{origin}/1/booking/Slot").status_code for _ in range(2)] == [403, 418]
    log.calm(wish)
    log.disturb("losing answers", "/1/booking", methods=("GET",), times=1, status=504)
    assert ask(f"/{origin}/1/booking/Slot").status_code == 504
    # The provider has had it: only its answer is lost.
    assert len(asked) == 2


def test_a_record_that_begins_anew_shows_nothing_of_before(
    world: tuple[Ask, str, list[str], ProxyLog], tmp_path: Path
) -> None:
    """One view of it reads on all the time; another is told to forget, as between the jobs of a proof."""
    ask, origin, _, log = world
    ask(f"/{origin}/1/booking/Slot")
    assert len(log.exchanges()) == 1
    ProxyLog(tmp_path).forget()
    assert log.exchanges() == []
    ask(f"/{origin}/1/booking/Schedule")
    assert only(log).request.url.endswith("/Schedule")
