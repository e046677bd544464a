"""Reads the settings of a run from a TOML file, or from addresses alone.

What is wrong is a ``SettingsError`` that names the file, the key and what to write instead.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from uec_booking.standard import roles

from ..errors import SettingsError
from ..text import ended
from . import environment
from .consumer import ATTENDED_SECONDS, ConsumerUnderTest, Recorded, Service111
from .model import (
    COMMAND_LINE,
    DEFAULT_ORGANISATIONS,
    ENVIRONMENT,
    ROLES,
    SECRETS,
    Control,
    DeclaredPatient,
    Exploring,
    Limits,
    Load,
    OAuth,
    Part,
    Settings,
    TapPlace,
    Tls,
)
from .slips import decoded, remedy_of_toml
from .tables import ConsumerTable, PartTable, ProxyTable, RegistryTable, SettingsFile
from .values import Wrong


def load(path: Path, *, environment_too: bool = True) -> Settings:
    """Read a settings file, with the settings of the environment laid over it. Paths are relative to the file.

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
        folder = f" It is a folder: name a file, as in --config {path / 'uec-booking.toml'}." if path.is_dir() else ""
        raise SettingsError(f"The settings file {path} cannot be read: {problem.strerror}.{folder}") from None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SettingsError(
            f"The settings file {path} is not valid TOML: {ended(problem)} {remedy_of_toml(text, str(problem))}"
        ) from None
    return _settings(data, str(path), path.parent, environment.variables() if environment_too else {})


def from_environment() -> Settings | None:
    """The settings that the environment has by itself; None where it has none. Paths in them are relative to here."""
    variables = environment.variables()
    return _settings({}, ENVIRONMENT, Path.cwd(), variables) if variables else None


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
    # What an option says prevails.
    variables = {key: name for key, name in environment.variables().items() if not _has(data, key)}
    return _settings(data, COMMAND_LINE, Path.cwd(), variables)


def _settings(data: Mapping[str, Any], source: str, folder: Path, variables: Mapping[str, str]) -> Settings:
    try:
        file = SettingsFile.model_validate(environment.laid_over(data, variables), context=folder)
    except ValidationError as problem:
        # One at a time: of several the later ones often follow from the first.
        raise SettingsError(_in_words(problem.errors()[0], source, variables)) from None
    tls = Tls(**file.tls.model_dump(), proxy=_proxy(file.proxy) if file.proxy else "")
    control = Control(**file.control.model_dump()) if file.control else None
    tables: dict[str, PartTable | None] = {key: getattr(file, key) for key in ROLES}
    parts = {key: _part(key, table, tls, control) for key, table in tables.items() if table is not None}
    return Settings(
        parts=parts,
        edition=file.edition,
        reading=file.reading,
        capabilities=file.capabilities,
        organisations={
            key: replace(default, **file.organisations[key].model_dump(exclude_unset=True))
            if key in file.organisations
            else default
            for key, default in DEFAULT_ORGANISATIONS.items()
        },
        patients=tuple(DeclaredPatient(**patient.model_dump()) for patient in file.patients),
        limits=Limits(**file.limits.model_dump(exclude_unset=True)),
        load=Load(**file.load.model_dump()),
        exploring=Exploring(**file.exploring.model_dump()),
        source=source,
        variables=variables,
        tap=_tap(file.registry),
        consumer=_consumer(file.consumer, parts) if file.consumer else None,
        operator=file.operator,
    )


def _proxy(table: ProxyTable) -> str:
    """The address of the proxy with its user, as libraries take it."""
    user = f"{quote(table.user, safe='')}:{quote(table.password, safe='')}@" if table.user else ""
    return table.url.replace("http://", f"http://{user}", 1)


def _has(data: Any, key: str) -> bool:
    first, _, rest = key.partition(".")
    return isinstance(data, dict) and first in data and (not rest or _has(data[first], rest))


