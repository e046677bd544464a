"""What `doctor` says of slips in a settings file and on the command line: where, and what is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from uec_booking.harness.cli import main

from ..support.program import World
from ..support.within import here
from .conftest import Doctor


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://::1:8443/x", 'IPv6 address without brackets. Write "https://[::1]:8443/x".'),
        ("http://2001:db8::10/x/y", 'Write "http://[2001:db8::10]/x/y".'),
        ("https://localhost/x/metadata", "is the address of metadata, not of the service. Write the service root"),
        ("https://localhost/x/Appointment/", '"https://localhost/x"'),
        ("https://localhost/x/Slot", '"https://localhost/x"'),
        (
            "https://localhost:99999/x",
            "is not the address of a system: the port '99999' is not a number from 1 to 65535",
        ),
        ("https://localhost:0/x", "the port '0' is not a number from 1 to"),
        ("https://localhost:https/x", "the port 'https' is not a number from 1 to"),
        ("localhost:8443/x", "the scheme is missing, as in https://localhost:8443/x."),
        ("//localhost/x", "the scheme is missing, as in https://localhost/x."),
        ("ftp://localhost/x", "the scheme 'ftp' is neither https nor http"),
        ("https:/localhost/x", "the host is missing"),
        ("https://[x]/x", "no IPv6 address in its brackets"),
        ("https://localhost/x?a=1", "it has a query ('a=1')"),
        ("https://localhost/x#a", "it has a fragment ('a')"),
        ("https://localhost/a b", "it holds ' ', which no address can"),
        ("https://localhost/\u00e9", "it holds '\\xe9', which no address can"),
    ],
)
def test_an_address_with_a_slip_in_it(doctor: Doctor, url: str, words: str) -> None:
    status, said = doctor(url)
    assert status == 3
    assert words in said


@pytest.mark.parametrize("url", ["https://me:hush@localhost/x", "me:hush@localhost/x"])
def test_a_password_in_an_address_is_not_shown(doctor: Doctor, url: str) -> None:
    status, said = doctor(url)
    assert status == 3
    assert "provider.base_url: there is a user name or a password in it." in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('base_ulr = "x"', "the key 'base_ulr' is not known. Did you mean base_url?"),
        ('audiance = "x"', "Did you mean audience?"),
        ('zzz = "x"', "the key 'zzz' is not known. Known are:"),
    ],
)
def test_a_key_that_is_nearly_one(doctor: Doctor, line: str, words: str) -> None:
    status, said = doctor("https://localhost:1/x", line)
    assert status == 3
    assert words in said


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8-sig", "cannot be reached"),
        ("utf-16", "is in UTF-16. Save it as UTF-8"),
        ("utf-16-be", "is not in UTF-8"),
        ("latin-1", "is not in UTF-8: byte 0xe9 in line 2. Save it as UTF-8"),
    ],
)
def test_the_encoding_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, words: str
) -> None:
    url = "https://localhost:1/x"
    parts = "".join(
        f'[{key}]\nname = "Café"\nbase_url = "{url}"\n[{key}.services]\nlater = "1"\n'
        for key in ("provider", "second_provider")
    )
    text = f'{parts}[registry]\nbase_url = "{url}"\n'
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    words = "is in UTF-16" if mark else words
    (tmp_path / "settings.toml").write_bytes(mark + text.encode(encoding))
    assert main(["doctor", "--config", str(tmp_path / "settings.toml")]) == 3
    said = capsys.readouterr()
    assert words in " ".join((said.out + said.err).split())


# -- without a file ------------------------------------------------------------------


def test_the_authority_on_the_command_line(world: World, tmp_path: Path) -> None:
    base = world.config["provider"]["base_url"]
    systems = ("--provider", base, "--service", "2000000001")
    good = here("doctor", *systems, "--ca", world.ca)
    assert good.status == 0, good.out + good.err
    unknown = here("doctor", *systems)
    assert unknown.status == 3
    assert "--ca" in unknown.out
    absent = here("doctor", *systems, "--ca", tmp_path / "absent.pem")
    assert absent.status == 3
    assert "absent.pem" in absent.paragraph()
    alone = here("doctor", "--ca", world.ca)
    assert alone.status == 3
    assert "--provider" in alone.paragraph()
