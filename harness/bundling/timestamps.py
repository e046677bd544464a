"""Time stamps of an authority (RFC 3161): that a signed statement was there at a certain time."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import requests
from cryptography import x509
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ..errors import SettingsError
from ..http.urls import split
from ..text import one_line

#: Seconds to connect, and between two pieces of the answer; and for all of it.
_PATIENCE, _IN_ALL = (5, 15), 45
#: No time stamp with its certificates is longer.
_LONGEST = 100_000
_HASHES = {"2.16.840.1.101.3.4.2.1": hashlib.sha256, "2.16.840.1.101.3.4.2.3": hashlib.sha512}


class WrongStamp(Exception):
    """It is no time stamp of this content; says why in a sentence."""


def stamped(content: bytes, url: str) -> bytes:
    """The time stamp of ``content`` by the authority at ``url``, as it comes.

    Raises:
        SettingsError: it gave none.
    """
    asked = TimestampRequestBuilder().data(content).cert_request(cert_request=True).nonce(nonce=True).build()
    answer = _answer(url, asked.as_bytes())
    try:
        stamp = _read(answer, content)
        if stamp.tst_info.nonce != asked.nonce:
            raise WrongStamp("It answers another request.")
    except WrongStamp as problem:
        raise SettingsError(
            f"The time-stamp authority {one_line(url)} gave no time stamp that holds: {problem} Name another with "
            "--timestamp, or leave it out."
        ) from None
    return answer


def time_of(stamp: bytes, content: bytes, authority: Path | None) -> datetime:
    """When ``content`` was there, as the stamp says; with the certificates of an ``authority``, whether it says so.

    Raises:
        WrongStamp: it is a stamp of something else, or of another authority.
        SettingsError: the file of the authority holds no certificate.
    """
    found = _read(stamp, content)
    if authority is not None:
        builder = VerifierBuilder()
        for certificate in _certificates(authority):
            builder = builder.add_root_certificate(certificate)
        try:
            builder.build().verify_message(found, content)
        except (VerificationError, ValueError) as problem:
            raise WrongStamp(f"It does not come from the authority in {authority}: {one_line(problem)}.") from None
    return found.tst_info.gen_time.astimezone(UTC)


def _read(stamp: bytes, content: bytes) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(stamp)
        if found.status not in (0, 1):
            raise WrongStamp(f"The authority rejected it: {one_line('; '.join(found.status_string)) or found.status}.")
        imprint = found.tst_info.message_imprint
    except ValueError as problem:
        raise WrongStamp(f"It is no answer of RFC 3161: {one_line(problem)}.") from None
    hashed = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if hashed is None or hashed(content).digest() != imprint.message:
        raise WrongStamp("It is the time stamp of something else.")
    return found


def _answer(url: str, request: bytes) -> bytes:
    if split(url).scheme not in ("http", "https"):
        raise SettingsError(f"--timestamp {one_line(url)} is no address that begins with http:// or https://.")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with requests.post(url, request, headers=headers, timeout=_PATIENCE, stream=True) as response:
            body, end = b"", monotonic() + _IN_ALL
            for piece in response.iter_content(8192):
                body += piece
                if len(body) > _LONGEST or monotonic() > end:
                    raise ValueError("the answer is too long, or takes too long")
            if response.status_code != 200:
                raise ValueError(f"it answered with status {response.status_code}")
    except (requests.RequestException, ValueError) as problem:
        raise SettingsError(
            f"The time-stamp authority {one_line(url)} did not answer as it should: {one_line(problem)}. Try again, "
            "name another with --timestamp, or leave it out."
        ) from None
    return body


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"The certificates of the time-stamp authority cannot be read from {path}: {one_line(problem)}. Name a "
            "PEM file with --timestamp-ca."
        ) from None