def _part(key: str, table: PartTable, tls: Tls, control: Control | None) -> Part:
    oauth = table.oauth if isinstance(table, RegistryTable) else None
    return Part(
        key=key,
        role=ROLES[key],
        name=key.replace("_", " ") if table.name is None else table.name,
        base_url=table.base_url,
        audience=table.base_url if table.audience is None else table.audience,
        asid=table.asid,
        ssp_url=table.ssp_url,
        services=table.services,
        tls=tls,
        control=control,
        token=table.token,
        software=table.software,
        version=table.version,
        oauth=OAuth(**oauth.model_dump()) if oauth else None,
    )


def _consumer(table: ConsumerTable, parts: Mapping[str, Part]) -> ConsumerUnderTest:
    own = table.registry_client
    return ConsumerUnderTest(
        name=table.name,
        first=Service111(**table.first.model_dump()),
        second=Service111(**table.second.model_dump()) if table.second else None,
        command=tuple(table.command),
        keeps_running=table.keeps_running,
        webhook=table.webhook,
        attended=bool(table.door),
        seconds=table.seconds or (ATTENDED_SECONDS if table.door else 60),
        port=table.port or 0,
        authority=table.authority,
        mutual_tls=table.mutual_tls or bool(table.client_ca),
        client_ca=table.client_ca,
        ldaps=table.ldaps,
        registry_client=(own.client_id, own.client_secret) if own else ("", ""),
        software=table.software,
        version=table.version,
        recording=_recorded(table.recording, parts) if table.recording else None,
    )


def _recorded(file: str, parts: Mapping[str, Part]) -> Recorded:
    roots = {part.audience: part.asid for part in parts.values() if part.as_role.offers_slots}
    registry = parts.get(roles.REGISTRY.main)
    return Recorded(file, roots, registry.base_url if registry else "")


def _tap(table: RegistryTable | None) -> TapPlace | None:
    if table is None or not table.tap:
        return None
    return TapPlace(
        listen=table.tap,
        certificate=table.tap_certificate,
        key=table.tap_key,
        authority=table.tap_authority,
    )


def _in_words(error: ErrorDetails, source: str, variables: Mapping[str, str]) -> str:
    """File or variable, key, what is wrong and what to do, of what pydantic found."""
    *above, last = error["loc"] or ("",)
    key = _dotted(error["loc"])
    found = error.get("ctx", {}).get("error")
    if isinstance(found, Wrong):
        key, what, remedy = key + found.below, found.what, found.remedy
    elif error["type"] == "missing":
        key, what, remedy = _dotted(above), f"{last} is missing.", f'Add the line {last} = "..." to it.'
    elif error["type"] == "string_type":
        given = "" if last in SECRETS else f", not {error['input']!r}"
        what, remedy = f"a string is expected{given}.", 'Write it in "double quotes".'
    elif error["type"] == "bool_type":
        what, remedy = f"true or false is expected, not {error['input']!r}.", "Write it without quotes, in lower case."
    elif error["type"] == "int_type":
        what, remedy = f"a whole number is expected, not {error['input']!r}.", "Write it without quotes."
    elif error["type"] == "list_type":
        what, remedy = "a list is expected.", f"Write [[{key}]] before each entry."
    elif isinstance(last, int):
        what, remedy = "a table is expected.", f"Write [[{_dotted(above)}]] and its keys below it."
    elif above == ["organisations"]:
        what, remedy = "a table is expected.", f"Write [{key}] and name, ods and asid below it."
    else:
        what, remedy = "a table is expected.", f"Write [{key}] on a line of its own and its keys below it."
    place = f"In {source}, {key}:" if key else f"In {source}:"
    if key in variables:
        place = f"In the environment variable {variables[key]}:"
    return f"{place} {what} {remedy}"


def _dotted(steps: Iterable[int | str]) -> str:
    """``patients[2].nhs_number``: the place of a value in the file, entries counted from 1."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
