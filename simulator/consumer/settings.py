"""Where the desk finds things, and as whom it calls: read once, from options and environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from uec_booking.standard import editions

from ..world import ORGANISATIONS


class SettingsError(ValueError):
    """A setting that cannot be used. The message says which, what is wrong and what to write instead."""


@dataclass(frozen=True)
class Identity:
    """The 111 service in whose name the desk calls."""

    key: str
    asid: str
    ods: str
    name: str


@dataclass(frozen=True)
class KnownService:
    """A service whose provider is known without DoS and SDS."""

    id: str
    asid: str
    root: str


@dataclass(frozen=True)
class Option:
    """One setting: the command-line option, and its variable. An empty `default` means not used."""

    name: str
    variable: str
    default: str
    metavar: str
    help: str


_FIRST, _SECOND = (next(o for o in ORGANISATIONS if o.key == key) for key in ("first_111", "second_111"))

OPTIONS: tuple[Option, ...] = (
    Option("dos-url", "UEC_BOOKING_DOS_URL", "", "URL", "SOAP address of the Directory of Services"),
    Option("dos-user", "UEC_BOOKING_DOS_USER", "desk", "NAME", "user name at DoS"),
    Option(
        "dos-password",
        "UEC_BOOKING_DOS_PASSWORD",
        "desk",
        "PASSWORD",
        "password at DoS (better given by its variable: other users see options)",
    ),
    Option("sds-url", "UEC_BOOKING_SDS_URL", "", "URL", "the Spine Directory, as ldap://host:port"),
    Option(
        "ssp-url", "UEC_BOOKING_SSP_URL", "", "URL", "the Spine Secure Proxy; without it providers are called directly"
    ),
    Option("registry-url", "UEC_BOOKING_REGISTRY_URL", "", "URL", "the appointment registry; without it none is asked"),
    Option("registry-token-url", "UEC_BOOKING_REGISTRY_TOKEN_URL", "", "URL", "token service of the registry"),
    Option("registry-client-id", "UEC_BOOKING_REGISTRY_CLIENT_ID", "", "ID", "client id at the token service"),
    Option(
        "registry-client-secret",
        "UEC_BOOKING_REGISTRY_CLIENT_SECRET",
        "",
        "SECRET",
        "client secret (better given by its variable: other users see options)",
    ),
    Option("registry-scope", "UEC_BOOKING_REGISTRY_SCOPE", "", "SCOPE", "scope of the token (default: URL/.default)"),
    Option("ca", "UEC_BOOKING_CA", "", "FILE", "authority to trust (PEM); without it the usual ones"),
    Option("client-certificate", "UEC_BOOKING_CLIENT_CERTIFICATE", "", "FILE", "client certificate for mutual TLS"),
    Option("client-key", "UEC_BOOKING_CLIENT_KEY", "", "FILE", "key of the client certificate"),
    Option("asid", "UEC_BOOKING_ASID", _FIRST.asid, "ASID", "ASID of the first 111 service"),
    Option("ods", "UEC_BOOKING_ODS", _FIRST.ods, "CODE", "its ODS code"),
    Option("organisation", "UEC_BOOKING_ORGANISATION", _FIRST.name, "NAME", "its name"),
    Option("second-asid", "UEC_BOOKING_SECOND_ASID", _SECOND.asid, "ASID", "ASID of the second 111 service"),
    Option("second-ods", "UEC_BOOKING_SECOND_ODS", _SECOND.ods, "CODE", "its ODS code"),
    Option("second-organisation", "UEC_BOOKING_SECOND_ORGANISATION", _SECOND.name, "NAME", "its name"),
    Option("edition", "UEC_BOOKING_EDITION", editions.DEFAULT, "EDITION", "edition of the standard"),
    Option("memory", "UEC_BOOKING_DESK_MEMORY", ".uec-desk.db", "FILE", "where the desk remembers its bookings"),
)


@dataclass(frozen=True)
class DeskSettings:
    """All settings. An empty address means that there is no such system."""

    dos_url: str
    dos_user: str
    dos_password: str
    sds_url: str
    ssp_url: str
    registry_url: str
    registry_token_url: str
    registry_client_id: str
    registry_client_secret: str
    registry_scope: str
    ca: str
    client_certificate: str
    client_key: str
    edition: str
    identities: Mapping[str, Identity]
    memory: Path
    known_services: tuple[KnownService, ...] = ()


def settings_from(given: Mapping[str, str | None], known_services: list[str]) -> DeskSettings:
    """The settings: `given` holds the values of options by name, and what is None comes from the environment.

    Raises:
        SettingsError: a value cannot be used.
    """
    values = {o.name: _value(o, given.get(o.name)) for o in OPTIONS}
    for name in ("dos-url", "ssp-url", "registry-url", "registry-token-url"):
        _check_url(name, values[name], ("http", "https"))
    _check_url("sds-url", values["sds-url"], ("ldap", "ldaps"))
    for name in ("ca", "client-certificate", "client-key"):
        _check_file(name, values[name])
    if bool(values["client-certificate"]) != bool(values["client-key"]):
        raise SettingsError("--client-certificate and --client-key go together: give both or neither.")
    if values["edition"] not in editions.EDITIONS:
        known = ", ".join(editions.EDITIONS)
        raise SettingsError(f"--edition {values['edition']!r} is not an edition of the standard. Choose from {known}.")
    for name in ("asid", "second-asid"):
        if not re.fullmatch("[0-9]{12}", values[name]):
            raise SettingsError(f"--{name} {values[name]!r} is not an ASID: write its twelve digits.")
    same = ("ssp-url", "registry-url", "registry-token-url", "registry-client-id", "registry-client-secret")
    texts = {
        name.replace("-", "_"): values[name]
        for name in ("dos-url", "dos-user", "dos-password", "sds-url", *same, "ca", "edition")
    }
    return DeskSettings(
        **texts,
        registry_scope=values["registry-scope"] or f"{values['registry-url'].rstrip('/')}/.default",
        client_certificate=values["client-certificate"],
        client_key=values["client-key"],
        identities={
            "first": Identity("first", values["asid"], values["ods"], values["organisation"]),
            "second": Identity("second", values["second-asid"], values["second-ods"], values["second-organisation"]),
        },
        memory=Path(values["memory"]),
        known_services=tuple(_known_service(text) for text in known_services),
    )


def _value(option: Option, given: str | None) -> str:
    return (os.environ.get(option.variable) or option.default) if given is None else given


def _check_url(name: str, value: str, schemes: tuple[str, ...]) -> None:
    if not value:
        return
    try:
        parts = urlsplit(value)
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise SettingsError(f"--{name} {value!r} is not an address: it should begin with {schemes[0]}:// and a host.")


def _check_file(name: str, value: str) -> None:
    if value and not Path(value).is_file():
        raise SettingsError(f"--{name} {value!r} is not a file that is there. Give the path of a PEM file.")


def _known_service(text: str) -> KnownService:
    match = re.fullmatch(r"([^=\s]+)=([0-9]{12})@(https?://\S+)", text)
    if match is None:
        raise SettingsError(
            f"--known-service {text!r} is not of the form SERVICE=ASID@URL, as 2000000001=918999198999@https://…"
        )
    return KnownService(match[1], match[2], match[3])
