"""Wrong settings: each ends with one paragraph that says what to change, and no traceback."""

from __future__ import annotations

import datetime
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import ROLES, Limits

from ..support.hostile_peers.behaviours import serving
from ..support.hostile_peers.catalogue import PEERS
from ..support.hostile_peers.peer import Peer
from ..support.program import World, uec

ROOT = Path(__file__).resolve().parents[2]
YESTERDAY = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)

#: Hostile peers of several kinds; what each is answered with is told in docs/hostile-peers.md.
A_FEW = ("hangs", "drips-headers", "garbage", "closes", "redirects-without-end", "many-attributes", "early-hints")


def _base(world: World) -> str:
    return str(world.config["provider"]["base_url"])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _client_certificate(world: World, expires: datetime.datetime | None) -> Callable[[str], str]:
    issued = trustme.CA().issue_cert("client.example", not_after=expires)
    name = "expired" if expires else "current"
    issued.cert_chain_pems[0].write_to_path(str(world.folder / f"{name}.pem"))
    issued.private_key_pem.write_to_path(str(world.folder / f"{name}-key.pem"))
    return lambda text: text.replace('"sim-client.pem"', f'"{name}.pem"').replace(
        '"sim-client-key.pem"', f'"{name}-key.pem"'
    )


def _unknown_authority(world: World) -> Callable[[str], str]:
    trustme.CA().cert_pem.write_to_path(str(world.folder / "other-ca.pem"))
    return lambda text: text.replace('ca = "sim-ca.pem"', 'ca = "other-ca.pem"')


def _no_certificate(world: World) -> Callable[[str], str]:
    (world.folder / "empty.pem").write_text("nothing\n", encoding="utf-8")
    return lambda text: text.replace('ca = "sim-ca.pem"', 'ca = "empty.pem"')


def _with(old: str, new: str) -> Callable[[World], Callable[[str], str]]:
    return lambda world: lambda text: text.replace(old, new)


def _organisation(key: str, value: str) -> Callable[[World], Callable[[str], str]]:
    def change(text: str) -> str:
        before, table, after = text.partition("[organisations.first_111]")
        return before + table + re.sub(f'^{key} = ".*"$', lambda _: f'{key} = "{value}"', after, count=1, flags=re.M)

    return lambda world: change


def _capabilities(line: str) -> Callable[[World], Callable[[str], str]]:
    return lambda world: lambda text: re.sub("^capabilities = .*$", line, text, count=1, flags=re.M)


def _patient(number: str) -> str:
    return (
        f'\n[[patients]]\nnhs_number = "{number}"\nfamily = "O\'Test"\ngiven = "Zoë"\n'
        'gender = "unknown"\nbirth_date = "1970-01-01"\n'
    )


