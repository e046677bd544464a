"""Settings by environment variables: ``UEC_BOOKING__PROVIDER__BASE_URL`` is ``base_url`` of ``[provider]``.

A variable prevails over the file. Its name ends with ``__FILE`` where it has the path of a file that holds the value,
so that a secret is in no environment and in no settings file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from ..errors import SettingsError
from .tables import SettingsFile
from .values import nearly

PREFIX = "UEC_BOOKING__"
_FILE = "__FILE"
#: What ``str | None`` is made with.
_CHOICES = (Union, UnionType)


def variables() -> dict[str, str]:
    """The dotted key of each setting that the environment has, and the name of its variable."""
    return {_key(name): name for name in sorted(os.environ) if name.startswith(PREFIX) and os.environ[name]}


def laid_over(data: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a file, with those of the variables in their place.

    Raises:
        SettingsError: a variable names no setting, or the file that it names cannot be read.
    """
    laid = _copied(data)
    for key, variable in named.items():
        *above, last = key.split(".")
        table = laid
        for step in above:
            inner = table.setdefault(step, {})
            if not isinstance(inner, dict):
                raise SettingsError(f"{variable}: {step} is no table in the settings file. Leave one of them out.")
            table = inner
        table[last] = _typed(_value(variable), _kind_of(key, variable))
    return laid


def _key(variable: str) -> str:
    return variable.removeprefix(PREFIX).removesuffix(_FILE).lower().replace("__", ".")


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy whose tables are copies too."""
    return {key: _copied(value) if isinstance(value, dict) else value for key, value in data.items()}


def _value(variable: str) -> str:
    """The value is quoted nowhere: it may be a secret."""
    said = os.environ[variable]
    if not variable.endswith(_FILE):
        return said
    try:
        return Path(said).read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not in UTF-8"
        raise SettingsError(f"{variable}: the file {said} cannot be read: {why}. Correct the path.") from None


def _kind_of(key: str, variable: str) -> Any:
    """The type of a setting. Raises ``SettingsError`` where there is none of that name."""
    kind: Any = SettingsFile
    for step in key.split("."):
        table = _table(kind)
        if table is not None:
            known = table.model_fields
            if step not in known:
                remedy = nearly(step, known)
                raise SettingsError(
                    f"{variable}: the key {step!r} is not known. {remedy}Known are: {', '.join(known)}."
                )
            kind = known[step].annotation
        elif get_origin(kind) is dict:
            kind = _bare(get_args(kind)[1])
        else:
            raise SettingsError(
                f"{variable}: there is no setting {key}. Leave out what follows the name of the setting."
            )
    return kind


def _bare(kind: Any) -> Any:
    """A type without what it is annotated with."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _table(kind: Any) -> type[BaseModel] | None:
    """The table that a type is, or may be."""
    choices = get_args(kind) if get_origin(kind) in _CHOICES else (kind,)
    return next((one for one in choices if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _typed(value: str, kind: Any) -> Any:
    """As TOML has it, where it is no text: a number, true or false, a list, a table. Words with commas are a list."""
    if kind is str or (get_origin(kind) in _CHOICES and str in get_args(kind)):
        return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return [word.strip() for word in value.split(",")] if get_origin(kind) in (list, tuple) else value
