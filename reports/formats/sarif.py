"""``results.sarif``: what failed and what earned a warning as SARIF 2.1.0, for code scanning and editors.

A rule is a requirement, a result one shortfall of it, with the first exchange that shows it. Nothing else is a result:
what could not be observed is no finding about the system. Whether the run came to its end stands in its invocation.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import FAIL, WARN, JudgedRun, RequirementVerdict

from ..exchanges import Exchange, of_run
from ..findings import Seen, explained, seen_once, with_verdict
from ..reporter import SilentReporter, write_document
from ..rerun import rerun
from ..secrets import redacted_line, without_secrets
from ..text import as_json, clean, cut, one_line
from .times import instant

_LEVELS = {FAIL: "error", WARN: "warning"}
#: Bodies are shown up to here; exchanges.har has them whole.
_BODY_LIMIT = 5_000
#: The name under which the folder of the feature files is known: it is part of the program, not of any repository.
_BASE = "UEC_BOOKING"
_NO_VERSION = "0"


class SarifReporter(SilentReporter):
    """Writes ``results.sarif``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "results.sarif", as_json(document(run)))


def document(run: JudgedRun) -> dict[str, Any]:
    """The document as plain data; the same for the same judged run."""
    found = with_verdict(run, FAIL, WARN)
    exchanges = of_run(run)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run, found)},
                "automationDetails": _automation(run),
                "originalUriBaseIds": {_BASE: {"description": {"text": "where uec-booking is installed"}}},
                "invocations": [_invocation(run)],
                "results": [
                    _result(index, requirement, seen, exchanges)
                    for index, requirement in enumerate(found)
                    for seen in seen_once(requirement) or (None,)
                ],
                "properties": {name: one_line(value, 1000) for name, value in run.identity.in_words()},
            }
        ],
    }


def _driver(run: JudgedRun, found: tuple[RequirementVerdict, ...]) -> dict[str, Any]:
    harness = run.identity.harness
    return {
        "name": harness.get("name", "uec-booking"),
        "version": harness.get("version", _NO_VERSION),
        "rules": [_rule(run, requirement) for requirement in found],
    }


def _rule(run: JudgedRun, requirement: RequirementVerdict) -> dict[str, Any]:
    again = rerun(run, requirement)
    more = f"Read more: report.html#{requirement.id}"
    return {
        "id": requirement.id,
        "shortDescription": {"text": one_line(requirement.text, 1000)},
        "defaultConfiguration": {"level": _LEVELS[requirement.verdict]},
        "help": {"text": f"{more}\nRun it again: {again}"},
        "properties": {"tags": [str(requirement.level), requirement.role]},
    }


def _automation(run: JudgedRun) -> dict[str, Any]:
    about = {"id": one_line("/".join(filter(None, ["uec-booking", run.edition, run.reading]))) + "/"}
    return {**about, "guid": run.identity.run_id} if _is_uuid(run.identity.run_id) else about


def _invocation(run: JudgedRun) -> dict[str, Any]:
    return {
        # Whether the run did its work, whatever it found: a failure of the system is none of the run.
        "executionSuccessful": run.exit_status in (0, 1) and not run.reason,
        "exitCode": run.exit_status,
        "exitCodeDescription": one_line(run.headline()),
        "startTimeUtc": instant(run.started),
        "endTimeUtc": instant(run.finished),
    }


def _result(
    index: int,
    requirement: RequirementVerdict,
    seen: Seen | None,
    exchanges: Mapping[tuple[str, str], Exchange],
) -> dict[str, Any]:
    """One shortfall; or the verdict with its reason, where nothing was noted that falls short."""
    told = explained(requirement, seen.judged) if seen else _reason(requirement)
    made: dict[str, Any] = {
        "ruleId": requirement.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": _LEVELS[requirement.verdict],
        "message": {"text": without_secrets(clean(told))},
        "locations": [_location(requirement, seen)],
        "partialFingerprints": {"uecBooking/v1": _fingerprint(requirement, seen)},
    }
    if seen:
        made["occurrenceCount"] = seen.times
        observation = seen.judged.observation
        exchange = next((exchanges.get((observation.scenario, id)) for id in observation.exchanges), None)
        if exchange:
            made |= _traffic(exchange)
    return made


def _reason(requirement: RequirementVerdict) -> str:
    return f"{requirement.id} ({requirement.level}) {requirement.verdict}: {requirement.reason or requirement.text}"


def _location(requirement: RequirementVerdict, seen: Seen | None) -> dict[str, Any]:
    """The scenario that saw it, and the place in the answer."""
    scenario = seen.judged.observation.scenario if seen else next(iter(requirement.scenarios), "")
    logical = [{"fullyQualifiedName": one_line(scenario or requirement.id, 1000), "kind": "scenario"}]
    if seen and seen.judged.observation.where:
        logical.append({"fullyQualifiedName": one_line(seen.judged.observation.where, 1000), "kind": "element"})
    feature = scenario.partition("::")[0]
    # GitHub takes no result without a file.
    artifact = {"uri": f"features/{feature}", "uriBaseId": _BASE} if feature else {"uri": "report.html"}
    return {"physicalLocation": {"artifactLocation": artifact}, "logicalLocations": logical}


def _fingerprint(requirement: RequirementVerdict, seen: Seen | None) -> str:
    """The same finding has the same one in each run: it is of what was asked and where, not of the values that came."""
    parts = [requirement.id]
    if seen:
        parts += [seen.judged.observation.scenario, seen.judged.observation.where]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _traffic(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange["request"], exchange.get("response")
    made: dict[str, Any] = {
        "webRequest": {
            "protocol": "HTTP",
            "method": one_line(request["method"]),
            "target": redacted_line(request["url"], 4000),
            **_message(request),
        }
    }
    if response:
        status = {"statusCode": response["status"], "reasonPhrase": one_line(response["reason"])}
        made["webResponse"] = {"protocol": "HTTP", **status, **_message(response)}
    else:
        made["webResponse"] = {"noResponseReceived": True}
    return made


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    headers = {one_line(name): redacted_line(value, 1000) for name, value in message["headers"]}
    # What is no text would have to be whole to be of use.
    if not message["body"] or message["body_encoding"]:
        return {"headers": headers}
    return {"headers": headers, "body": {"text": cut(clean(without_secrets(message["body"])), _BODY_LIMIT)}}


def _is_uuid(text: str) -> bool:
    """Of the versions that the schema knows."""
    try:
        return uuid.UUID(text).version in range(1, 6)
    except ValueError:
        return False