#: What is wrong: the change to good settings that makes it so, and words that the paragraph must have.
WRONG: dict[str, tuple[Callable[[World], Callable[[str], str]], tuple[str, ...]]] = {
    "unreachable host": (
        lambda world: (
            lambda text: text.replace(f'base_url = "{_base(world)}"', 'base_url = "https://no-host.invalid/x"')
        ),
        ("no-host.invalid", "host name", "provider.base_url"),
    ),
    "refused port": (
        lambda world: (
            lambda text: text.replace(
                f'base_url = "{_base(world)}"', f'base_url = "https://localhost:{_free_port()}/x"'
            )
        ),
        ("refused", "port", "provider.base_url"),
    ),
    "wrong service id": (_with('"2000000001"', '"1234567890"'), ("1234567890", "provider.services")),
    "no slots": (_with('"2000000001"', '"2000000009"'), ("no free slot", "2000000009", "provider.services")),
    "no service": (_with("[provider.services]", "[provider.services]\n[limits]"), ("limits",)),
    "malformed file": (_with("[provider]", "[provider"), ("not valid TOML", "line")),
    "unknown key at the top": (_with("edition =", "editon ="), (".toml: the key 'editon'", "Did you mean edition?")),
    "a number for a text at the top": (_with("edition =", "operator = 3\nedition ="), (".toml, operator: a string",)),
    "unknown key": (_with("asid =", "asd ="), ("'asd'", "Known are")),
    "unknown table": (_with("[registry]", "[registrar]"), ("'registrar'", "Known are")),
    "unknown edition": (_with('edition = "1.0.0"', 'edition = "3.0.0"'), ("3.0.0", "Choose one of")),
    "unknown capability": (_with("capabilities = [", "capabilities = [[1], "), ("capabilities", "Known are")),
    "not an address": (_with('base_url = "https', 'base_url = "ftp'), ("base_url", "https://")),
    "a line break in an ASID": (
        _with('asid = "918999198999"', 'asid = "9\\r\\nX-Evil: 1"'),
        (".toml, provider.asid: it cannot be sent in a header: character 2 is '\\r'", "printable ASCII"),
    ),
    "full-width digits in an ASID": (
        _with('asid = "918999198999"', 'asid = "\uff1918999198999"'),
        (".toml, provider.asid: it cannot be sent in a header: character 1 is '\\uff19'",),
    ),
    "a blank after an ASID": (
        _with('asid = "918999198999"', 'asid = "918999198999 "'),
        (".toml, provider.asid:", "a blank stands at an end"),
    ),
    "an empty ASID": (_with('asid = "918999198999"', 'asid = ""'), (".toml, provider.asid: it is empty.",)),
    "an empty service id": (
        _with('within_2_hours = "2000000001"', 'within_2_hours = ""'),
        (".toml, provider.services.within_2_hours: it is empty. Write its value",),
    ),
    "an ASID of an organisation": (
        _organisation("asid", "99900000000\\u00b9"),
        (".toml, organisations.first_111.asid: it cannot be sent",),
    ),
    "an empty organisation code": (_organisation("ods", ""), (".toml, organisations.first_111.ods: it is empty.",)),
    "an organisation code": (
        _organisation("ods", "X26\\u00c41"),
        (".toml, organisations.first_111.ods: it cannot be sent",),
    ),
    "a word for a list of words": (
        _capabilities('capabilities = "registry, xml"'),
        ('.toml, capabilities: a list is expected. Write capabilities = ["registry", "xml"].',),
    ),
    "a number for a list of words": (
        _capabilities("capabilities = 1"),
        ('Write capabilities = ["...", "..."].',),
    ),
    "a key without a certificate": (
        _with("client_certificate =", "# client_certificate ="),
        (".toml, tls.client_key: client_key is named without client_certificate.",),
    ),
    "a certificate without a key": (
        _with("client_key =", "# client_key ="),
        (".toml, tls.client_certificate: client_certificate is named without client_key",),
    ),
    "two patients with one number": (
        lambda world: lambda text: text + _patient("9990000018") + _patient("9990000018"),
        (".toml, patients[2].nhs_number: it is that of patients[1] too.",),
    ),
    "a patient with a wrong check digit": (
        lambda world: lambda text: text + _patient("9990000018") + _patient("9990000019"),
        (".toml, patients[2].nhs_number: the last digit is not the check digit",),
    ),
    "a patient whose number is none": (
        lambda world: lambda text: text + _patient("999 000 0018"),
        (".toml, patients[1].nhs_number: it is not ten digits.", "without blanks"),
    ),
    "a token": (_with("[registry]", '[registry]\ntoken = "secret\\n"'), (".toml, registry.token: it cannot be sent",)),
    "a password in an address": (_with("https://localhost", "https://me:secret@localhost"), ("without user name",)),
    "a limit that is none": (
        lambda world: lambda text: text + "\n[limits]\nread_seconds = nan\n",
        ("limits.read_seconds",),
    ),
    "expired client certificate": (
        lambda world: _client_certificate(world, YESTERDAY),
        ("expired.pem", "valid", "Renew it"),
    ),
    "missing certificate": (
        _with('ca = "sim-ca.pem"', 'ca = "absent.pem"'),
        ("absent.pem", "Correct the path"),
    ),
    "unknown authority": (_unknown_authority, ("not trusted", "tls.ca")),
    "authority that is none": (_no_certificate, ("empty.pem", "BEGIN CERTIFICATE")),
    "plain HTTP where HTTPS is spoken": (
        _with('base_url = "https', 'base_url = "http'),
        ("cannot be reached", "scheme"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_end_with_what_to_change(name: str, world: World, tmp_path: Path) -> None:
    change, words = WRONG[name]
    folder = tmp_path / "settings"
    shutil.copytree(world.folder, folder)
    config = world.settings(f"wrong-{name.replace(' ', '-')}", change(world))
    done = uec("assure", "--config", config, "--out", tmp_path / "out")
    said = done.paragraph()
    assert done.status == 3, said
    assert [word for word in words if word not in said] == [], said
    assert not (tmp_path / "out" / "results.json").exists()


@pytest.mark.parametrize("name", ["refused port", "wrong service id", "expired client certificate"])
def test_the_doctor_says_it_before_a_run(name: str, world: World) -> None:
    change, words = WRONG[name]
    done = uec("doctor", "--config", world.settings(f"ill-{name.replace(' ', '-')}", change(world)))
    said = " ".join(done.out.split())
    assert done.status == 3
    assert "WRONG provider" in said
    assert [word for word in words if word not in said] == []


def test_the_doctor_finds_good_settings_good(world: World) -> None:
    done = uec("doctor", "--config", world.file)
    assert (done.status, done.err) == (0, ""), done.out
    assert "WRONG" not in done.out


def test_the_doctor_finds_the_bundled_world_good(tmp_path: Path) -> None:
    done = uec("doctor", cwd=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert "A run is possible." in done.out


def test_the_doctor_says_where_the_tap_is(world: World) -> None:
    done = uec("doctor", "--config", world.file)
    assert (done.status, done.err) == (0, "")
    assert f"the recording proxy listens at https://{world.config['registry']['tap']}/" in " ".join(done.out.split())


def test_there_is_no_such_file(tmp_path: Path) -> None:
    done = uec("assure", "--config", tmp_path / "absent.toml")
    assert done.status == 3
    assert "uec-booking init" in done.paragraph()


def test_the_reports_cannot_be_written(world: World, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file\n", encoding="utf-8")
    done = uec("assure", "--config", world.file, "--out", tmp_path / "out")
    assert done.status == 3
    assert "--out" in done.paragraph()


@pytest.mark.parametrize(
    "arguments",
    [
        ("assure", "--only", "a and"),
        ("assure", "--service", "1"),
        ("assure", "--provider", "https://localhost:1/x", "--config", "x.toml"),
        ("assure", "--provider", "not an address"),
        ("assure", "--provider", "http://localhost:1/x", "--service", "soon=1"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = uec(*arguments, cwd=tmp_path)
    assert done.status == 3
    done.paragraph()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", ("--only is empty", "leave the option out")),
        (" ", ("--only is empty",)),
        ('"', ("cannot be read", "nothing between the quotation marks")),
        ('PRV-CAN-01 or ""', ("cannot be read", "nothing between the quotation marks")),
        ("(" * 5000 + "story-a" + ")" * 5000, ("cannot be read: nested too deeply",)),
        ("not " * 2000 + "story-a", ("cannot be read: nested too deeply",)),
    ],
    ids=["empty", "a blank", "a quotation mark", "empty quotation marks", "parentheses", "not"],
)
def test_an_expression_that_says_nothing_never_runs_everything(
    expression: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    done = uec("assure", "--only", expression, "--out", tmp_path / "out")
    said = done.paragraph()
    assert done.status == 3, said
    assert [word for word in words if word not in said] == [], said
    assert len(said) < 600
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("expression", ["", '"', "a and"])
def test_plain_pytest_refuses_such_an_expression_too(expression: str) -> None:
    command = [sys.executable, "-m", "pytest", str(ROOT / "features"), "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--only", expression], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=240
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "cannot be read" in done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "peer",
    [peer for peer in PEERS if peer.name in A_FEW],
    ids=lambda peer: peer.name,
)
def test_a_hostile_server_neither_holds_nor_breaks_the_program(peer: Peer, tmp_path: Path) -> None:
    with serving(peer.behaviour) as url:
        config = tmp_path / "hostile.toml"
        parts = "".join(f'[{key}]\nbase_url = "{url}"\n' for key in ROLES)
        config.write_text(
            f'{parts}[provider.services]\nlater = "1"\n[second_provider.services]\nlater = "1"\n'
            "[limits]\nread_seconds = 0.7\ntotal_seconds = 1.2\nbody_bytes = 100000\n",
            encoding="utf-8",
        )
        done = uec("assure", "--config", config, "--only", "story-a", "--out", tmp_path / "out")
    assert done.status in (1, 2, 3), done.out
    assert "Traceback" not in done.out + done.err


# -- init --------------------------------------------------------------------------


def test_init_writes_settings_that_can_be_read_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert uec("init", path).status == 0
    assert load.load(path).parts.keys() == {"provider"}
    assert not re.search(r"@[A-Z]+", path.read_text(encoding="utf-8"))
    path.write_text("precious\n", encoding="utf-8")
    done = uec("init", path)
    assert done.status == 3
    assert "--force" in done.paragraph()
    assert path.read_text(encoding="utf-8") == "precious\n"
    assert uec("init", path, "--force").status == 0
    assert load.load(path)


def test_each_setting_that_init_explains_is_known(tmp_path: Path) -> None:
    """With every comment that holds a setting made one, the file still reads, and names all there is."""
    path = tmp_path / "all.toml"
    assert uec("init", path).status == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    settings = [line.removeprefix("# ") for line in lines if line.removeprefix("# ")[:1] == "[" or " = " in line]
    (tmp_path / "taken.toml").write_text("\n".join(settings), encoding="utf-8")
    data = tomllib.loads("\n".join(settings))
    assert {*ROLES, "organisations", "patients", "tls", "limits", "control", "reading"} <= data.keys()
    assert {"tap", "tap_certificate", "tap_key", "tap_authority", "oauth", "token"} <= data["registry"].keys()
    assert data["limits"].keys() == vars(Limits()).keys()
    for name in ("authority.pem", "client.pem", "client-key.pem", "tap.pem", "tap-key.pem"):
        (tmp_path / name).touch()
    assert load.load(tmp_path / "taken.toml").parts.keys() == ROLES.keys()


def test_plain_pytest_tells_wrong_settings_once_and_shares_the_slots(world: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", str(ROOT / "features"), "-q", "-n", "2", "-p", "no:cacheprovider"]

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *options], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=240
        )

    wrong = tmp_path / "wrong.toml"
    wrong.write_text('edition = "9"\n', encoding="utf-8")
    done = run("--uec-config", str(wrong))
    assert done.returncode == 4
    # pytest itself repeats the line that it ends with.
    assert (done.stdout + done.stderr).count("'9' is not known") == 2
    good = run("--uec-config", str(world.file), "--only", "story-a or story-b")
    assert good.returncode == 0, good.stdout + good.stderr


@pytest.mark.parametrize(("count", "words"), [(1, "Declare 2 more"), (3, "3 test patients are declared; nothing is")])
def test_the_doctor_says_how_many_patients_are_needed(count: int, words: str, world: World) -> None:
    numbers = ("9990000018", "9990000026", "9990000034")[:count]
    tables = "".join(map(_patient, numbers))
    done = uec("doctor", "--config", world.settings(f"patients-{count}", lambda text: text + tables))
    assert done.status == 0, done.out
    assert words in " ".join(done.out.split())


def test_the_doctor_notes_what_will_decide_nothing_and_asids_that_look_odd(world: World) -> None:
    def change(text: str) -> str:
        before, _, after = text.replace('asid = "918999198999"', 'asid = "PROVIDER-1"').partition("[registry]")
        rest = after.partition("[organisations.first_111]")
        return before + rest[1] + re.sub('asid = ".*"', 'asid = "12"', rest[2], count=1)

    config = world.settings("claimed-only", change)
    done = uec("doctor", "--config", config)
    said = " ".join(done.out.split())
    assert done.status == 0, done.out
    assert f'note capabilities in {config} claims "registry", and [registry] is not there: the scenarios of the' in said
    assert "will decide nothing about the systems under test" in said
    assert f"note 'PROVIDER-1' is no ASID as Spine gives them, which have 12 digits (provider.asid in {config})" in said
    assert "note '12' is no ASID" in said
    assert said.count("is no ASID") == 2
