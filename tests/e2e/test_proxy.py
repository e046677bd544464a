"""A system behind an HTTP proxy: reached through it where the settings name it, and only then."""

from __future__ import annotations

import base64
import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..foreign import generous_provider
from ..foreign.generous_data import SERVICE
from ..support.program import assured, results
from ..support.within import here
from ..support.wsgi_serving import serving

#: Only the proxy knows where that is.
HOST = "behind.example"


class _Proxy(ThreadingHTTPServer):
    """Leads ``HOST``, at any port, to that port of this machine; whoever does not say who he is gets 407."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[str] = []


class _Asked(BaseHTTPRequestHandler):
    server: _Proxy

    def do_CONNECT(self) -> None:
        if not self._may():
            return
        with self._system(self.path.rpartition(":")[2]) as system:
            self.send_response(200, "Connection established")
            self.end_headers()
            _passed_on(self.connection, system)
        self.close_connection = True

    def do_GET(self) -> None:
        if not self._may():
            return
        address = urlsplit(self.path)
        assert address.hostname == HOST, self.path
        headers = "".join(f"{k}: {v}\r\n" for k, v in self.headers.items() if not k.lower().startswith("proxy-"))
        with self._system(address.port or 80) as system:
            path = address.path + (f"?{address.query}" if address.query else "")
            system.sendall(f"GET {path} HTTP/1.0\r\n{headers}\r\n".encode())
            while data := system.recv(65536):
                self.connection.sendall(data)
        self.close_connection = True

    def _may(self) -> bool:
        self.server.asked.append(f"{self.command} {self.path.partition('?')[0]}")
        known = "Basic " + base64.b64encode(b"me:hu sh").decode()
        if self.headers["Proxy-Authorization"] == known:
            return True
        self.send_error(407)
        return False

    @staticmethod
    def _system(port: int | str) -> socket.socket:
        return socket.create_connection(("127.0.0.1", int(port)), 20)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _passed_on(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select.select([one, other], [], [], 20)
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
        if not ready:
            return


@contextmanager
def proxy() -> Iterator[_Proxy]:
    with _Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(timeout=30)


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[_Proxy, str]]:
    """A proxy, and the settings of a system behind it, which has its certificate for that name."""
    tls = bool(request.param)
    with ExitStack() as ends:
        server = ends.enter_context(proxy())
        names = ("localhost", HOST)
        served = ends.enter_context(
            serving(generous_provider.make_app, tmp_path, path="/gw/STU3/2/urgent", tls=tls, names=names)
        )
        root = served.root.replace("localhost", HOST)
        ca = f'ca = "{served.ca}"' if tls else ""
        yield (
            server,
            f'[provider]\nbase_url = "{root}"\naudience = "{served.root}"\n[provider.services]\nlater = "{SERVICE}"\n'
            f"[tls]\n{ca}\n",
        )


def ask(folder: Path, text: str) -> tuple[int, str]:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    done = here("doctor", "--config", path)
    return done.status, " ".join((done.out + done.err).split())


def named(server: _Proxy, password: str = "hu sh") -> str:
    return f'[proxy]\nurl = "http://localhost:{server.server_port}"\nuser = "me"\npassword = "{password}"\n'


@pytest.mark.parametrize("settings", [False, True], indirect=True, ids=["http", "https"])
def test_a_system_is_reached_through_the_proxy_that_is_named(settings: tuple[_Proxy, str], tmp_path: Path) -> None:
    server, text = settings
    status, said = ask(tmp_path, text + named(server))
    assert (status, said.endswith("A run is possible.")) == (0, True), said
    assert f"note provider: requests go through the proxy localhost:{server.server_port} (proxy.url in " in said
    assert server.asked and all(HOST in one for one in server.asked)
    assert "hu sh" not in said and "hu%20sh" not in said


@pytest.mark.parametrize("settings", [True], indirect=True, ids=["https"])
def test_a_proxy_that_lets_nobody_through_is_named(settings: tuple[_Proxy, str], tmp_path: Path) -> None:
    server, text = settings
    status, said = ask(tmp_path, text + named(server, "another"))
    assert status == 3
    assert "407 Proxy Authentication Required. Requests go through the proxy localhost:" in said
    assert "see that it is there, and lets requests to this system through" in said
    assert "another" not in said


@pytest.mark.parametrize("settings", [True], indirect=True, ids=["https"])
def test_a_proxy_of_the_environment_is_not_used(
    settings: tuple[_Proxy, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, text = settings
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hu%20sh@localhost:{server.server_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    status, said = ask(tmp_path, text)
    assert status == 3
    assert "HTTPS_PROXY is set, and is not honoured" in said and "name it as url in [proxy]" in said
    assert server.asked == []


@pytest.mark.parametrize("settings", [True], indirect=True, ids=["https"])
def test_a_run_goes_through_it(settings: tuple[_Proxy, str], tmp_path: Path) -> None:
    server, text = settings
    config = tmp_path / "settings.toml"
    config.write_text(text + named(server), encoding="utf-8")
    done = assured("--config", config, "--only", "PRV-BOOK-01 and not explored", "--out", tmp_path / "out")
    assert done.status in (0, 2), done.out + done.err
    found = {one["id"]: one["verdict"] for one in results(tmp_path / "out")["requirements"]}
    assert found["PRV-BOOK-01"] == "PASS"
    assert "hu sh" not in json.dumps(results(tmp_path / "out"))


@pytest.mark.parametrize("url", ["https://proxy.example:8080", "http://proxy.example:8080/path", "proxy.example:8080"])
def test_what_is_no_address_of_a_proxy_is_refused(url: str, tmp_path: Path) -> None:
    text = f'[provider]\nbase_url = "http://x.example/y"\n[proxy]\nurl = "{url}"\n'
    status, said = ask(tmp_path, text)
    assert status == 3
    assert "proxy.url:" in said and "Write it as" in said
