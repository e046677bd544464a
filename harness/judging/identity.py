"""Which run this was, of which systems, made by which version of the harness: read from the stored run alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from uec_booking.standard.roles import CONSUMER

from ..http.exchange import Exchange
from .observations import Run
from .verdicts import Identity, SystemIdentity

#: A name or version longer than this is no name; all of it is in the stored exchange.
_LONGEST = 200


def identified(run: Run) -> Identity:
    """What a report says of the run itself; nothing in it depends on the order of the scenarios."""
    told = _told(run)
    parts = {**run.settings.get("parts", {}), CONSUMER.name: run.settings.get("consumer") or {}}
    return Identity(
        run_id=run.id,
        run_sha256=run.sha256,
        harness=dict(run.tool),
        operator=str(run.settings.get("operator", "")),
        claims=run.claims,
        systems=tuple(
            SystemIdentity(
                key=key,
                role=role,
                name=str(parts.get(key, {}).get("name", key)),
                address=str(parts.get(key, {}).get("base_url", "")),
                software=str(parts.get(key, {}).get("software", "")),
                version=str(parts.get(key, {}).get("version", "")),
                told=tuple(sorted(told.get(key, ()))),
            )
            for key, role in run.systems_under_test.items()
        ),
    )


def _told(run: Run) -> dict[str, set[str]]:
    """What each system said that it is, in every CapabilityStatement that the run read; mostly one thing."""
    found: dict[str, set[str]] = {}
    for record in run.scenarios:
        for exchange in record.exchanges:
            if _is_metadata(str(exchange["request"]["url"])) and exchange.get("response"):
                found.setdefault(str(exchange["system"]), set()).update(_software(Exchange.from_json(exchange)))
    return found


def _is_metadata(url: str) -> bool:
    try:
        return urlsplit(url).path.endswith("/metadata")
    except ValueError:
        return False


def _software(exchange: Exchange) -> Iterator[str]:
    software = exchange.resource.get("software")
    if exchange.ok and isinstance(software, dict):
        words = [software.get(key) for key in ("name", "version")]
        told = " ".join(word.strip()[:_LONGEST] for word in words if isinstance(word, str) and word.strip())
        if told:
            yield told
