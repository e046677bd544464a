"""Requests that differ in one thing from a good one, and the situation of the table of answers that each is.

A change is named as in the features; what it does to a request is for who sends it (``scenario.mutations``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NearMiss:
    """``change`` makes the request; another answer than those of ``situation`` breaks ``requirement``."""

    change: str
    situation: str
    requirement: str


def _all(requirement: str, situation: str, *changes: str) -> tuple[NearMiss, ...]:
    return tuple(NearMiss(change, situation, requirement) for change in changes)


#: The situations in which a booking that differs in one thing is accepted.
ACCEPTED = frozenset({"book-ok", "book-without-nhs-number"})

BOOKINGS = (
    *_all(
        "PRV-BOOK-01",
        "book-ok",
        "nothing of the patient but what is needed",
        "contained resources in another order",
        "contained resources under other ids",
        "times with milliseconds",
        "without the element language",
        "an incoming referral",
    ),
    *_all("PRV-BOOK-22", "book-ok", "details of a third party only", "an e-mail address beside the telephone"),
    *_all("PRV-BOOK-07", "book-ok", "a patient of great age"),
    *_all("PRV-BOOK-27", "book-ok", "without the element created", "made out an hour ago"),
    *_all("PRV-BOOK-17", "book-without-nhs-number", "a patient without NHS number"),
    *_all("FMT-08", "book-ok", "texts beyond ASCII"),
    *_all("FMT-13", "book-ok", "an unknown element", "an unknown extension", "unknown extensions within"),
    *_all("FMT-16", "book-ok", "a reference outside the server"),
    *_all("FMT-20", "book-ok", "times with another offset"),
    *_all("FMT-11", "book-ok", "a chunked body"),
    *_all("PRV-BOOK-34", "book-ok", "a gzip body"),
    *_all("PRV-BOOK-13", "malformed-body", "a body cut in half", "a body that is another resource"),
    *_all("PRV-BOOK-13", "malformed-xml", "a body of XML that breaks off"),
    *_all("PRV-BOOK-13", "unreadable-body", "no body", "a body that is not UTF-8"),
    *_all(
        "PRV-BOOK-12",
        "profile-breach",
        "without the element participant",
        "without the element description",
        "without the element start",
        "without the element slot",
        "without the element status",
        "with another time than its slot's",
        'with the element status="Booked"',
        "a patient of the gender Female",
        "a patient without a name",
        "a patient without an address",
    ),
    *_all("PRV-BOOK-12", "malformed-value", "with the element description=null"),
    *_all("PRV-BOOK-14", "unknown-slot", "a slot that does not exist", "a slot identifier that does not exist"),
    *_all("PRV-BOOK-19", "invalid-nhs-number", "the NHS number 999000001"),
    *_all("PRV-BOOK-20", "rank-rules", "two contact points of rank 1"),
    *_all("PRV-BOOK-21", "rank-rules", "no contact point of rank 1"),
    *_all("PRV-BOOK-23", "unsupported-request-type", "with the header Content-Type: text/plain"),
    *_all("FMT-06", "unsupported-response-format", "asking for a format that nobody serves"),
)

CANCELLATIONS = (
    *_all(
        "PRV-CAN-07",
        "cancel-differs",
        'with the element description="Changed"',
        "with an element more",
        'with the element end="2031-05-06T07:08:00Z"',
        "another birth date of the patient",
        "another address of the patient",
        "another status of the participant",
    ),
    *_all("PRV-CAN-07", "profile-breach", "without the element description"),
    *_all("PRV-CAN-07", "cancel-to-other-status", 'with the element status="fulfilled"'),
    *_all("PRV-CAN-10", "profile-breach", "without the element participant", "nothing but its id and status"),
    *_all("PRV-CAN-08", "stale-version", "quoting another version"),
    *_all("PRV-CAN-08", "no-version-that-was", "quoting a tag with the version in it"),
    *_all("PRV-CAN-09", "no-if-match", "without the header If-Match"),
    *_all("PRV-CAN-09", "no-version-that-was", "with an empty header If-Match"),
    *_all("PRV-CAN-18", "any-version", "with the header If-Match: *"),
    *_all("PRV-CAN-11", "malformed-body", "a body cut in half", "a body that is another resource"),
    *_all("PRV-CAN-19", "cancel-unknown", "of an id that never was"),
    *_all("FMT-06", "unsupported-response-format", "asking for a format that nobody serves"),
)

READS = (
    *_all("PRV-GET-03", "read-unknown", "of an id that never was", "of the beginning of the id"),
    *_all("PRV-GET-02", "read-no-version", "of a version that never was"),
    *_all("FMT-14", "read-wrong-case", "of the id in the other case"),
    *_all("PRV-GET-11", "bad-read-parameter", "with the further parameter _count=abc"),
    *_all("FMT-06", "unsupported-response-format", "asking for a format that nobody serves"),
)

SEARCHES = (
    *_all(
        "PRV-SRCH-04",
        "search-ok",
        "with its parameters in another order",
        "with milliseconds in its times",
    ),
    *_all("PRV-SRCH-03", "search-busy-status", "with the parameter status=busy", "with the parameter status=free,busy"),
    *_all(
        "PRV-SRCH-08",
        "search-without-optional-parameters",
        "without the parameter status",
        "without the parameter start=ge",
    ),
    *_all("PRV-SRCH-09", "unknown-query-parameter", "with the further parameter unknown-parameter=1"),
    *_all(
        "PRV-SRCH-10",
        "invalid-query-value",
        "with the parameter start=gefoo",
        "with the parameter start=ge2026-02-30T09:00:00Z",
    ),
    *_all(
        "PRV-SRCH-11",
        "unknown-service",
        "of a service whose id is the beginning of this one",
        "of a service whose id is this one before a letter",
    ),
    *_all("PRV-SRCH-12", "search-past-window", "with a window in the past"),
    *_all("PRV-SRCH-16", "search-with-includes", "with the further parameter _include=Slot:schedule"),
    *_all("PRV-SRCH-39", "search-ok", "with the further parameter _revinclude=Appointment:slot"),
)

FINDS = _all("PRV-SAPT-04", "appointment-search-bad-query", "with the patient not-a-token")

#: Tokens that are no good, for any request that needs one.
TOKENS = (
    *_all("SEC-21", "token-missing", "no Authorization header", "another scheme than Bearer"),
    *_all("SEC-22", "token-malformed", "a token of one part", "a token without iss", "a token without exp"),
    *_all("SEC-23", "token-expired", "a token that expired an hour ago"),
    *_all("SEC-24", "token-not-yet-valid", "a token issued an hour from now"),
    *_all("SEC-26", "token-audience", "a token made out to another provider", "a token made out to its host"),
    *_all("SEC-27", "token-scope", "a token of scope openid"),
)

REGISTRATIONS = (
    *_all(
        "REG-09",
        "registry-profile-breach",
        "without the element status",
        "without the element start",
        "without the element created",
        "without the element identifier",
        "without the element participant",
        'with the element description="111 Referral"',
        'with the element status="Booked"',
        'with the element created="yesterday"',
        "with its patient contained",
        "with two URLs as identifiers",
        "with two patients",
        "the NHS number under another system",
        "the NHS number 99900000",
    ),
    *_all("REG-09", "registry-malformed-body", "a body cut in half", "a body that is another resource", "no body"),
    *_all("FMT-20", "registry-register-ok", "times with another offset"),
)

UPDATES = (
    *_all(
        "REG-18",
        "registry-change-refused",
        'with the element start="2031-05-06T07:08:00Z"',
        'with the element description="Changed"',
        'with the element end="2031-05-06T07:08:00Z"',
        "the NHS number 9990000018",
    ),
    # What is left out is a change, and makes it invalid besides.
    *_all("REG-18", "registry-profile-breach", "without the element participant"),
    *_all("REG-19", "registry-stale-version", "quoting another version"),
    *_all("REG-19", "registry-no-if-match", "without the header If-Match"),
)

ENTRY_READS = _all("REG-14", "registry-unknown-read", "of an id that never was")

REGISTRY_TOKENS = _all(
    "REG-20",
    "registry-bad-token",
    "no Authorization header",
    "another scheme than Bearer",
    "a token of one part",
    "a token that expired an hour ago",
    "a token made out to another provider",
    "a token signed by somebody else",
)
