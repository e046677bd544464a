"""What `init` asks at a terminal; an answer that cannot be is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..settings.values import Wrong, address
from ..text import say


def asked() -> dict[str, str]:
    """The values given, by dotted key. Enter leaves a question out; the end of the input leaves out the rest."""
    say("Enter leaves a question out: the file then has an example in its place.")
    values: dict[str, str] = {}
    try:
        for key, question, fits in _QUESTIONS:
            if key == "tls.client_key" and "tls.client_certificate" not in values:
                continue
            if answer := _answered(question, fits):
                values[key] = answer
    except EOFError:
        print()
    return values


def _answered(question: str, fits: Callable[[str], object]) -> str:
    while answer := input(f"{question}: ").strip():
        try:
            fits(answer)
        except Wrong as problem:
            say(str(problem), "  ")
        else:
            return answer
    return ""


def _file(value: str) -> None:
    if not Path(value).is_file():
        raise Wrong(f"there is no file {value}.", "Correct the path; it is relative to where you are.")


_QUESTIONS: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("provider.base_url", "Service root of the provider (https://host/STU3/1/service)", address),
    ("provider.name", "What it is called in reports", str),
    ("provider.services.later", "DoS service id with free slots from 6 hours on", str),
    ("provider.services.within_2_hours", "DoS service id with free slots within 2 hours, if another", str),
    ("provider.asid", "ASID of the provider", str),
    ("tls.ca", "Authority that signed its certificate (PEM file), if not a public one", _file),
    ("tls.client_certificate", "Your client certificate (PEM file), if it asks for one", _file),
    ("tls.client_key", "Its key (PEM file)", _file),
    ("registry.base_url", "Base URL of your registry, if you have one", address),
)
#: What raises ``Wrong`` where a value cannot be what its key is for.
FITS: Mapping[str, Callable[[str], object]] = {key: fits for key, _, fits in _QUESTIONS}
