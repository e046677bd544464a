"""How a call by hand is signed: its token, and what else curl needs to know of a system."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from uec_booking.standard import names

from ..actors import calls
from ..actors.calls import Call
from ..actors.oauth import with_good_token
from ..errors import SettingsError
from ..http.connections import THIS_MACHINE
from ..http.exchange import header
from ..scenario.mutations.near_tokens import NEAR_TOKENS
from ..scenario.mutations.tokens import TOKENS
from ..scenario.variations import named
from ..settings.model import Organisation, Part, Settings

SCOPES = (names.SCOPE_SLOT_READ, names.SCOPE_APPOINTMENT_READ, names.SCOPE_APPOINTMENT_WRITE)


def authorisation(settings: Settings, part: Part, scope: str, organisation: Organisation, change: str = "") -> str:
    """The value of the Authorization header; empty where the change leaves it out.

    Raises:
        SettingsError: there is no such change of a token, or a token service gives none.
    """
    call = calls.for_edition(Call("GET", "", "", scope), settings.edition)
    if change:
        call = _changed(call, change)
    sent = calls.addressed(with_good_token(call, part, settings.limits), part, organisation, "")
    return header(sent.headers, "Authorization") or ""


def for_curl(part: Part, authorisation: str) -> Iterator[str]:
    """The lines of a file for `curl --config`."""
    if authorisation:
        yield _line("header", f"Authorization: {authorisation}")
    files = {"cacert": part.tls.ca, "cert": part.tls.client_certificate, "key": part.tls.client_key}
    for name, file in files.items():
        if file:
            yield _line(name, str(Path(file).absolute()))
    if part.tls.client_key_password:
        yield _line("pass", part.tls.client_key_password)
    if part.tls.proxy:
        yield _line("proxy", part.tls.proxy)
        yield _line("noproxy", ",".join(THIS_MACHINE))


def _changed(call: Call, words: str) -> Call:
    known = {**TOKENS, **NEAR_TOKENS}
    try:
        return named(words, known)(call) or call
    except KeyError:
        near = get_close_matches(words, known, n=2)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise SettingsError(f"--change {words!r} is no change of a token.{hint}") from None
    except ValueError:
        raise SettingsError(f"--change {words!r}: what follows the name is not of the due form.") from None


def _line(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name} = "{escaped}"'
