"""The tap that the written settings name: the providers go through it while it is there, and straight when not."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from threading import Thread

import pytest
import trustme

from ..support.simulator_client import Consumer, Simulator, soon
from .losing_proxy import Recorder


def _place(world: Simulator) -> int:
    return int(world.config["registry"]["tap"].rpartition(":")[2])


def _registered(world: Simulator, consumer: Consumer) -> str:
    """The status of the patient's one entry, once the provider owes the registry nothing."""
    soon(lambda: world.control("GET", "/registry/outbox").json() == {"waiting": [], "refused": []})
    (entry,) = world.registry().pointers(consumer.patient)
    return str(entry["status"])


def test_through_the_tap_while_anybody_listens_there(launch: Callable[..., Simulator]) -> None:
    world = launch("--http")
    before, during, after = world.consumer(), world.consumer(), world.consumer("second_provider")
    before.book_any()
    assert _registered(world, before) == "booked"

    tap = Recorder(_place(world))
    tap.target = world.config["registry"]["base_url"].removesuffix("/registry/STU3/1")
    url = during.book_any().headers["Location"].rpartition("/_history/")[0]
    assert _registered(world, during) == "booked"
    assert [(call.method, call.path) for call in tap.calls] == [("POST", "/registry/STU3/1/Appointment")]
    tap.close()

    during.cancel(url)
    after.book_any()
    assert (_registered(world, during), _registered(world, after)) == ("cancelled", "booked")
    assert len(tap.calls) == 1


def test_a_tap_that_goes_with_an_answer_leads_to_no_second_entry(launch: Callable[..., Simulator]) -> None:
    world = launch("--http")
    tap = Recorder(_place(world))
    tap.target = world.config["registry"]["base_url"].removesuffix("/registry/STU3/1")
    # What was sent there is not sent straight at once: the registry may know of it.
    tap.lose_answers = 10**6
    consumer = world.consumer()
    consumer.book_any()
    soon(lambda: len(tap.calls) > 1)
    tap.close()
    assert _registered(world, consumer) == "booked"


@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_page_in_place_of_the_registrys_answer_is_no_answer(launch: Callable[..., Simulator], status: int) -> None:
    """A login or a gateway between says nothing of what the registry did: there is one entry, and it is ended."""
    world = launch("--http")
    tap = Recorder(_place(world))
    tap.target = world.config["registry"]["base_url"].removesuffix("/registry/STU3/1")
    tap.page, tap.lose_answers = status, 1
    consumer = world.consumer()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    assert _registered(world, consumer) == "booked"
    tap.lose_answers = 1
    consumer.cancel(url)
    assert _registered(world, consumer) == "cancelled"
    tap.close()


def test_another_program_in_the_place_of_the_tap_is_passed_by(launch: Callable[..., Simulator]) -> None:
    """Its certificate is not of the authority that a tap leaves in the file that the settings name."""
    world = launch()
    trustme.CA().cert_pem.write_to_path(str(world.file.with_name(world.config["registry"]["tap_authority"])))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    met: list[str] = []
    with socket.create_server(("127.0.0.1", _place(world))) as listening:

        def refuse() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(connection, server_side=True)
                except OSError as problem:
                    met.append(type(problem).__name__)
                    connection.close()

        Thread(target=refuse, daemon=True).start()
        consumer = world.consumer()
        consumer.book_any()
        assert _registered(world, consumer) == "booked"
        assert met
        listening.shutdown(socket.SHUT_RDWR)


def test_no_tap_is_named_where_the_registry_is_elsewhere(
    launch: Callable[..., Simulator],
) -> None:
    assert "tap" not in launch("--http", "--registry-url", "http://localhost:1/registry").config["registry"]
    world = launch("--http")
    assert _place(world) != int(world.config["registry"]["base_url"].split(":")[2].split("/")[0])
