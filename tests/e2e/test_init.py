"""The settings file that `init` writes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import ROLES, Limits

from ..foreign import generous_provider
from ..foreign.generous_data import SERVICE
from ..support.program import PATIENCE, PROGRAM, uec
from ..support.within import here
from ..support.wsgi_serving import Served, serving


def test_init_writes_settings_that_can_be_read_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert here("init", path).status == 0
    assert load.load(path).parts.keys() == {"provider"}
    assert not re.search(r"@[A-Z]+", path.read_text(encoding="utf-8"))
    path.write_text("precious\n", encoding="utf-8")
    done = here("init", path)
    assert done.status == 3
    assert "--force" in done.paragraph()
    assert path.read_text(encoding="utf-8") == "precious\n"
    assert here("init", path, "--force").status == 0
    assert load.load(path)


#: The settings that name the door of a consumer: it has one of them.
DOORS = ("command", "webhook", "door", "recording")


@pytest.mark.parametrize("door", DOORS)
def test_each_setting_that_init_explains_is_known(door: str, tmp_path: Path) -> None:
    """With every comment that holds a setting made one, the file still reads, and names all there is."""
    path = tmp_path / "all.toml"
    assert here("init", path).status == 0
    lines = [line.removeprefix("# ") for line in path.read_text(encoding="utf-8").splitlines()]
    settings = [line for line in lines if line[:1] == "[" or " = " in line]
    assert {line.split(" = ")[0] for line in settings} >= set(DOORS)
    # A command alone can be one that keeps running.
    others = {*DOORS, "keeps_running"} - {door} - ({"keeps_running"} if door == "command" else set())
    settings = [line for line in settings if line.split(" = ")[0] not in others]
    (tmp_path / "taken.toml").write_text("\n".join(settings), encoding="utf-8")
    data = tomllib.loads("\n".join(settings))
    assert {*ROLES, "organisations", "patients", "tls", "limits", "control", "reading"} <= data.keys()
    assert {"tap", "tap_certificate", "tap_key", "tap_authority", "oauth", "token"} <= data["registry"].keys()
    assert data["limits"].keys() == vars(Limits()).keys()
    files = ("authority.pem", "client.pem", "client-key.pem", "ca.pem", "tap.pem", "tap-key.pem", "recording.jsonl")
    for name in files:
        (tmp_path / name).touch()
    assert load.load(tmp_path / "taken.toml").parts.keys() == ROLES.keys()


# -- filled in -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A provider that is not ours, over HTTPS."""
    folder = tmp_path_factory.mktemp("system")
    with serving(generous_provider.make_app, folder, path="/gw/STU3/2/urgent", tls=True) as served:
        yield served


def assert_taken(path: Path, system: Served) -> None:
    """The doctor takes the file as it is, and nothing of the explanations is lost."""
    done = here("doctor", "--config", path)
    assert (done.status, done.err) == (0, ""), done.out
    assert load.load(path).part("provider").base_url == system.root
    assert path.read_text(encoding="utf-8").count("\n# ") > 50


