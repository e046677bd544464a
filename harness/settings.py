"""The settings of a run: which systems, at which addresses, with which identities.

``load`` reads a TOML file; what is wrong in it is a ``SettingsError`` that names the
file, the key and what to write instead. Parts that the file does not name are played
by the bundled world (``with_bundled``) and are then not under test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uec_booking.standard import editions

from .errors import SettingsError

#: Optional capabilities that a system can claim (``capabilities = [...]``), and what they mean.
CAPABILITIES: Mapping[str, str] = {
    "registry": "providers tell the Appointment Registry of bookings and cancellations",
    "appointment-search": "the provider can be searched for a patient's appointments",
    "xml": "the provider reads and writes XML as well as JSON",
}

#: The purposes for which a provider's service ids are asked.
SERVICE_PURPOSES: Mapping[str, str] = {
    "within_2_hours": "has free slots that start within the next 2 hours",
    "later": "has free slots that start from 6 hours on",
    "none": "is known and never has slots",
}


@dataclass(frozen=True)
class Tls:
    """``ca``: a file of trusted authorities (empty: the usual ones). The others: for mutual TLS."""

    ca: str = ""
    client_certificate: str = ""
    client_key: str = ""
    client_key_password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Limits:
    """Seconds, but ``body_bytes``. ``registry_seconds``: how soon an entry must be in the registry."""

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 30.0
    body_bytes: int = 5_000_000
    registry_seconds: float = 10.0


@dataclass(frozen=True)
class Control:
    """The control interface of a system, if it offers the one that the bundled simulator has."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Organisation:
    """An organisation that the harness plays: ``asid`` is that of its consumer system."""

    key: str
    name: str
    ods: str
    asid: str


@dataclass(frozen=True)
class DeclaredPatient:
    """A test patient of the environment. ``birth_date`` is YYYY-MM-DD."""

    nhs_number: str
    family: str
    given: str
    gender: str
    birth_date: str
    postcode: str = "LS1 4AP"


@dataclass(frozen=True)
class Part:
    """A system that the run talks to. ``key``: provider, second_provider or registry.

    ``audience`` is the service root that tokens are made out to; requests go to
    ``base_url``, through the Spine Secure Proxy at ``ssp_url`` when there is one.
    """

    key: str
    role: str
    name: str
    base_url: str
    audience: str
    asid: str = ""
    ssp_url: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    tls: Tls = Tls()
    control: Control | None = None
    token: str = field(default="", repr=False)
    under_test: bool = True

    def url(self, path: str) -> str:
        """The full request URL of ``path`` under the base, through the proxy if there is one."""
        direct = self.base_url + path
        return f"{self.ssp_url.rstrip('/')}/{direct}" if self.ssp_url else direct


_ROLES = {"provider": "provider", "second_provider": "provider", "registry": "registry"}

DEFAULT_ORGANISATIONS: Mapping[str, Organisation] = {
    "first_111": Organisation("first_111", "First 111 Service (synthetic)", "X26A1", "999000000001"),
    "second_111": Organisation("second_111", "Second 111 Service (synthetic)", "X26B2", "999000000002"),
    "other": Organisation("other", "Other Urgent Care Organisation (synthetic)", "X26C3", "999000000003"),
}


