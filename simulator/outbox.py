"""What a provider owes the registry, delivered over HTTP in the background (REG-10 to REG-13, REG-26).

The messages are rows written in the same transaction as the booking or cancellation they tell of, so none is
lost while the registry, or this program, is away. Per appointment they go in order: of several processes over one
database one delivers at a time. A message that was sent
before, with its answer lost, is looked up at the registry before it is sent again: exactly once in effect.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Row, bindparam, select, update
from uec_booking.standard.names import URL_SYSTEM
from urllib3.exceptions import NewConnectionError

from . import database as db
from .clock import Clock
from .registry_tokens import Credentials, RegistryTokens
from .world import ProviderProfile

log = logging.getLogger("uec_booking.simulator")
# To be reached, and to be answered: long, because what is given up may still be carried out, and is not found by the
# search that comes before it is sent again.
TIME_LIMITS = (2.0, 30.0)
LONGEST_ENDING = 7.0
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
# Statements are made once: to put one together takes longer than to carry it out.
_FIRST = (
    select(db.outbox)
    .where(db.outbox.c.system == bindparam("of"), db.outbox.c.state == "waiting")
    .order_by(db.outbox.c.seq)
    .limit(1)
)
_MARK = (
    update(db.outbox)
    .where(db.outbox.c.seq == bindparam("which"))
    .values(state=bindparam("now"), attempts=bindparam("tried"))
)
# A pointer that keeps changing under our hands is tried this often in one go.
VERSION_TRIES = 3


class RegistryAway(Exception):
    """The registry cannot be reached, answered 5xx, or something between answered for it: try again later."""


class RegistryRefused(Exception):
    """The registry answered 4xx: sending the same again would not help (REG-26)."""


@dataclass(frozen=True)
class Way:
    """An address of the registry; `ca` is the file of the authority to trust there, empty for the usual ones."""

    url: str
    ca: str


@dataclass(frozen=True)
class RegistryLink:
    """How a provider reaches the registry: by the first of its ways at which anybody listens.

    `client` are the files of the provider's own certificate and key, if it has any.
    """

    ways: tuple[Way, ...]
    client: tuple[str, str] | None
    credentials: Credentials


class Outbox:
    """The delivery thread of one provider."""

    def __init__(
        self, database: db.Database, provider: ProviderProfile, clock: Clock, signed: Callable[[], bool]
    ) -> None:
        self.database = database
        self._tokens = RegistryTokens(provider, signed)
        self._provider = provider
        self._clock = clock
        self._link: RegistryLink | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"outbox-{provider.key}", daemon=True)

    def start(self, link: RegistryLink) -> None:
        """Begin to deliver; whatever an earlier run of the program left behind goes first."""
        self._link = link
        self._session.cert = link.client
        self._news.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to deliver."""
        self._news.set()

    @contextmanager
    def woken(self) -> Iterator[None]:
        """Wake it at the end of a transaction, also where nobody was told that it was committed: it may have been."""
        try:
            yield
        finally:
            self.wake()

    def stop(self) -> None:
        """End the thread; what is not delivered yet stays in the database."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout=LONGEST_ENDING)
        self._session.close()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            try:
                # Looked at first: who has nothing to deliver need not wait for another process that delivers.
                if self._next() is not None:
                    with self.database.alone(f"outbox {self._provider.key}"):
                        self._deliver_all()
                pause = FIRST_PAUSE
            except RegistryAway as reason:
                log.info("The registry is away (%s); trying again in %.1f s", reason, pause)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self._news.set()
            except Exception:
                log.exception("A message for the registry could not be delivered")
                self._stopping.wait(LONGEST_PAUSE)
                self._news.set()

    def _deliver_all(self) -> None:
        while (row := self._next()) is not None and not self._stopping.is_set():
            self._mark(row, "waiting", row.attempts + 1)
            try:
                self._tell(row)
                self._mark(row, "done", row.attempts + 1)
            except RegistryRefused as reason:
                log.warning("The registry rejected %s of %s: %s", row.kind, row.url, reason)
                self._mark(row, "refused", row.attempts + 1)
            except RegistryAway:
                if not self.stays_owed(row):
                    self._mark(row, "refused", row.attempts + 1)
                raise

    def stays_owed(self, row: Row[Any]) -> bool:
        """Whether a message is kept that could not be delivered because the registry is away: always (REG-10)."""
        return True

    def was_sent_before(self, row: Row[Any]) -> bool:
        """Whether the registry may know of it already, though its answer never came."""
        return bool(row.attempts > 0)

    def headers(self, link: RegistryLink) -> dict[str, str]:
        """The headers of every call: a token, the formats, and none of the proxy's (REG-21, REG-22)."""
        token = self._tokens.bearer(self._session, link.credentials, self._clock.now())
        return {
            "Authorization": f"Bearer {token}",
            "Accept": "application/fhir+json",
            "Content-Type": "application/fhir+json;charset=utf-8",
        }

    def find(self, url: str) -> dict[str, Any] | None:
        """The pointer to the appointment, by a search for its URL (REG-12); None if the registry has none."""
        return self.found(url, {"identifier": f"{URL_SYSTEM}|{url}"})

    def found(self, url: str, query: dict[str, str]) -> dict[str, Any] | None:
        """The pointer to the appointment among those that a search shows."""
        for entry in self._call("GET", "/Appointment", query=query).json().get("entry") or []:
            if any(identifier.get("value") == url for identifier in entry["resource"].get("identifier") or []):
                resource: dict[str, Any] = entry["resource"]
                return resource
        return None

    def read(self, pointer: dict[str, Any]) -> dict[str, Any]:
        """The pointer as it is now: read immediately before the update, although the search showed it (REG-13)."""
        current: dict[str, Any] = self._call("GET", f"/Appointment/{pointer['id']}").json()
        return current

    def _next(self) -> Row[Any] | None:
        with self.database.read() as tx:
            return tx.execute(_FIRST, {"of": self._provider.key}).first()

    def _mark(self, row: Row[Any], state: str, attempts: int) -> None:
        with self.database.write() as tx:
            tx.execute(_MARK, {"which": row.seq, "now": state, "tried": attempts})

    def _tell(self, row: Row[Any]) -> None:
        if row.kind == "book":
            if self.was_sent_before(row) and self.find(row.url) is not None:
                return
            self._call("POST", "/Appointment", body=json.loads(row.body))
        else:
            self._cancel(row.url)

    def _cancel(self, url: str) -> None:
        for _ in range(VERSION_TRIES):
            known = self.find(url)
            if known is None:
                raise RegistryRefused("it has no entry for this appointment")
            pointer = self.read(known)
            if pointer["status"] != "booked":
                return
            headers = {"If-Match": f'W/"{pointer["meta"]["versionId"]}"'}
            body = {**pointer, "status": "cancelled"}
            answer = self._call("PUT", f"/Appointment/{pointer['id']}", body, headers, accept_conflict=True)
            if answer.status_code not in (409, 412):
                return
        raise RegistryAway("the entry keeps changing")

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        accept_conflict: bool = False,
    ) -> requests.Response:
        assert self._link is not None
        try:
            answer = self._send(self._link, method, path, body, headers or {}, query)
            if answer.status_code == 403 and not _is_a_page(answer):
                # The token may have ended early, with a restart of the registry; a new one is worth one try.
                self._tokens.forget()
                answer = self._send(self._link, method, path, body, headers or {}, query)
        except requests.RequestException as error:
            raise RegistryAway(type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise RegistryAway(f"HTTP {answer.status_code}")
        if _is_a_page(answer):
            raise RegistryAway(f"HTTP {answer.status_code} with a page of something between")
        if answer.status_code >= 400 and not (accept_conflict and answer.status_code in (409, 412)):
            raise RegistryRefused(f"HTTP {answer.status_code}: {answer.text[:300]}")
        return answer

    def _send(
        self,
        link: RegistryLink,
        method: str,
        path: str,
        body: object,
        headers: dict[str, str],
        query: dict[str, str] | None,
    ) -> requests.Response:
        everything = {**self.headers(link), **headers}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        for way in link.ways:
            last = way is link.ways[-1]
            if not last and way.ca and not Path(way.ca).is_file():
                continue
            try:
                return self._session.request(
                    method,
                    way.url + path,
                    params=query,
                    data=data,
                    headers=everything,
                    timeout=TIME_LIMITS,
                    verify=way.ca or True,
                )
            except requests.ConnectionError as error:
                # Whoever was reached may have heard of it, and then no other is told.
                if last or not _nobody_was_reached(error):
                    raise
        raise AssertionError("a link has a way")


def _is_a_page(answer: requests.Response) -> bool:
    """Whether a login or a gateway answered: that says nothing of what the registry did."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "text/html"


def _nobody_was_reached(error: requests.ConnectionError) -> bool:
    """Whether there was no connection, or none to one whose certificate holds."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.exceptions.SSLError) or isinstance(reason, NewConnectionError)
