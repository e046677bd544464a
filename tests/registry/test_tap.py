"""The tap, as a user meets it: named in the settings before a registry that providers reach through it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.program import World, assured, failed, uec, verdicts

#: What passes the tap only.
SEEN_AT_THE_TAP = ("REG-06", "REG-07", "REG-08", "REG-12", "REG-13", "REG-21")

#: Defects of what providers do towards the registry that do not get in each other's way, and what they break.
OF_PROVIDERS = {
    "registry-told-comment": "REG-06",
    "registry-told-wrong-start": "REG-07",
    "registry-told-again": "REG-10",
    "registry-searched-by-patient": "REG-12",
    "registry-updated-unread": "REG-13",
    "registry-called-as-a-provider": "REG-22",
}
#: The same of a registry.
OF_REGISTRIES = {
    "registry-answers-200": "REG-01",
    "registry-shows-newest": "REG-05",
    "registry-accepts-anything": "REG-09",
    "registry-shows-more": "REG-14",
    "registry-pages": "REG-15",
    "registry-accepts-changes": "REG-18",
    "registry-needs-no-if-match": "REG-19",
    "registry-needs-no-token": "REG-20",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def tapped(launch: Callable[..., World]) -> Callable[..., Path]:
    """Launches a world whose providers are told of a tap; gives the settings file that names the tap."""

    def start(*options: str, scheme: str = "http") -> Path:
        place = f"localhost:{_free_port()}"
        world = launch("--http", "--registry-url", f"{scheme}://{place}/registry/STU3/1", *options)
        return world.settings(
            "tapped", lambda text: text.replace("[registry]", f'[registry]\ntap = "{scheme}://{place}"')
        )

    return start


@pytest.fixture(scope="module")
def untapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose providers write to the registry itself, for tests that change the settings alone."""
    with World(tmp_path_factory.mktemp("untapped"), "--http") as started:
        yield started


def test_what_providers_owe_is_judged_by_what_passed_the_tap(tapped: Callable[..., Path], tmp_path: Path) -> None:
    only = "registry and (REG-06 or REG-12 or REG-21)"
    done = uec("assure", "--config", tapped(), "--only", only, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    found = verdicts(tmp_path / "out")
    assert {name: found[name] for name in SEEN_AT_THE_TAP} == dict.fromkeys(SEEN_AT_THE_TAP, "PASS")
    # Of the tokens that passed only the form is written down.
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or b"Bearer eyJ" not in path.read_bytes(), path


def test_defects_of_providers_are_found_at_the_tap(tapped: Callable[..., Path], tmp_path: Path) -> None:
    config = tapped(*(f"--defect={name}" for name in OF_PROVIDERS))
    only = " or ".join(OF_PROVIDERS.values())
    done = assured("--config", config, "--only", f"registry and ({only})", "--out", tmp_path / "out")
    assert done.status == 1, done.out + done.err
    assert failed(tmp_path / "out") >= set(OF_PROVIDERS.values()), done.out


def test_defects_of_a_registry_are_found(launch: Callable[..., World], tmp_path: Path) -> None:
    config = launch("--http", *(f"--defect={name}" for name in OF_REGISTRIES)).file
    only = " or ".join(OF_REGISTRIES.values())
    done = assured("--config", config, "--only", f"registry and ({only})", "--out", tmp_path / "out")
    assert done.status == 1, done.out + done.err
    assert failed(tmp_path / "out") >= set(OF_REGISTRIES.values()), done.out


def test_without_a_tap_it_is_left_to_a_person(untapped: World, tmp_path: Path) -> None:
    config = untapped.settings("untapped", lambda text: re.sub("tap = .*", "", text))
    assured("--config", config, "--only", "REG-06 or REG-12", "--out", tmp_path / "out")
    found = verdicts(tmp_path / "out")
    assert {found["REG-06"], found["REG-12"]} == {"TO-ATTEST"}


def test_so_it_is_where_the_provider_goes_another_way(untapped: World, tmp_path: Path) -> None:
    place = f"localhost:{_free_port()}"
    config = untapped.settings("idle", lambda text: re.sub("tap = .*", f'tap = "{place}"', text))
    short = config.read_text(encoding="utf-8") + "\n[limits]\nregistry_seconds = 1.0\n"
    config.write_text(short, encoding="utf-8")
    assured("--config", config, "--only", "REG-06", "--out", tmp_path / "out")
    assert verdicts(tmp_path / "out")["REG-06"] == "TO-ATTEST"


def test_a_tap_that_cannot_listen_is_a_wrong_setting(untapped: World, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        config = untapped.settings("taken", lambda text: re.sub("tap = .*", f'tap = "{place}"', text))
        done = uec("assure", "--config", config, "--only", "REG-06", "--out", tmp_path / "out")
    assert done.status == 3
    assert "registry.tap" in done.paragraph()


def test_a_registry_is_called_with_tokens_of_its_own_service(untapped: World, tmp_path: Path) -> None:
    service = untapped.control("GET", "/registry/clients")
    client = service["clients"][0]
    lines = [
        "",
        "[registry.oauth]",
        f'token_url = "{service["token_url"]}"',
        f'client_id = "{client["client_id"]}"',
        f'client_secret = "{client["client_secret"]}"',
        "",
    ]
    config = untapped.settings("oauth", lambda text: text + "\n".join(lines))
    done = assured("--config", config, "--only", "REG-01 or REG-20", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert client["client_secret"].encode() not in written

    wrong = config.read_text(encoding="utf-8").replace(client["client_secret"], "wrong")
    config.write_text(wrong, encoding="utf-8")
    done = assured("--config", config, "--only", "REG-01", "--out", tmp_path / "out")
    assert done.status != 0
    assert "registry.oauth" in done.out + done.err
