"""Where a webhook that has answered 202 posts what came of a task: events on the way, and the answer at its end.

It listens on the loopback interface alone. Each task has an address of its own, with a secret in it that cannot be
guessed: only whoever was given the task can post there.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cheroot import wsgi
from cheroot.errors import MaxSizeExceeded

from ...errors import SettingsError
from ...http.serving import begun
from ...text import ended, one_line
from ..contract import LONGEST_ANSWER, Answer, Event, NoAnswer, answer_to, events_posted, is_answer

_THREADS = 4
_IDLE_SECONDS = 30
#: One task takes no more posts and no more events than these.
_MOST_POSTS = 1_000
_MOST_EVENTS = 10_000
_KEPT = 1_000


@dataclass
class Posted:
    """What was posted about one task so far. ``problem``: what was posted last could not be used, and why."""

    task: Mapping[str, Any]
    events: list[Event] = field(default_factory=list)
    answer: Answer | None = None
    problem: str = ""
    ended: threading.Event = field(default_factory=threading.Event)
    seen: set[bytes] = field(default_factory=set)

    def with_events(self, answer: Answer) -> Answer:
        """The answer, with the events that were posted before it; one that it repeats is there once."""
        later = (event for event in answer.events if event not in self.events)
        return replace(answer, events=(*self.events, *later))


class AnswerBox:
    """Takes posts about the tasks that wait for their answer.

    Raises:
        SettingsError: there is no free port on the loopback interface.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, Posted] = {}
        #: Addresses of tasks that have ended, the oldest first: what comes there comes late.
        self._over: dict[str, str] = {}
        self._server = wsgi.Server(("127.0.0.1", 0), self._app, numthreads=_THREADS, timeout=_IDLE_SECONDS)
        self._server.max_request_body_size = LONGEST_ANSWER
        self._server.error_log = _said  # type: ignore[method-assign,assignment]
        try:
            self._thread = begun(self._server, "answers of the webhook")
        except OSError as problem:
            raise SettingsError(
                f"Nothing can listen for the answers of the consumer's webhook: {ended(problem)} "
                "Let this machine listen on its loopback interface."
            ) from None
        self._root = f"http://127.0.0.1:{self._server.bind_addr[1]}/answers/"

    def close(self) -> None:
        self._server.stop()
        self._thread.join(timeout=_IDLE_SECONDS)

    def open(self, task: Mapping[str, Any]) -> tuple[str, Posted]:
        """An address for posts about this task from now on, and what will have come there."""
        secret, posted = secrets.token_urlsafe(32), Posted(task)
        with self._lock:
            self._waiting[secret] = posted
        return self._root + secret, posted

    def shut(self, address: str, why: str) -> None:
        """Take no more posts about a task: what comes is told why."""
        secret = address.removeprefix(self._root)
        with self._lock:
            self._waiting.pop(secret, None)
            self._over[secret] = why
            while len(self._over) > _KEPT:
                del self._over[next(iter(self._over))]

    def _app(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, text = self._taken(environ)
        body = f"{text}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        start(status, [*headers, ("Cache-Control", "no-store"), *([("Allow", "POST")] if "405" in status else [])])
        return [body]

    def _taken(self, environ: dict[str, Any]) -> tuple[str, str]:
        secret = str(environ["PATH_INFO"]).removeprefix("/answers/")
        with self._lock:
            posted, over = self._waiting.get(secret), self._over.get(secret)
        if posted is None and over is None:
            return "404 Not Found", "No task has this address. Post to answer_to of the task, as it is there."
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", "Answers and events are taken by POST."
        try:
            body = environ["wsgi.input"].read(LONGEST_ANSWER + 1)
        except MaxSizeExceeded:
            body = b" " * (LONGEST_ANSWER + 1)
        if len(body) > LONGEST_ANSWER:
            return "413 Content Too Large", f"What is posted may have {LONGEST_ANSWER} bytes."
        if posted is None:
            return "410 Gone", f"This came too late: {over}."
        with self._lock:
            return _kept(posted, body)


def _kept(posted: Posted, body: bytes) -> tuple[str, str]:
    """Keep what was posted; what cannot be used ends the task, for it cannot be told what it was to say."""
    digest = hashlib.sha256(body).digest()
    if digest in posted.seen:
        return "200 OK", "This was taken already: it is not counted twice."
    if posted.ended.is_set():
        return "409 Conflict", "The task has its answer already: this is not counted."
    posted.seen.add(digest)
    try:
        if is_answer(body):
            posted.answer = posted.with_events(answer_to(posted.task, body))
            posted.ended.set()
            return "200 OK", "The answer was taken: the task has ended."
        posted.events += (event for event in events_posted(posted.task, body) if event not in posted.events)
        if len(posted.seen) > _MOST_POSTS or len(posted.events) > _MOST_EVENTS:
            raise NoAnswer(f"it posted more than {_MOST_POSTS} times, or more than {_MOST_EVENTS} events")
    except NoAnswer as problem:
        posted.problem = str(problem)
        posted.ended.set()
        return "400 Bad Request", f"This cannot be used, and the task ends with it: {one_line(problem, 600)}."
    return "200 OK", "The events were taken; the answer is still to come."


def _said(message: str = "", level: int = logging.ERROR, traceback: bool = False) -> None:
    """What the server has to say, mostly of callers that break their connection."""
    logging.getLogger(__name__).debug(message, exc_info=traceback)