def test_what_flags_say_is_filled_in(system: Served, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    flags = ("--service", SERVICE, "--ca", system.ca, "--name", 'The "Good" one', "--operator", "Zoë")
    assert here("init", path, "--provider", system.root, *flags, "--edition", "1.0.0").status == 0
    assert_taken(path, system)
    settings = load.load(path)
    assert (settings.part("provider").name, settings.operator) == ('The "Good" one', "Zoë")
    assert here("init", tmp_path / "two.toml", "--registry", "https://registry.example/STU3/1").status == 0
    assert load.load(tmp_path / "two.toml").capabilities == ("registry",)


def test_what_the_system_states_is_filled_in(system: Served, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    done = here("init", path, "--from", f"{system.root}/metadata", "--service", SERVICE, "--ca", system.ca)
    assert done.status == 0, done.err
    assert_taken(path, system)
    assert "xml" in load.load(path).capabilities
    untrusted = here("init", tmp_path / "other.toml", "--from", system.root)
    assert untrusted.status == 3 and "not trusted" in untrusted.paragraph()
    assert not (tmp_path / "other.toml").exists()


def test_it_asks_at_a_terminal(system: Served, tmp_path: Path) -> None:
    main, terminal = pty.openpty()
    answers = ["localhost/no-scheme", system.root, "Ours", SERVICE, "", "", "absent.pem", system.ca, "", ""]
    os.write(main, "".join(f"{answer}\n" for answer in answers).encode())
    command = [PROGRAM, "init", "mine.toml"]
    ended = subprocess.run(
        command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=tmp_path, timeout=PATIENCE, check=False
    )
    os.close(terminal)
    said = os.read(main, 20_000).decode()
    os.close(main)
    assert ended.returncode == 0, said
    assert "the scheme is missing" in said and "there is no file absent.pem" in said
    assert_taken(tmp_path / "mine.toml", system)


# -- settings of the environment -----------------------------------------------------


def test_every_setting_can_come_from_the_environment(
    system: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("hush\n", encoding="utf-8")
    values = {
        "PROVIDER__BASE_URL": system.root,
        "PROVIDER__SERVICES__LATER": SERVICE,
        "PROVIDER__ASID": "918999198999",
        "PROVIDER__TOKEN__FILE": str(tmp_path / "secret"),
        "CAPABILITIES": "xml, appointment-search",
        "LIMITS__READ_SECONDS": "7",
        "TLS__CA": system.ca,
    }
    for key, value in values.items():
        monkeypatch.setenv(f"UEC_BOOKING__{key}", value)
    alone = here("doctor")
    assert alone.err == ""
    told = " ".join(alone.out.split())
    assert "settings: the environment; edition 1.0.0; from the environment: UEC_BOOKING__CAPABILITIES" in told
    found = load.from_environment()
    assert found is not None
    assert (found.limits.read_seconds, found.part("provider").token) == (7, "hush")
    assert "hush" not in alone.out + repr(found) + json.dumps(found.public())
    # A file has the rest, and an option prevails.
    path = tmp_path / "mine.toml"
    path.write_text('operator = "Us"\n[provider]\nbase_url = "https://localhost:1/x"\n', encoding="utf-8")
    settings = load.load(path)
    assert (settings.operator, settings.part("provider").base_url) == ("Us", system.root)
    assert load.from_urls("https://localhost:2/x", "").part("provider").base_url == "https://localhost:2/x"


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PROVIDER__BASE_ULR", "https://x", "UEC_BOOKING__PROVIDER__BASE_ULR: the key 'base_ulr' is not known. Did"),
        ("PROVIDER__BASE_URL", "x y", "In the environment variable UEC_BOOKING__PROVIDER__BASE_URL: 'x y' is not the"),
        ("LIMITS__READ_SECONDS", "soon", "In the environment variable UEC_BOOKING__LIMITS__READ_SECONDS: 'soon' is"),
        ("PROVIDER__TOKEN", "hush\n", "UEC_BOOKING__PROVIDER__TOKEN: it cannot be sent in a header"),
        ("TLS__CLIENT_KEY_PASSWORD__FILE", "absent", "__FILE: the file absent cannot be read: No such file"),
        ("EDITION__X", "1", "there is no setting edition.x"),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, value: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[provider]\nbase_url = "https://localhost:1/x"\n', encoding="utf-8")
    monkeypatch.setenv(f"UEC_BOOKING__{variable}", value)
    done = here("doctor", "--config", path)
    assert done.status == 3
    assert words in done.paragraph() and "hush" not in done.paragraph()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--provider", "clinic", "the scheme is missing"), ("--ca", "absent.pem", "there is no file absent.pem")],
)
def test_a_value_that_cannot_be_is_refused_before_anything_is_written(
    option: str, value: str, said: str, tmp_path: Path
) -> None:
    done = uec("init", tmp_path / "mine.toml", option, value, cwd=tmp_path)
    assert done.status == 3
    assert f"{option}: " in done.paragraph() and said in done.paragraph()
    assert not (tmp_path / "mine.toml").exists()