@dataclass(frozen=True)
class Settings:
    """All of a run's settings. ``source`` is the file they came from, for messages."""

    parts: Mapping[str, Part]
    edition: str = editions.DEFAULT
    reading: str = ""
    capabilities: tuple[str, ...] = ()
    organisations: Mapping[str, Organisation] = field(default_factory=lambda: dict(DEFAULT_ORGANISATIONS))
    patients: tuple[DeclaredPatient, ...] = ()
    limits: Limits = Limits()
    source: str = "the command line"

    def part(self, key: str) -> Part:
        return self.parts[key]

    def under_test(self) -> list[Part]:
        return [part for part in self.parts.values() if part.under_test]

    def missing_parts(self) -> list[str]:
        return [key for key in _ROLES if key not in self.parts]

    def with_bundled(self, bundled: Settings) -> Settings:
        """These settings, with the parts they do not name played by the bundled world, not under test."""
        borrowed = {key: replace(bundled.parts[key], under_test=False) for key in self.missing_parts()}
        parts = {key: {**self.parts, **borrowed}[key] for key in _ROLES}
        return replace(self, parts=parts)

    def public(self) -> dict[str, Any]:
        """The settings as reports may show them: no secret, no file of keys."""
        return {
            "source": self.source,
            "capabilities": list(self.capabilities),
            "limits": asdict(self.limits),
            "organisations": {
                key: {"name": o.name, "ods": o.ods, "asid": o.asid} for key, o in self.organisations.items()
            },
            "declared_patients": len(self.patients),
            "parts": {
                part.key: {
                    "name": part.name,
                    "base_url": part.base_url,
                    "audience": part.audience,
                    "asid": part.asid,
                    "ssp_url": part.ssp_url,
                    "services": dict(part.services),
                    "under_test": part.under_test,
                    "mutual_tls": bool(part.tls.client_certificate),
                    "control": bool(part.control),
                }
                for part in self.parts.values()
            },
        }

    def to_json(self) -> dict[str, Any]:
        """Everything, secrets too: only to be handed to our own worker processes."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        def part(values: Mapping[str, Any]) -> Part:
            control = values["control"]
            return Part(
                **{**values, "tls": Tls(**values["tls"]), "control": Control(**control) if control else None}
            )

        return cls(
            **{
                **data,
                "parts": {key: part(values) for key, values in data["parts"].items()},
                "capabilities": tuple(data["capabilities"]),
                "organisations": {key: Organisation(**o) for key, o in data["organisations"].items()},
                "patients": tuple(DeclaredPatient(**p) for p in data["patients"]),
                "limits": Limits(**data["limits"]),
            }
        )


def load(path: Path) -> Settings:
    """Read a settings file. Paths in it are relative to the file.

    Raises:
        SettingsError: the file is missing, is not TOML, or a key is missing, unknown or of a wrong kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {path}. Write one with `uec-booking init`, "
            "or name an existing one with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"The settings file {path} cannot be read: {problem}.") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(
            f"The settings file {path} is not valid TOML: {problem}. Correct that place; "
            "texts stand in double quotes, and each table begins with its name in [brackets]."
        ) from None
    return _Reader(str(path), path.parent).settings(data)


def from_urls(provider: str, registry: str, edition: str = "", reading: str = "") -> Settings:
    """Settings from addresses alone, everything else by default.

    Raises:
        SettingsError: an address is not an http or https URL, or the edition is unknown.
    """
    data: dict[str, Any] = {}
    if provider:
        data["provider"] = {"base_url": provider}
    if registry:
        data["registry"] = {"base_url": registry}
        data["capabilities"] = ["registry"]
    if edition:
        data["edition"] = edition
    if reading:
        data["reading"] = reading
    return _Reader("the command line", Path.cwd()).settings(data)


