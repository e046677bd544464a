"""The door of a webhook over sockets: an answer at once, or 202 and posts to the address that the task names."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from uec_booking.harness.consumer.contract import LONGEST_ANSWER, Answer, NoAnswer, hello
from uec_booking.harness.consumer.doors.webhook import WebhookDoor
from uec_booking.harness.settings.consumer import ConsumerUnderTest, Service111

Task = dict[str, Any]
#: What a hook does with a task: its status and body, and what it does afterwards.
Hook = Callable[[Task], tuple[int, bytes]]


@contextmanager
def door(hook: Hook) -> Iterator[WebhookDoor]:
    """The door of a hook on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = hook(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/tasks"
    opened = WebhookDoor(ConsumerUnderTest("a desk", Service111("918999198101", "X9A01"), webhook=url))
    try:
        yield opened
    finally:
        opened.close()
        server.shutdown()
        server.server_close()
        thread.join()


def answered(task: Task, *events: Task, **more: Any) -> Task:
    return {"contract": 1, "task": task["task"], "outcome": "finished", "why": "", "events": [*events], **more}


def event(what: str, second: int = 0) -> Task:
    return {"at": f"2026-11-30T10:00:{second:02d}Z", "what": what, "about": [], "text": ""}


def some(task: Task, *events: Task) -> Task:
    return {"contract": 1, "task": task["task"], "events": [*events]}


def post(address: str, message: object) -> tuple[int, str]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(address, data=body, timeout=20)
    return answer.status_code, answer.text


def gives(posts: Callable[[Task], None], task: Task | None = None) -> Answer:
    """What a hook's posts come to, that answers 202."""
    with door(lambda task: (posts(task), (202, b""))[1]) as opened:
        return opened.give(task or hello())


def test_an_answer_may_be_posted_and_events_before_it() -> None:
    told = []

    def posts(task: Task) -> None:
        told.append(post(task["answer_to"], some(task, event("services-shown"))))
        told.append(post(task["answer_to"], some(task, event("slots-shown", 1))))
        # A library that sends it again, and an answer that repeats what was told before.
        told.append(post(task["answer_to"], some(task, event("slots-shown", 1))))
        told.append(post(task["answer_to"], answered(task, event("slots-shown", 1), event("booked-shown", 2))))

    answer = gives(posts)
    assert [one.what for one in answer.events] == ["services-shown", "slots-shown", "booked-shown"]
    assert [status for status, _ in told] == [200, 200, 200, 200]
    assert "not counted twice" in told[2][1]


def test_events_may_be_posted_before_an_answer_at_once() -> None:
    def hook(task: Task) -> tuple[int, bytes]:
        post(task["answer_to"], some(task, event("services-shown")))
        return 200, json.dumps(answered(task, event("booked-shown", 1))).encode()

    with door(hook) as opened:
        assert [one.what for one in opened.give(hello()).events] == ["services-shown", "booked-shown"]


def test_what_comes_late_or_to_no_task_is_told_so() -> None:
    addresses = []

    def posts(task: Task) -> None:
        addresses.append(task["answer_to"])
        post(task["answer_to"], answered(task))
        status, text = post(task["answer_to"], answered(task, event("booked-shown")))
        assert (status, "already" in text) == (409, True)

    with door(lambda task: (posts(task), (202, b""))[1]) as opened:
        first = opened.give(hello())
        assert not first.events
        late = post(addresses[0], answered(hello()))
        assert late[0] == 410 and "too late" in late[1]
        foreign = post(f"{addresses[0]}x", answered(hello()))
        assert foreign[0] == 404 and "answer_to" in foreign[1]
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(addresses[0], timeout=20).status_code == 405


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (b"<h1>Internal Server Error</h1>", "not JSON"),
        (b"[]", "not as the contract has it"),
        ({"contract": 1, "task": "other", "outcome": "finished", "why": "", "events": []}, "another task"),
        ({"contract": 1, "task": "00000000-0000-4000-8000-000000000000", "events": [event("booked-shown")]}, "another"),
        ({"contract": 1, "task": "x", "events": [{"what": "guessed"}]}, "its events are not as the contract has them"),
    ],
)
def test_what_cannot_be_used_ends_the_task_and_says_why(message: object, told: str) -> None:
    seen = []
    with pytest.raises(NoAnswer, match=told):
        gives(lambda task: seen.append(post(task["answer_to"], message)))
    assert seen[0][0] == 400 and told in seen[0][1]


def test_what_is_too_long_is_not_read() -> None:
    seen = []

    def posts(task: Task) -> None:
        seen.append(post(task["answer_to"], b" " * (LONGEST_ANSWER + 10)))
        post(task["answer_to"], answered(task))

    gives(posts)
    assert seen[0][0] == 413


def test_who_posts_no_answer_in_time_gave_none() -> None:
    task = {**hello(), "deadline_s": -4.5}
    with pytest.raises(NoAnswer, match=r"posted no answer within 0\.5 s, only 1 events"):
        gives(lambda given: post(given["answer_to"], some(given, event("services-shown"))) and None, task)
