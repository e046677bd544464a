"""Recordings of the bundled desk, made through the proxy that stands between it and the providers of a simulator."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.checks.consumer import recording as checks
from uec_booking.harness.checks.consumer.registry_check import is_asked_before_bookings
from uec_booking.harness.checks.every_exchange.consumer.standing import consumer_checks
from uec_booking.harness.consumer.contract import Wanted, call
from uec_booking.harness.consumer.recording.reading import read
from uec_booking.harness.consumer.recording.record import Writer
from uec_booking.harness.errors import ToAttest
from uec_booking.harness.judging.observations import NOT_MET
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.proxy.tls import AUTHORITY_FILE
from uec_booking.harness.proxy.watching import Record, WatchingProxy
from uec_booking.harness.scenario.recorded_calls import RecordedCalls
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import Settings, TapPlace

from ..support.program import PROGRAM, World

PATIENTS = [synthetic_patient(random.Random(number)) for number in range(3)]


@dataclass(frozen=True)
class Between:
    """A simulator, and the settings of who records between it and a desk."""

    world: World
    settings: Settings
    file: Path

    @property
    def services(self) -> tuple[str, str]:
        """The ids of a service of each provider."""
        return tuple(self.world.config[key]["services"]["later"] for key in ("provider", "second_provider"))  # type: ignore[return-value]

    def tasks(self) -> list[dict[str, Any]]:
        """Books and re-books; changes the time; books and only cancels."""
        one, two = self.services
        wanted = [
            Wanted(PATIENTS[0], within_hours=24, service=one, slot="last", cancel=("none",)),
            Wanted(PATIENTS[0], within_hours=24, service=two, cancel=("all",)),
            Wanted(PATIENTS[1], within_hours=24, service=one, slot="change", cancel=("all",)),
            Wanted(PATIENTS[2], within_hours=24, service=two, cancel=("none",)),
            Wanted(PATIENTS[2], cancel=("all",)),
        ]
        return [dict(call(one)) for one in wanted]

    def desk(self, root: str, authority: Path, memory: Path, options: Sequence[str]) -> list[dict[str, Any]]:
        """What the desk answers to the tasks; it knows the proxy and two services."""
        known = []
        for key, service in zip(("provider", "second_provider"), self.services, strict=True):
            part = self.world.config[key]
            known += ["--known-service", f"{service}={part['asid']}@{part['base_url']}"]
        command = [PROGRAM, "desk", "lines", "--ssp-url", root, "--ca", str(authority), "--memory", str(memory)]
        lines = "".join(json.dumps(task) + "\n" for task in self.tasks())
        done = subprocess.run([*command, *known, *options], input=lines.encode(), capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def recorded(self, folder: Path, *options: str, faults: Sequence[dict[str, Any]] = ()) -> Path:
        """A recording of the desk with these options; the provider of the first service meets the ``faults``."""
        out = folder / "record.jsonl"
        writer = Writer(out)
        providers = {part.audience: part for part in self.settings.parts.values() if part.as_role.offers_slots}
        kept = Record(writer, folder)
        proxy = WatchingProxy(TapPlace("https://localhost:0"), folder, self.settings, kept, providers)
        root = urlsplit(self.world.config["provider"]["base_url"]).path
        try:
            self._arm(root, faults)
            self.desk(proxy.root, folder / AUTHORITY_FILE, folder / "desk.db", options)
        finally:
            proxy.close()
            writer.close()
            self._arm(root, ())
        return out

    def _arm(self, root: str, faults: Sequence[dict[str, Any]]) -> None:
        control = self.world.config["control"]
        headers = {"Authorization": f"Bearer {control['token']}"}
        body = {"root": root, "faults": list(faults)}
        answer = self.world.session.put(f"{control['url']}/faults", json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text

    def failed(self, recording: Path, registry: str = "") -> set[str]:
        """The requirements that the checks of a recording find not met."""
        return {seen.requirement for seen in self.observed(recording, registry) if seen.outcome == NOT_MET}

    def observed(self, recording: Path, registry: str = "") -> list[Any]:
        """All that the checks of a recording observe; ``registry`` is its base URL, where one was asked."""
        consumer = self.settings.consumer
        assert consumer is not None and consumer.recording is not None
        consumer = replace(consumer, recording=replace(consumer.recording, file=str(recording), registry=registry))
        settings = replace(self.settings, consumer=consumer)
        recorder = Recorder("a recording", consumer_checks(settings))
        calls = RecordedCalls(recorder, read(consumer).anew())
        calls.check_all()
        checks.books_nothing_blindly_again(recorder, calls.courses)
        checks.replaces_by_booking_first(recorder, calls.courses)
        checks.searches_slots_for_each_booking(recorder, calls.courses, calls.searches)
        is_asked_before_bookings(
            recorder, calls.courses, calls.recording.registry, calls.recording.registry_through_proxy
        )
        with suppress(ToAttest):
            checks.touches_no_other_patients_appointment(recorder, calls.recording.calls, calls.recording.owners)
        return recorder.observations


def between(world: World) -> Between:
    """The settings beside those of the world: its providers, and a desk that is recorded."""
    found = world.config
    lines = [
        "[consumer]",
        'name = "a desk"',
        'recording = "record.jsonl"',
        'first = { asid = "918999198101", ods = "X9A01" }',
        'second = { asid = "918999198102", ods = "X9A02" }',
    ]
    for key in ("provider", "second_provider"):
        lines += [f"[{key}]", *(f'{name} = "{found[key][name]}"' for name in ("base_url", "asid"))]
    lines += ["[tls]", *(f'{name} = "{value}"' for name, value in found["tls"].items())]
    file = world.folder / "recording.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Between(world, load.load(file), file)
