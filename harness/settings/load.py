"""Reads the settings of a run from a TOML file, or from addresses alone.

What is wrong is a ``SettingsError`` that names the file, the key and what to write instead.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uec_booking.standard import editions, roles

from ..errors import SettingsError
from ..text import ended
from .model import (
    CAPABILITIES,
    COMMAND_LINE,
    DEFAULT_ORGANISATIONS,
    ROLES,
    SERVICE_PURPOSES,
    Control,
    DeclaredPatient,
    Limits,
    OAuth,
    Organisation,
    Part,
    Settings,
    TapPlace,
    Tls,
)
from .slips import decoded, in_a_header, in_an_address, in_an_nhs_number, with_brackets

_PART_KEYS = ("name", "software", "version", "base_url", "audience", "asid", "ssp_url", "services", "token")


def load(path: Path) -> Settings:
    """Read a settings file. Paths in it are relative to the file.

    Raises:
        SettingsError: the file is missing, is not TOML, or a key is missing, unknown or of a wrong kind.
    """
    try:
        text = decoded(path.read_bytes(), path)
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {path}. Write one with `uec-booking init`, "
            "or name an existing one with --config."
        ) from None
    except OSError as problem:
        raise SettingsError(f"The settings file {path} cannot be read: {problem.strerror}.") from None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SettingsError(
            f"The settings file {path} is not valid TOML: {ended(problem)} Correct that place; "
            "texts stand in double quotes, and each table begins with its name in [brackets]."
        ) from None
    return _Reader(str(path), path.parent).settings(data)


def from_urls(
    provider: str, registry: str, *, services: Iterable[str] = (), edition: str = "", reading: str = "", ca: str = ""
) -> Settings:
    """Settings from addresses alone, everything else by default.

    ``services`` are DoS service ids of the provider, for all purposes or as ``PURPOSE=ID``; ``ca`` is the file of
    the authority that signed the certificates.

    Raises:
        SettingsError: an address is not an http or https URL, or another value is unknown.
    """
    data: dict[str, Any] = {}
    if provider:
        named = (service.rpartition("=") for service in services)
        data["provider"] = {
            "base_url": provider,
            "services": {purpose or "later": service for purpose, _, service in named},
        }
    if registry:
        data["registry"] = {"base_url": registry}
        data["capabilities"] = ["registry"]
    if ca:
        data["tls"] = {"ca": ca}
    if edition:
        data["edition"] = edition
    if reading:
        data["reading"] = reading
    return _Reader(COMMAND_LINE, Path.cwd()).settings(data)


class _Reader:
    """Turns the parsed file into ``Settings``, with errors that say file, key and remedy."""

    def __init__(self, source: str, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def _wrong(self, key: str, what: str, remedy: str) -> SettingsError:
        place = f"In {self._source}, {key}:" if key else f"In {self._source}:"
        return SettingsError(f"{place} {what} {remedy}")

    def settings(self, data: Mapping[str, Any]) -> Settings:
        known = [
            "edition",
            "reading",
            "operator",
            "capabilities",
            "organisations",
            "patients",
            "tls",
            "limits",
            "control",
            *ROLES,
        ]
        self._only(data, known, "")
        tls = self._tls(self._table(data, "tls"))
        control = self._control(self._table(data, "control"))
        parts = {
            key: self._part(key, role, self._table(data, key), tls, control)
            for key, role in ROLES.items()
            if key in data
        }
        return Settings(
            parts=parts,
            edition=self._choice(data, "edition", editions.EDITIONS, editions.DEFAULT),
            reading=self._choice(data, "reading", ("", *editions.READINGS), ""),
            capabilities=self._capabilities(data),
            organisations=self._organisations(self._table(data, "organisations")),
            patients=self._patients(self._tables(data, "patients")),
            limits=self._limits(self._table(data, "limits")),
            source=self._source,
            tap=self._tap(self._table(data, "registry")),
            operator=self._text(data, "", "operator", ""),
        )

    def _only(self, data: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        known = list(known)
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"Did you mean {near[0]}? " if near else ""
                remedy += f"Known are: {', '.join(known)}."
                raise self._wrong(where, f"the key {key!r} is not known.", remedy)

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, Mapping):
            raise self._wrong(key, "a table is expected.", f"Write [{key}] on a line of its own and its keys below it.")
        return value

    def _tables(self, data: Mapping[str, Any], key: str) -> list[Any]:
        value = data.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "a list is expected.", f"Write [[{key}]] before each entry.")
        return value

    def _words(self, data: Mapping[str, Any], key: str) -> list[Any]:
        value = data.get(key, [])
        if not isinstance(value, list):
            words = value.replace(",", " ").split() if isinstance(value, str) else []
            remedy = ", ".join(json.dumps(word, ensure_ascii=False) for word in words) or '"...", "..."'
            raise self._wrong(key, "a list is expected.", f"Write {key} = [{remedy}].")
        return value

    def _text(self, data: Mapping[str, Any], where: str, key: str, default: str | None = None) -> str:
        value = data.get(key, default)
        if value is None:
            raise self._wrong(where, f"{key} is missing.", f'Add the line {key} = "..." to it.')
        place = f"{where}.{key}".lstrip(".")
        if not isinstance(value, str):
            raise self._wrong(place, f"a string is expected, not {value!r}.", 'Write it in "double quotes".')
        if default is None and not value.strip():
            raise self._wrong(place, "it is empty.", "Write its value between the double quotes.")
        return value

    def _header(self, data: Mapping[str, Any], where: str, key: str, default: str) -> str:
        """A text that is sent in a header, or named in a token. Without a ``default`` it may be left out or empty."""
        # What is written must say something where there is a default, which it would otherwise take the place of.
        value = self._text(data, where, key, None if default and key in data else default)
        if fault := in_a_header(value):
            raise self._wrong(
                f"{where}.{key}",
                f"it cannot be sent in a header: {fault}.",
                "Write it in printable ASCII, with no blank at its ends.",
            )
        return value

    def _choice(self, data: Mapping[str, Any], key: str, values: Iterable[str], default: str) -> str:
        value = data.get(key, default)
        if value not in values:
            offered = ", ".join(repr(v) for v in values if v)
            raise self._wrong(key, f"{value!r} is not known.", f"Choose one of {offered}.")
        return str(value)

    def _url(self, data: Mapping[str, Any], where: str, key: str, default: str | None = None) -> str:
        value = self._text(data, where, key, default)
        if not value:
            return ""
        if "@" in value.rpartition("://")[2].partition("/")[0]:
            # Not quoted: a password must not be shown.
            raise self._wrong(
                f"{where}.{key}",
                "there is a user name or a password in it.",
                "Write it as https://host[:port]/path, without user name or query.",
            )
        fault = in_an_address(value)
        if fault and (bracketed := with_brackets(value)):
            raise self._wrong(
                f"{where}.{key}",
                f"{value!r} has an IPv6 address without brackets.",
                f'Write "{bracketed}".',
            )
        if fault:
            raise self._wrong(
                f"{where}.{key}",
                f"{value!r} is not the address of a system: {fault}.",
                "Write it as https://host[:port]/path, without user name or query.",
            )
        return value

    def _path(self, data: Mapping[str, Any], key: str, where: str = "tls") -> str:
        value = self._text(data, where, key, "")
        if not value:
            return ""
        path = (self._folder / value).resolve()
        if not path.is_file():
            raise self._wrong(
                f"{where}.{key}",
                f"there is no file {path}.",
                "Correct the path; it is relative to the settings file.",
            )
        return str(path)

    def _tls(self, data: Mapping[str, Any]) -> Tls:
        self._only(data, ["ca", "client_certificate", "client_key", "client_key_password"], "tls")
        certificate, key = self._path(data, "client_certificate"), self._path(data, "client_key")
        if key and not certificate:
            raise self._wrong(
                "tls.client_key",
                "client_key is named without client_certificate.",
                "Name the certificate that the key belongs to as client_certificate.",
            )
        # One file may hold both.
        if certificate and not key and b"PRIVATE KEY-----" not in Path(certificate).read_bytes():
            raise self._wrong(
                "tls.client_certificate",
                "client_certificate is named without client_key, and its file holds no key.",
                "Name the file of its key as client_key.",
            )
        return Tls(
            ca=self._path(data, "ca"),
            client_certificate=certificate,
            client_key=key,
            client_key_password=self._text(data, "tls", "client_key_password", ""),
        )

    def _control(self, data: Mapping[str, Any]) -> Control | None:
        if not data:
            return None
        self._only(data, ["url", "token"], "control")
        return Control(self._url(data, "control", "url"), self._header(data, "control", "token", ""))

    def _tap(self, data: Mapping[str, Any]) -> TapPlace | None:
        """Where the recording proxy listens: ``host:port``, with the scheme of the registry unless one is written."""
        listen = self._text(data, "registry", "tap", "")
        if not listen:
            return None
        scheme = str(data.get("base_url", "https")).partition(":")[0]
        url = listen if "://" in listen else f"{scheme}://{listen}"
        place = self._url({"tap": url}, "registry", "tap")
        if urlsplit(place).port is None or urlsplit(place).path.strip("/"):
            raise self._wrong("registry.tap", f"{listen!r} is no place to listen.", 'Write it as "host:port".')
        return TapPlace(
            listen=place.rstrip("/"),
            certificate=self._path(data, "tap_certificate", "registry"),
            key=self._path(data, "tap_key", "registry"),
            authority=str((self._folder / self._text(data, "registry", "tap_authority", "tap-ca.pem")).resolve()),
        )

    def _part(self, key: str, role: str, data: Mapping[str, Any], tls: Tls, control: Control | None) -> Part:
        played = roles.ROLES[role]
        proxy = [played.proxy + ending for ending in ("", "_certificate", "_key", "_authority")] if played.proxy else []
        self._only(data, [*_PART_KEYS, *proxy, *(["oauth"] if played.own_tokens else [])], key)
        base = self._url(data, key, "base_url").rstrip("/")
        root, _, last = base.rpartition("/")
        if last in ("metadata", "Appointment", "Slot"):
            raise self._wrong(
                f"{key}.base_url",
                f"{base!r} is the address of {last}, not of the service.",
                f'Write the service root, below which {last} is: "{root}".',
            )
        services = self._table(data, "services")
        self._only(services, SERVICE_PURPOSES, f"{key}.services")
        return Part(
            key=key,
            role=role,
            name=self._text(data, key, "name", key.replace("_", " ")),
            base_url=base,
            audience=self._url(data, key, "audience", base),
            asid=self._header(data, key, "asid", "918999198999"),
            ssp_url=self._url(data, key, "ssp_url", ""),
            services={purpose: self._text(services, f"{key}.services", purpose) for purpose in services},
            tls=tls,
            control=control,
            token=self._header(data, key, "token", ""),
            software=self._text(data, key, "software", ""),
            version=self._text(data, key, "version", ""),
            oauth=self._oauth(self._table(data, "oauth")) if played.own_tokens else None,
        )

    def _oauth(self, data: Mapping[str, Any]) -> OAuth | None:
        if not data:
            return None
        where = "registry.oauth"
        self._only(data, ["token_url", "client_id", "client_secret", "scope"], where)
        return OAuth(
            self._url(data, where, "token_url"),
            self._text(data, where, "client_id"),
            self._text(data, where, "client_secret"),
            self._text(data, where, "scope", ""),
        )

    def _capabilities(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        claimed = self._words(data, "capabilities")
        for name in claimed:
            if not isinstance(name, str) or name not in CAPABILITIES:
                raise self._wrong("capabilities", f"{name!r} is not known.", f"Known are: {', '.join(CAPABILITIES)}.")
        return tuple(claimed)

    def _organisations(self, data: Mapping[str, Any]) -> dict[str, Organisation]:
        self._only(data, DEFAULT_ORGANISATIONS, "organisations")
        found = dict(DEFAULT_ORGANISATIONS)
        for key, value in data.items():
            where = f"organisations.{key}"
            if not isinstance(value, Mapping):
                raise self._wrong(where, "a table is expected.", f"Write [{where}] and name, ods and asid below it.")
            self._only(value, ["name", "ods", "asid"], where)
            found[key] = Organisation(
                key,
                self._text(value, where, "name", found[key].name),
                self._header(value, where, "ods", found[key].ods),
                self._header(value, where, "asid", found[key].asid),
            )
        return found

    def _patients(self, tables: list[Any]) -> tuple[DeclaredPatient, ...]:
        found = [self._patient(index, one) for index, one in enumerate(tables, start=1)]
        first: dict[str, int] = {}
        for index, patient in enumerate(found, start=1):
            if first.setdefault(patient.nhs_number, index) != index:
                raise self._wrong(
                    f"patients[{index}].nhs_number",
                    f"it is that of patients[{first[patient.nhs_number]}] too.",
                    "Declare each patient once, with a number of their own.",
                )
        return tuple(found)

    def _patient(self, index: int, data: Any) -> DeclaredPatient:
        where = f"patients[{index}]"
        if not isinstance(data, Mapping):
            raise self._wrong(where, "a table is expected.", "Write [[patients]] and its keys below it.")
        keys = ["nhs_number", "family", "given", "gender", "birth_date"]
        self._only(data, [*keys, "postcode"], where)
        texts = {key: self._text(data, where, key) for key in keys}
        if fault := in_an_nhs_number(texts["nhs_number"]):
            raise self._wrong(f"{where}.nhs_number", fault, "Correct it; it is written without blanks.")
        return DeclaredPatient(
            **texts,
            postcode=self._text(data, where, "postcode", "LS1 4AP"),
        )

    def _limits(self, data: Mapping[str, Any]) -> Limits:
        defaults = asdict(Limits())
        self._only(data, defaults, "limits")
        for key, value in data.items():
            most = 1_000_000_000 if key == "body_bytes" else 3600
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
                raise self._wrong(
                    f"limits.{key}",
                    f"{value!r} is not a number above 0 and up to {most}.",
                    "Write a number of seconds (bytes for body_bytes).",
                )
        return Limits(**{**defaults, **data})
