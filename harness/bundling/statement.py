"""What is signed: an in-toto statement of the test's result, in a DSSE envelope.

https://in-toto.io/attestation/test-result/v0.1 and https://github.com/secure-systems-lab/dsse (protocol.md). The
subjects of the statement are the manifest, and so all members, and the recording.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..judging import verdicts as v
from ..judging.verdicts import JudgedRun

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"

#: The predicate knows three results. What did not come to a verdict has not passed.
_RESULTS = {v.CONFORMANT: "PASSED", v.PARTIAL: "WARNED"}


class NotSigned(Exception):
    """The envelope has no signature that holds; says why in a sentence."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def statement(judged: JudgedRun, subjects: Mapping[str, bytes]) -> bytes:
    """The statement on a judged run; the same bytes whenever and wherever it is made."""
    return as_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": sha256(content)}} for name, content in subjects.items()],
            "predicateType": PREDICATE_TYPE,
            "predicate": _predicate(judged),
        }
    )


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=True, indent=1, allow_nan=False).encode("ascii") + b"\n"


def _predicate(judged: JudgedRun) -> dict[str, Any]:
    result = _RESULTS.get(judged.verdict, "FAILED")
    if result == "PASSED" and (judged.outstanding or judged.counts.get(v.WARN)):
        result = "WARNED"
    return {
        "result": result,
        "configuration": [
            {"name": "harness", "annotations": dict(judged.identity.harness)},
            {
                "name": "run",
                "annotations": {
                    "id": judged.identity.run_id,
                    "edition": judged.edition,
                    "reading": judged.reading,
                    "claims": list(judged.identity.claims),
                    "verdict": judged.headline(),
                },
            },
            *({"name": one.key, "annotations": asdict(one)} for one in judged.identity.systems),
        ],
        "passedTests": _of(judged, v.PASS),
        "warnedTests": _of(judged, v.WARN),
        "failedTests": _of(judged, v.FAIL),
    }


def _of(judged: JudgedRun, verdict: v.Verdict) -> list[str]:
    return sorted(one.id for one in judged.requirements if one.verdict == verdict)


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER)."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def signed_bytes(payload: bytes) -> bytes:
    """What the signature is made over: the pre-authentication encoding of DSSE."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode("ascii"), len(payload), payload)


def envelope(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """The payload in a DSSE envelope; Ed25519 signs the same bytes alike every time."""
    return _written(payload, key.sign(signed_bytes(payload)), key.public_key())


def opened(content: bytes, key: Ed25519PublicKey) -> bytes:
    """The payload of an envelope that ``key`` has signed.

    Raises:
        NotSigned: it is no envelope of ours, or not signed with this key.
    """
    try:
        found = json.loads(content)
        payload = base64.b64decode(found["payload"], validate=True)
        (signature,) = (base64.b64decode(one["sig"], validate=True) for one in found["signatures"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotSigned("It is no DSSE envelope with one signature.") from None
    try:
        key.verify(signature, signed_bytes(payload))
    except InvalidSignature:
        raise NotSigned(f"It is not signed with the key {key_id(key)}, or was changed afterwards.") from None
    if content != _written(payload, signature, key):
        raise NotSigned("The envelope was changed around what is signed in it.")
    return payload


def _written(payload: bytes, signature: bytes, key: Ed25519PublicKey) -> bytes:
    """The envelope as we write it: nothing can be in it that the signature does not cover."""
    return as_bytes(
        {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(payload).decode("ascii"),
            "signatures": [{"keyid": key_id(key), "sig": base64.b64encode(signature).decode("ascii")}],
        }
    )
