"""Tokens and bodies go to the addresses in the settings, whatever address an answer gives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from uec_booking.harness.actors import calls
from uec_booking.harness.bookkeeping.booking_entries import lines_of
from uec_booking.harness.bookkeeping.booking_log import FILE, BookingLog, appointment_url
from uec_booking.harness.errors import CannotGoOn
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import Organisation, Part

from ..support.program import World, assured, results
from .silent_host import Silent
from .spoiling_peer import Passing, between, left, settings, standing

_BASE = "https://good.example/STU3"
_WE = Organisation("first_111", "A 111 service", "X26A1", "999000000001")

#: URLs that lead elsewhere, or to nobody knows where.
_ELSEWHERE = [
    "https://evil.example/STU3/Appointment/1",
    "http://good.example/STU3/Appointment/1",
    "https://good.example:8443/STU3/Appointment/1",
    "https://good.example@evil.example/STU3/Appointment/1",
    "https://good.example:secret@good.example/STU3/Appointment/1",
    "https://good.example.evil.example/STU3/Appointment/1",
    "https://evil.example\\@good.example/STU3/Appointment/1",
    "https://good.example\\.evil.example/STU3/Appointment/1",
    "//evil.example/STU3/Appointment/1",
    "https:/evil.example/Appointment/1",
    "https:evil.example/Appointment/1",
    "HTTPS://EVIL.EXAMPLE/STU3/Appointment/1",
    "ftp://good.example/STU3/Appointment/1",
    "https://[::1]/STU3/Appointment/1",
    "https://[::bad/STU3/Appointment/1",
    "https://good.example:99999/STU3/Appointment/1",
    "https://good.example/STU3/../../admin/Appointment/1",
    "https://good.example/STU3/%2e%2E/admin/Appointment/1",
    "https://good.example\t.evil.example/STU3/Appointment/1",
    "https://good.example\r\nHost: evil.example/STU3/Appointment/1",
    "https://g\u043eod.example/STU3/Appointment/1",
    "\ud800/Appointment/1",
    "https://good.example/STU3/Appointment/" + "1" * 100_000,
    "@evil.example/Appointment/1",
    "",
]

#: The same provider, written otherwise.
_AT_HOME = [
    "https://good.example/STU3/Appointment/1",
    "https://good.example:443/STU3/Appointment/1",
    "HTTPS://Good.EXAMPLE/STU3/Appointment/1",
    "/STU3/Appointment/1",
    "https://good.example/STU3/Appointment/1#there",
]


def _part(**more: str) -> Part:
    return Part("provider", "provider", "A provider", _BASE, _BASE, **more)


def _asked(url: str, part: Part) -> str:
    return calls.addressed(calls.read(url), part, _WE, "trace").url


@pytest.mark.parametrize("proxy", ["", "https://proxy.example/ssp"])
@pytest.mark.parametrize("url", _ELSEWHERE, ids=lambda url: ascii(url)[:60])
def test_nothing_is_sent_elsewhere(url: str, proxy: str) -> None:
    """It is rejected, or asked for at the host of the settings."""
    start = f"{proxy}/{_BASE}" if proxy else _BASE
    try:
        asked = _asked(url, _part(ssp_url=proxy))
    except CannotGoOn as why:
        assert "nothing was sent there" in str(why)
    else:
        # A relative one is below the base, even with two slashes before it; and what begins with the base stays there.
        assert asked.startswith((f"{start}/", start)) and re.match(r"https://[a-z.]+/", asked)
        assert url.startswith(("//", "@", f"{_BASE}/")) or not url


@pytest.mark.parametrize("url", _AT_HOME)
def test_the_same_address_written_otherwise_is_asked(url: str) -> None:
    base = "" if url.startswith("/") else url
    if base:
        assert _asked(base, _part()).split("#")[0] == f"{_BASE}/Appointment/1"
        through = _asked(base, _part(ssp_url="https://proxy.example/ssp")).split("#")[0]
        assert through == f"https://proxy.example/ssp/{_BASE}/Appointment/1"
    exchange = _answered(url)
    assert appointment_url(exchange, _BASE) == f"{_BASE}/Appointment/1"


def _answered(location: str, body: bytes = b"") -> Exchange:
    headers = (("Location", location), ("Content-Type", "application/fhir+json"))
    sent = Sent("POST", f"{_BASE}/Appointment", (), b"{}")
    return Exchange("x", "provider", "us", "", "", 0.0, sent, Received(201, "Created", headers, body))


@pytest.mark.parametrize("body", [b"", b'{"resourceType": "Appointment", "id": "b2"}'], ids=["no body", "another id"])
@pytest.mark.parametrize("location", _ELSEWHERE, ids=lambda url: ascii(url)[:60])
def test_no_location_breaks_the_log(location: str, body: bytes, tmp_path: Path) -> None:
    """Whatever it is, the booking is noted, at addresses below the base; an id in the body is among them."""
    booking_log, part = BookingLog(tmp_path / FILE), _part()
    call = calls.book({"resourceType": "Appointment", "start": "2030-01-01T10:00:00Z"})
    requested = booking_log.request(
        calls.addressed(call, part, _WE, "trace"), part, _WE.key, format=call.format, repeatable=call.is_plain_booking
    )
    assert requested is not None
    booking_log.answer(requested, _answered(location, body))
    urls = [url for one in booking_log.noted for url in (one.url, *one.others)]
    assert all(url.startswith("https://good.example/") for url in urls)
    assert (f"{_BASE}/Appointment/b2" in urls) == bool(body)
    named = len(location) < 2000 and "Appointment/1" in location
    assert (f"{_BASE}/Appointment/1" in urls) == named
    assert all(line.entry is not None for line in lines_of((tmp_path / FILE).read_bytes()))


def test_settings_without_a_path_are_no_way_out() -> None:
    part = load.from_urls("https://good.example", "", services=["1"]).part("provider")
    for path in ("@evil.example/", ".evil.example/", ":8443/"):
        assert _asked(path, part) == f"https://good.example/{path}"


def test_a_run_asks_nobody_else(world: World, tmp_path: Path) -> None:
    """Locations and links to the next page lead to another port: nobody comes there, and the bookings are cancelled."""
    out = tmp_path / "out"
    with Silent() as elsewhere:

        def misleading(request: Passing) -> None:
            head, body = request.answer()
            if request.is_booking():
                head = re.sub(rb"(?mi)^(Location: )http://[^/]+", rb"\1" + elsewhere.root.encode(), head)
            if request.method == "GET" and "/Slot?" in request.path:
                bundle = json.loads(body)
                bundle["link"] = [
                    *bundle.get("link", []),
                    {"relation": "next", "url": f"{elsewhere.root}{request.path}"},
                ]
                changed = json.dumps(bundle).encode()
                head = head.replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % len(changed))
                body = changed
            request.say(head + body)

        with between(world, misleading) as (base, made):
            config = settings(tmp_path, base, world)
            done = assured("--config", config, "--only", "PRV-BOOK-04", "--out", out)
        assert elsewhere.received == []
    assert done.status == 1, done.out + done.err
    found = {requirement["id"]: requirement for requirement in results(out)["requirements"]}
    assert found["PRV-BOOK-04"]["verdict"] == "FAIL"
    assert found["PRV-SRCH-01"]["verdict"] == "INCONCLUSIVE"
    assert "the next page is at" in found["PRV-SRCH-01"]["reason"]
    assert made
    assert standing(world, made) == []
    assert left(out) == []
