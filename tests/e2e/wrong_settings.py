"""What can be wrong in a settings file: the change to good settings that makes it so, and what must be said of it."""

from __future__ import annotations

import datetime
import re
import socket
from collections.abc import Callable

import trustme

from ..support.program import World

YESTERDAY = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)


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


def patient(number: str) -> str:
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
    "rejected port": (
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
        lambda world: lambda text: text + patient("9990000018") + patient("9990000018"),
        (".toml, patients[2].nhs_number: it is that of patients[1] too.",),
    ),
    "a patient with a wrong check digit": (
        lambda world: lambda text: text + patient("9990000018") + patient("9990000019"),
        (".toml, patients[2].nhs_number: the last digit is not the check digit",),
    ),
    "a patient whose number is none": (
        lambda world: lambda text: text + patient("999 000 0018"),
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
