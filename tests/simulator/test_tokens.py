"""The unsigned JWT, claim by claim, with the answer of RFC 6750 to a wrong one."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ..support.simulator_client import Consumer, Simulator, unsigned

SCOPE = "organization/slot.read"


@dataclass(frozen=True)
class FromNow:
    """A time, so many seconds from when the test begins: the tests are collected long before the last of them runs."""

    seconds: int
    form: Callable[[int], Any] = int


def told(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with the times that they mean now."""
    now = int(time.time())
    return {n: v.form(now + v.seconds) if isinstance(v, FromNow) else v for n, v in changes.items()}


def asked(consumer: Consumer, token: str) -> Any:
    """The answer to a request for the capability statement with a token."""
    return consumer.send("GET", "/metadata", SCOPE, token=token)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": FromNow(-600), "iat": FromNow(-900)},
        {"exp": FromNow(900), "iat": FromNow(600)},
        {"exp": FromNow(3600)},
        {"exp": FromNow(300, str)},
        {"exp": FromNow(300, lambda at: at + 0.5)},
        {"iat": True},
        {"aud": "https://other.example/STU3/1/booking"},
        {"aud": ""},
        {"iss": None},
        {"iss": 7},
        {"sub": ""},
        {"reason_for_request": "research"},
        {"requested_scope": "patient/appointment.read"},
        {"requested_scope": ""},
        {"requesting_device": {"resourceType": "Device"}},
        {"requesting_organization": {"resourceType": "Organization", "name": "Nameless"}},
        {
            "requesting_practitioner": {
                "resourceType": "Practitioner",
                "id": "else",
                "name": [{"family": "X"}],
            }
        },
    ],
    ids=lambda changes: ",".join(changes),
)
def test_a_wrong_claim_is_refused(world: Simulator, changes: dict[str, Any]) -> None:
    consumer = world.consumer()
    answer = asked(consumer, unsigned(consumer.claims(SCOPE, **told(changes))))
    assert answer.status_code == 403
    assert answer.json()["issue"][0]["code"] == "forbidden"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert asked(consumer, unsigned(consumer.claims(SCOPE))).status_code == 200


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "iat", "exp", "reason_for_request", "requested_scope"])
def test_a_missing_claim_is_refused(world: Simulator, claim: str) -> None:
    consumer = world.consumer()
    claims = consumer.claims(SCOPE)
    del claims[claim]
    assert asked(consumer, unsigned(claims)).status_code == 403


def encoded(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_wrong_form_is_refused(world: Simulator) -> None:
    consumer = world.consumer()
    head, body = encoded({"alg": "none", "typ": "JWT"}), encoded(consumer.claims(SCOPE))
    twice = encoded(json.dumps(consumer.claims(SCOPE))[:-1].encode() + b',"sub":"someone-else"}')
    for token in (
        f"{head}.{body}",
        f"{head}.{body}.c2ln",
        f"{head}..",
        "x",
        f"{head}.{encoded(b'not json')}.",
        f"{head}.{encoded([1])}.",
        f"{head}.{twice}.",
        f"{encoded({'alg': 'NONE', 'typ': 'JWT'})}.{body}.",
        f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{body}.",
        f"{head}.{body}{'A' * 9000}.",
    ):
        assert asked(consumer, token).status_code == 403, token[:80]
    bare = consumer.send("GET", "/metadata", SCOPE, Authorization="")
    assert bare.status_code == 403
    assert consumer.send("GET", "/metadata", SCOPE, Authorization="Basic eA==").status_code == 403


def test_what_may_differ_is_accepted(world: Simulator) -> None:
    consumer = world.consumer()
    practitioner = {
        "resourceType": "Practitioner",
        "id": "user-1",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "UNK"}],
        "name": [{"family": "Handler", "given": ["Hal"]}],
    }
    for changes in (
        {"requesting_practitioner": practitioner},
        {"aud": consumer.settings["audience"] + "/"},
        {"requested_scope": f"patient/appointment.write {SCOPE}"},
        {"iat": FromNow(5), "exp": FromNow(305)},
        {"extra": {"claim": 1}},
    ):
        assert asked(consumer, unsigned(consumer.claims(SCOPE, **told(changes)))).status_code == 200, changes


def test_each_operation_needs_its_scope(world: Simulator) -> None:
    consumer = world.consumer()
    path = "/Appointment/" + consumer.book_any().json()["id"]
    for method, where, right, wrong in (
        ("GET", "/Slot", SCOPE, "patient/appointment.write"),
        ("GET", path, "patient/appointment.read", SCOPE),
        ("POST", "/Appointment", "patient/appointment.write", "patient/appointment.read"),
        ("PUT", path, "patient/appointment.write", "patient/appointment.read"),
    ):
        body = None if method == "GET" else {"resourceType": "Appointment"}
        refused = consumer.send(method, where, wrong, body)
        assert refused.status_code == 403
        assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
        assert consumer.send(method, where, right, body).status_code != 403


def test_the_audit_trail_has_the_provenance(world: Simulator) -> None:
    consumer = world.consumer(organisation="second_111")
    appointment_id = consumer.book_any().json()["id"]
    [line] = world.control("GET", f"/audit?provider=utc&appointment={appointment_id}").json()["audit"]
    assert (line["action"], line["outcome"], line["version"]) == ("book", "done", 1)
    organisation = line["provenance"]["requesting_organization"]
    assert organisation["identifier"][0]["value"] == consumer.organisation["ods"]
    assert line["request_id"] and line["response_id"]
