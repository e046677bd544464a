"""The script itself: what it is about, what it needs, the requests, and the test that ends it with 1, 0 or 2."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby

from .bodies import Changed
from .conditions import Condition
from .requests import Request
from .texts import FromAnswer, NewId, Setting, comment, here_document, in_shell, joined, quoted, references, variable

_HELPERS = resources.files("uec_booking.reports").joinpath("templates/reproduce.sh")
#: Scripts have a copy of what reads answers here, so that both read alike.
_READING = resources.files("uec_booking.reports").joinpath("reproduction/reading.py")
#: Behind this line stands what is of this one failure.
REQUESTS = (
    "# -- the requests ------------------------------------------------------------------------------------------"
)
#: What is read from the headers of an answer; all else is read from its body, by one call of Python.
_BY_SHELL = ("header", "id_in_location")
#: The line that ends a body.
_END = "BODY"
#: The headers by which a request finds its way: what cancels a booking has them, too.
_OF_THE_WAY = ("Ssp-TraceID", "Ssp-From", "Ssp-To")


@dataclass(frozen=True)
class Header:
    """What stands at the top: of which failure the script is, and what systems it is for."""

    about: Sequence[str]
    #: The options of `uec-booking token` that name the systems.
    systems: Sequence[str]
    settings: Mapping[str, str]


def script(header: Header, requests: Sequence[Request], condition: Condition | None) -> str:
    """A script for bash. Without a condition it only sends the requests, and keeps the answers."""
    numbers = {one.id: number for number, one in enumerate(requests, start=1)}
    used = [one for request in requests for one in request.answers_used()]
    if condition and isinstance(condition.other, FromAnswer):
        used.append(condition.other)
    lines = [
        *_top(header, requests),
        *_helpers().splitlines(),
        "",
        REQUESTS,
        "",
        *_clean_up(requests, numbers),
    ]
    seen: set[NewId] = set()
    for together in _in_turn(requests):
        if together[0].turn.wait:
            lines += ["", f"sleep {together[0].turn.wait}"]
        for request in together:
            lines += ["", *_request(request, numbers, seen, at_once=len(together) > 1)]
        if len(together) > 1:
            lines += ["", "wait  # until all of them are answered"]
        for request in together:
            lines += _after(request, numbers, condition, used)
    lines += ["", *(_verdict(condition, requests, numbers) if condition else ["finish 0"])]
    return "\n".join(lines) + "\n"


@cache
def _helpers() -> str:
    return _HELPERS.read_text("utf-8").replace("@READING@", _READING.read_text("utf-8").strip())


def _in_turn(requests: Sequence[Request]) -> Iterator[list[Request]]:
    """One after the other; what was sent at the same moment together."""
    for _, alike in groupby(
        enumerate(requests), key=lambda one: (one[1].turn.at_once, not one[1].turn.at_once and one[0])
    ):
        yield [request for _, request in alike]


def _after(
    request: Request, numbers: Mapping[str, int], condition: Condition | None, used: Sequence[FromAnswer]
) -> Iterator[str]:
    number = numbers[request.id]
    if request.status:
        yield f"answered {number}"
    looked_at = condition is not None and request.id in (condition.exchanges() | {*condition.at_once})
    if 200 <= request.status < 300 and condition and not looked_at:
        yield f"as_in_the_run {number} {request.status}"
    yield from _captures(request, numbers, used)


def _top(header: Header, requests: Sequence[Request]) -> Iterator[str]:
    many = f"{len(requests)} requests" if len(requests) != 1 else "One request"
    yield "#!/usr/bin/env bash"
    yield from (f"# {comment(line)}" for line in header.about)
    yield "#"
    yield f"# {many}. Ends with status 1 where the fault shows, 0 where it does not, 2 where that could not be tried."
    if any(one.books for one in requests):
        yield "# It books for a synthetic patient, and cancels at its end what it has booked: use a test environment."
    if any(one.turn.wait for one in requests):
        yield f"# It waits {sum(one.turn.wait for one in requests)} seconds in all, because time has to pass."
    yield "# CONFIG=FILE names another settings file; what stands in capitals below may be set likewise."
    yield "set -uo pipefail"
    yield ""
    yield "UEC_BOOKING=${UEC_BOOKING:-uec-booking}"
    yield f"systems=({' '.join(quoted(word) for word in header.systems)})"
    yield '[ -n "${CONFIG:-}" ] && systems=(--config "$CONFIG")'
    for name in sorted(_settings_used(header.settings, requests)):
        yield f"{name}=${{{name}:-{quoted(header.settings[name])}}}"
    yield ""


def _settings_used(settings: Mapping[str, str], requests: Sequence[Request]) -> set[str]:
    texts = [text for one in requests for text in (one.url, *(value for _, value in one.headers))]
    texts += [one.body for one in requests if isinstance(one.body, tuple)]
    if any(one.awaits for one in requests):
        texts.append((Setting("REGISTRY_SECONDS"),))
    there = {getattr(part, "name", "") for text in texts for part in references(text)}
    return {name for name in settings if name in there}


def _clean_up(requests: Sequence[Request], numbers: Mapping[str, int]) -> Iterator[str]:
    yield "clean_up() {"
    yield "    :"
    for one in requests:
        if one.method == "POST":
            words = [str(numbers[one.id]), one.signature.part, one.signature.organisation, in_shell(one.url, numbers)]
            for name, value in one.headers:
                if name in _OF_THE_WAY:
                    words += ["-H", in_shell(joined([f"{name}: ", *value]), numbers)]
            yield f"    cancel {' '.join(words)}"
    yield "}"


def _request(request: Request, numbers: Mapping[str, int], seen: set[NewId], *, at_once: bool) -> Iterator[str]:
    number, sign = numbers[request.id], request.signature
    came = f"in the run: {request.status}" if request.status else "in the run: no answer"
    yield f"# {number}. {comment(request.note) + '; ' if request.note else ''}{came}"
    for text in (value for _, value in request.headers):
        for new in references(text):
            if isinstance(new, NewId):
                if new not in seen:
                    seen.add(new)
                    yield f"{variable(new, numbers)}=$(new_id)"
                yield f'printf %s "${variable(new, numbers)}" > "$work/{number}.id"'
    if request.body is not None:
        yield _body(request, numbers)
    if request.awaits:
        yield 'sleep "$REGISTRY_SECONDS"  # so long the provider may take to tell the registry'
    if at_once:
        yield f"sign {sign.part} {sign.scope} {sign.organisation} {quoted(sign.change)} > /dev/null"
    words = ["request", str(number), sign.part, sign.scope, sign.organisation, quoted(sign.change), request.method]
    yield f"{' '.join(words)} \\"
    rest = [in_shell(request.url, numbers)]
    rest += [
        f"-H {in_shell(joined([f'{name}:', *([' ', *value] if value else [])]), numbers)}"
        for name, value in request.headers
    ]
    if request.method == "HEAD":
        rest.append("--head")
    if request.body is not None:
        rest.append(f'--data-binary "@$work/{number}.sent.body"')
    yield " \\\n".join(f"    {word}" for word in rest) + (" &" if at_once else "")


def _body(request: Request, numbers: Mapping[str, int]) -> str:
    number, body = numbers[request.id], request.body
    packed = " | gzip -c" if request.packed else ""
    if isinstance(body, Changed):
        changes = quoted(json.dumps([[list(path), value] for path, value in body.changes]))
        return f"changed {numbers[body.answer.exchange]} {changes}{packed} | sent {number}"
    if isinstance(body, bytes):
        decoding = "import base64, sys; sys.stdout.buffer.write(base64.b64decode(sys.argv[1]))"
        return f'"$python" -c {quoted(decoding)} {quoted(body.decode("ascii"))} | sent {number}'
    assert isinstance(body, tuple)
    lines = "" if request.packed else here_document(body, numbers, _END)
    if lines:
        return f"sent_text {number} <<{_END}\n{lines}\n{_END}"
    return f"printf %s {in_shell(body, numbers)}{packed} | sent {number}"


def _captures(request: Request, numbers: Mapping[str, int], used: Sequence[FromAnswer]) -> Iterator[str]:
    """Reads from the answer what a later request, or the test, takes from it."""
    there: dict[str, FromAnswer] = {}
    for one in used:
        if one.exchange == request.id and one.what[0] != "body":
            there.setdefault(variable(one, numbers), one)
    number = numbers[request.id]
    for name, one in there.items():
        if one.what[0] in _BY_SHELL:
            yield f"{name}=$({' '.join([one.what[0], str(number), *map(quoted, one.what[1:])])})"
    by_program = {name: one for name, one in there.items() if one.what[0] not in _BY_SHELL}
    if by_program:
        yield f"{{ {' '.join(f'read -r {name};' for name in by_program)} }} < <("
        what = " ".join(quoted(word) for one in by_program.values() for word in one.what)
        yield f'    program read "$work/{number}.body" {what}'
        yield ")"
    # A slot that is there has all of what is taken from it: it is asked for once.
    once = {one.what[:2] if one.what[0] == "slot" else name: (name, one) for name, one in reversed(there.items())}
    for name, one in once.values():
        lacking = "had no free slot" if one.what[0] == "slot" else f"had no {one.name.replace('_', ' ')}"
        yield f'need "${name}" {quoted(f"the answer to request {number} {lacking}.")}'


def _verdict(condition: Condition, requests: Sequence[Request], numbers: Mapping[str, int]) -> Iterator[str]:
    words = condition.in_words(numbers)
    yield f"# The fault shows where {comment(words)}."
    yield f"if {condition.in_shell(numbers)}; then"
    yield f"    echo {quoted(f'The fault shows: {comment(words)}.')}"
    yield "    finish 1"
    yield "fi"
    if condition.kind not in ("status", "accepted"):
        for request in requests:
            if request.id in condition.exchanges() and request.status:
                yield f"as_in_the_run {numbers[request.id]} {request.status}"
    yield f"echo {quoted('The fault does not show.')}"
    yield "finish 0"