class _Reader:
    """Turns the parsed file into ``Settings``, with errors that say file, key and remedy."""

    def __init__(self, source: str, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def _wrong(self, key: str, what: str, remedy: str) -> SettingsError:
        return SettingsError(f"In {self._source}, {key}: {what} {remedy}")

    def settings(self, data: Mapping[str, Any]) -> Settings:
        known = [
            "edition",
            "reading",
            "capabilities",
            "organisations",
            "patients",
            "tls",
            "limits",
            "control",
            *_ROLES,
        ]
        self._only(data, known, "the file")
        tls = self._tls(self._table(data, "tls"))
        control = self._control(self._table(data, "control"))
        parts = {
            key: self._part(key, role, self._table(data, key), tls, control)
            for key, role in _ROLES.items()
            if key in data
        }
        return Settings(
            parts=parts,
            edition=self._choice(data, "edition", editions.EDITIONS, editions.DEFAULT),
            reading=self._choice(data, "reading", ("", *editions.READINGS), ""),
            capabilities=self._capabilities(data),
            organisations=self._organisations(self._table(data, "organisations")),
            patients=tuple(
                self._patient(index, one) for index, one in enumerate(self._list(data, "patients"), start=1)
            ),
            limits=self._limits(self._table(data, "limits")),
            source=self._source,
        )

    def _only(self, data: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        known = list(known)
        for key in data:
            if key not in known:
                raise self._wrong(where, f"the key {key!r} is not known.", f"Known are: {', '.join(known)}.")

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, Mapping):
            raise self._wrong(
                key, "a table is expected.", f"Write [{key}] on a line of its own and its keys below it."
            )
        return value

    def _list(self, data: Mapping[str, Any], key: str) -> list[Any]:
        value = data.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "a list is expected.", f"Write [[{key}]] before each entry.")
        return value

    def _text(self, data: Mapping[str, Any], where: str, key: str, default: str | None = None) -> str:
        value = data.get(key, default)
        if value is None:
            raise self._wrong(where, f"{key} is missing.", f'Add the line {key} = "..." to it.')
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._wrong(
                f"{where}.{key}", f"a text is expected, not {value!r}.", 'Write it in "double quotes".'
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
        try:
            pieces = urlsplit(value)
            good = pieces.scheme in ("http", "https") and bool(pieces.hostname) and pieces.port is not False
        except ValueError:
            good = False
        if not good:
            raise self._wrong(
                f"{where}.{key}", f"{value!r} is not an address.", "Write it as https://host[:port]/path."
            )
        return value

    def _path(self, data: Mapping[str, Any], key: str) -> str:
        value = self._text(data, "tls", key, "")
        if not value:
            return ""
        path = (self._folder / value).resolve()
        if not path.is_file():
            raise self._wrong(
                f"tls.{key}",
                f"there is no file {path}.",
                "Correct the path; it is relative to the settings file.",
            )
        return str(path)

    def _tls(self, data: Mapping[str, Any]) -> Tls:
        self._only(data, ["ca", "client_certificate", "client_key", "client_key_password"], "tls")
        return Tls(
            ca=self._path(data, "ca"),
            client_certificate=self._path(data, "client_certificate"),
            client_key=self._path(data, "client_key"),
            client_key_password=self._text(data, "tls", "client_key_password", ""),
        )

    def _control(self, data: Mapping[str, Any]) -> Control | None:
        if not data:
            return None
        self._only(data, ["url", "token"], "control")
        return Control(self._url(data, "control", "url"), self._text(data, "control", "token", ""))

    def _part(self, key: str, role: str, data: Mapping[str, Any], tls: Tls, control: Control | None) -> Part:
        self._only(data, ["name", "base_url", "audience", "asid", "ssp_url", "services", "token"], key)
        base = self._url(data, key, "base_url").rstrip("/")
        services = self._table(data, "services")
        self._only(services, SERVICE_PURPOSES, f"{key}.services")
        return Part(
            key=key,
            role=role,
            name=self._text(data, key, "name", key.replace("_", " ")),
            base_url=base,
            audience=self._url(data, key, "audience", base),
            asid=self._text(data, key, "asid", "918999198999"),
            ssp_url=self._url(data, key, "ssp_url", ""),
            services={purpose: self._text(services, f"{key}.services", purpose) for purpose in services},
            tls=tls,
            control=control,
            token=self._text(data, key, "token", ""),
        )

    def _capabilities(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        claimed = self._list(data, "capabilities")
        for name in claimed:
            if name not in CAPABILITIES:
                raise self._wrong(
                    "capabilities", f"{name!r} is not known.", f"Known are: {', '.join(CAPABILITIES)}."
                )
        return tuple(claimed)

    def _organisations(self, data: Mapping[str, Any]) -> dict[str, Organisation]:
        self._only(data, DEFAULT_ORGANISATIONS, "organisations")
        found = dict(DEFAULT_ORGANISATIONS)
        for key, value in data.items():
            where = f"organisations.{key}"
            if not isinstance(value, Mapping):
                raise self._wrong(
                    where, "a table is expected.", f"Write [{where}] and name, ods and asid below it."
                )
            self._only(value, ["name", "ods", "asid"], where)
            found[key] = Organisation(
                key,
                self._text(value, where, "name", found[key].name),
                self._text(value, where, "ods", found[key].ods),
                self._text(value, where, "asid", found[key].asid),
            )
        return found

    def _patient(self, index: int, data: Any) -> DeclaredPatient:
        where = f"patients[{index}]"
        if not isinstance(data, Mapping):
            raise self._wrong(where, "a table is expected.", "Write [[patients]] and its keys below it.")
        keys = ["nhs_number", "family", "given", "gender", "birth_date"]
        self._only(data, [*keys, "postcode"], where)
        return DeclaredPatient(
            **{key: self._text(data, where, key) for key in keys},
            postcode=self._text(data, where, "postcode", "LS1 4AP"),
        )

    def _limits(self, data: Mapping[str, Any]) -> Limits:
        defaults = asdict(Limits())
        self._only(data, defaults, "limits")
        for key, value in data.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise self._wrong(
                    f"limits.{key}",
                    f"{value!r} is not a number above 0.",
                    "Write a number of seconds (bytes for body_bytes).",
                )
        return Limits(**{**defaults, **data})
