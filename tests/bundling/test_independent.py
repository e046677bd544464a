"""A bundle is verified with programs that are not ours: openssl and sha256sum."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from uec_booking.harness.bundling.statement import signed_bytes

from ..judging.stored import Command
from .bundles import members, openssl, succeeded, written
from .conftest import Signed


@pytest.fixture
def unpacked(signed: Signed, tmp_path: Path) -> Path:
    for name, content in signed.members.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_encoding_is_that_of_dsse() -> None:
    """The example of its protocol, with our type of payload."""
    assert signed_bytes(b"hello world") == b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"


def test_the_signature_is_verified_by_the_lines_of_its_readme(signed: Signed, unpacked: Path) -> None:
    """As they are printed, in a shell, with openssl; and the signed statement is the one that lies there."""
    openssl("version")
    readme = (unpacked / "README.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in readme.splitlines() if line.startswith("    ") and "openssl ts" not in line]
    assert len(lines) == 6
    for key, status in ((signed.public, 0), (signed.other_public, 1)):
        shutil.copy(key, unpacked / "PUBLIC.pem")
        said = subprocess.run(
            ["sh", "-euc", "\n".join(lines)], cwd=unpacked, capture_output=True, text=True, timeout=60
        )
        assert said.returncode == status, said
        listing = hashlib.sha256(signed.members["manifest.sha256"]).hexdigest()
        assert said.stdout.count(listing) == 2
    envelope = json.loads((unpacked / "statement.dsse.json").read_text(encoding="utf-8"))
    assert base64.b64decode(envelope["payload"]) == signed.members["statement.json"]


def test_sha256sum_verifies_the_manifest(unpacked: Path) -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    check = [program, "--check", "--strict", "manifest.sha256"]
    assert subprocess.run(check, cwd=unpacked, capture_output=True, timeout=60).returncode == 0
    (unpacked / "report.html").write_bytes(b"changed")
    assert subprocess.run(check, cwd=unpacked, capture_output=True, timeout=60).returncode == 1


def test_a_key_made_by_openssl_signs(call: Command, signed: Signed, tmp_path: Path) -> None:
    succeeded("genpkey", "-algorithm", "ed25519", "-out", tmp_path / "key.pem")
    succeeded("pkey", "-in", tmp_path / "key.pem", "-pubout", "-out", tmp_path / "public.pem")
    assert call("bundle", signed.run, "--key", tmp_path / "key.pem", "--out", tmp_path / "b.zip").status == 0
    assert call("verify", tmp_path / "b.zip", "--key", tmp_path / "public.pem").status == 0
    succeeded("pkey", "-in", tmp_path / "key.pem", "-aes256", "-passout", "pass:x", "-out", tmp_path / "locked.pem")
    said = call("bundle", signed.run, "--key", tmp_path / "locked.pem", "--out", tmp_path / "c.zip")
    assert "is locked with a password" in said.paragraph()
    succeeded("genpkey", "-algorithm", "x25519", "-out", tmp_path / "x.pem")
    said = call("bundle", signed.run, "--key", tmp_path / "x.pem", "--out", tmp_path / "c.zip")
    assert "another sort than Ed25519" in said.paragraph()


# -- time stamps ---------------------------------------------------------------------------

_CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The folder of a time-stamp authority."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "tsa.cnf").write_text(_CONFIG, encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="ascii")
    name = ("-nodes", "-newkey", "rsa:2048", "-subj")
    succeeded("req", "-x509", *name, "/CN=Test root", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", cwd=folder)
    succeeded(
        "req", "-x509", *name, "/CN=Other root", "-keyout", "other.key", "-out", "other.pem", "-days", "2", cwd=folder
    )
    succeeded("req", *name, "/CN=Test time stamps", "-keyout", "tsa.key", "-out", "tsa.csr", cwd=folder)
    succeeded(
        *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "2"),
        *("-extfile", "tsa.cnf", "-extensions", "leaf", "-out", "tsa.pem"),
        cwd=folder,
    )
    return folder


@pytest.fixture
def address(authority: Path) -> Iterator[str]:
    """The authority as a server: /stamp gives stamps, all else something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = 200, b"<p>Please log in.</p>"
            if self.path == "/stamp":
                answer = _reply(authority, query)
            elif self.path == "/again":
                answer = (authority / "reply").read_bytes()
            elif self.path == "/long":
                answer = bytes(200_000)
            elif self.path == "/broken":
                status = 500
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _reply(folder: Path, query: bytes) -> bytes:
    (folder / "query").write_bytes(query)
    succeeded(
        *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key"),
        *("-out", "reply"),
        cwd=folder,
    )
    return (folder / "reply").read_bytes()


def test_a_time_stamp_is_had_and_verified(
    call: Command, signed: Signed, authority: Path, address: str, tmp_path: Path
) -> None:
    out, ca = tmp_path / "b.zip", authority / "ca.pem"
    said = call("bundle", signed.run, "--key", signed.key, "--timestamp", f"{address}/stamp", "--out", out)
    assert said.status == 0, said
    found = members(out)
    assert {name: content for name, content in found.items() if name != "statement.tsr"} == signed.members
    said = call("verify", out, "--key", signed.public, "--timestamp-ca", ca)
    assert said.status == 0 and "by the time stamp of the authority" in said.words, said
    said = call("verify", out, "--key", signed.public)
    assert said.status == 0 and "of which nobody vouches here" in said.words
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    told = succeeded(
        *("ts", "-verify", "-data", "statement.dsse.json", "-in", "statement.tsr", "-CAfile", ca), cwd=tmp_path
    )
    assert b"OK" in told

    # Of another statement, of another authority, changed, and left out.
    call("bundle", signed.run, "--timestamp", f"{address}/stamp", "--out", tmp_path / "unsigned.zip")
    swapped = {**found, "statement.tsr": members(tmp_path / "unsigned.zip")["statement.tsr"]}
    said = call("verify", written(tmp_path / "swapped.zip", swapped), "--timestamp-ca", ca)
    assert said.status == 1 and "the time stamp of something else" in said.words
    said = call("verify", out, "--timestamp-ca", authority / "other.pem")
    assert said.status == 1 and "does not come from the authority in" in said.words
    stamp = bytearray(found["statement.tsr"])
    stamp[-20] ^= 1
    said = call("verify", written(tmp_path / "f.zip", {**found, "statement.tsr": bytes(stamp)}), "--timestamp-ca", ca)
    assert said.status == 1 and "WRONG" in said.out
    assert call("verify", signed.path, "--timestamp-ca", ca).status == 1
    assert "cannot be read from" in call("verify", out, "--timestamp-ca", signed.key).paragraph()


def test_an_authority_that_gives_no_stamp_is_told(
    call: Command, signed: Signed, authority: Path, address: str, tmp_path: Path
) -> None:
    call("bundle", signed.run, "--timestamp", f"{address}/stamp", "--out", tmp_path / "b.zip")
    for path, why in (
        ("again", "answers another request"),
        ("long", "too long"),
        ("broken", "status 500"),
        ("page", "no answer of RFC 3161"),
    ):
        said = call("bundle", signed.run, "--timestamp", f"{address}/{path}", "--out", tmp_path / "c.zip").paragraph()
        assert why in said and not (tmp_path / "c.zip").exists()
    assert (
        "did not answer"
        in call("bundle", signed.run, "--timestamp", "http://127.0.0.1:1/", "--out", tmp_path / "c.zip").paragraph()
    )
