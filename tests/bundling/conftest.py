"""One signed bundle for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from uec_booking.harness.bundling.keys import as_pem
from uec_booking.harness.cli import main

from ..judging.stored import Command, called, stored
from .bundles import members, small_run


@dataclass(frozen=True)
class Signed:
    """A signed bundle of a small run, and the keys of the signer and of somebody else."""

    run: Path
    path: Path
    key: Path
    public: Path
    other_public: Path
    members: dict[str, bytes]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Command:
    return called(capsys)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("signed")
    key, public = _pair(folder / "key.pem")
    _, other = _pair(folder / "other.pem")
    run = stored(folder / "run", small_run())
    assert main(["bundle", str(run), "--key", str(key), "--out", str(folder / "b.zip")]) == 0
    return Signed(run, folder / "b.zip", key, public, other, members(folder / "b.zip"))


def _pair(path: Path) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = path.with_suffix(".public.pem")
    public.write_bytes(as_pem(key.public_key()))
    return path, public
