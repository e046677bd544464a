"""What the log of bookings holds, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Base64Bytes, BaseModel, ConfigDict, TypeAdapter, ValidationError


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Requested(_Entry):
    """A booking that is about to be sent, or a registration. ``requested`` is the name of this entry.

    ``slot`` and ``start`` are as they were sent, for a person to find it by. ``body`` is in base64. Not ``repeatable``
    is what was sent with anything unusual about it: it was made to be rejected, and is not sent again.
    """

    requested: str
    system: str
    base_url: str
    organisation: str
    request_id: str
    slot: str
    start: str
    nhs_number: str
    format: str
    body: Base64Bytes
    repeatable: bool


class Booked(_Entry):
    """An appointment that came of a request: where it is, and for which organisation.

    ``others`` are further addresses at which its answer may have meant it to be.
    """

    system: str
    base_url: str
    url: str
    organisation: str
    others: tuple[str, ...] = ()
    requested: str = ""


class Answered(_Entry):
    """What was requested was answered: it was made, and noted as booked before. In older logs, or rejected."""

    answered: str


class Rejected(_Entry):
    """What was requested was answered with a 4xx; ``answer`` tells it in a few words.

    It is ``settled`` where the answer is in FHIR, or where the request was made to be rejected. Else it may be that of
    something between, which says nothing of whether the provider carried the request out.
    """

    refused: str
    answer: str
    settled: bool


class Cancelled(_Entry):
    """Nothing is left standing of the appointment at this URL."""

    cancelled: str


Entry = Requested | Booked | Answered | Rejected | Cancelled
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


@dataclass(frozen=True)
class Line:
    """A line of the log, as it stands in the file; ``entry`` is None where it is none of ours."""

    number: int
    raw: bytes
    entry: Entry | None


def lines_of(content: bytes) -> list[Line]:
    """The lines of a log; whatever is in the file, it is read to its end."""
    kept = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [Line(number, raw, _entry(raw)) for number, raw in enumerate(kept, 1) if raw.strip()]


def _entry(raw: bytes) -> Entry | None:
    try:
        return _ENTRY.validate_json(raw)
    except ValidationError:
        return None
