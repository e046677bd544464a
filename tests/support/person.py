"""A person at the attended page, over HTTP: reads the call there, takes it at a desk, and tells what that showed."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

PATIENCE = 60
_MARKS = re.compile(r"<[^>]*>")


class Page:
    """The page as it came."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = " ".join(html.unescape(_MARKS.sub(" ", text)).split())
        found = re.search(r'<body data-stage="(\w+) ([^"]*)"', text)
        self.stage, self.task = (found[1], found[2]) if found else ("", "")

    def facts(self) -> dict[str, str]:
        """The names and values that it lists."""
        pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", self.text, re.DOTALL)
        return {_plain(name): _plain(value) for name, value in pairs}

    def steps(self) -> list[str]:
        steps = re.search(r'<ol class="steps">(.*?)</ol>', self.text, re.DOTALL)
        return [_plain(step) for step in re.findall(r"<li>(.*?)</li>", steps[1], re.DOTALL)] if steps else []

    def moments(self) -> list[str]:
        """When something arrived, as the choice of the time has it."""
        return [value for value in re.findall(r'<option value="([^"]*)"', self.text) if "T" in value]

    def call(self) -> dict[str, str]:
        """What the form of a desk is to be filled in with, read from the words."""
        facts, told = self.facts(), " ".join(self.steps())
        given, _, family = facts["Name"].rpartition(" ")
        line, city, postcode = facts["Address"].rsplit(", ", 2)
        service = re.search(r"choose .*?\(DoS id (\d+)\)", told)
        hours = re.search(r"within (\S+) hours", told)
        cancelled = re.search(r"“Yes, cancel the appointment on \w+ (\d+ \w+) at (\S+) UTC at (.*?) \(DoS", told)
        return {
            "nhs_number": re.sub(r"\D", "", facts["NHS number"]),
            "given": given,
            "family": family,
            "gender": facts["Gender"],
            "birth_date": datetime.strptime(facts["Born"], "%d %B %Y").date().isoformat(),
            "phone": facts["Telephone"],
            "line": line,
            "city": city,
            "postcode": postcode,
            "service_111": "second" if "as the second" in told else "first",
            "reason": "Abdominal pain",
            "within_hours": hours[1] if hours else "2",
            "service": service[1] if service else "",
            "slot": "change" if "cannot come" in told else "last" if "the last time" in told else "first",
            "cancel": "all" if cancelled or "cancel all" in told or "cannot come" in told else "none",
        }


class Person:
    """Somebody at the page at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"

    def page(self, path: str = "") -> Page:
        return Page(self._session.get(self.url + path, timeout=PATIENCE).text)

    def await_stage(self, *stages: str, after: str = "") -> Page:
        """The page, once it is at one of these stages, with another task than the one before."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            page = self.page()
            if page.stage in stages and (page.task != after or page.stage in ("ended", "paused")):
                return page
        raise AssertionError(f"never came to {stages}: {page.words}")

    def send(self, path: str, form: Mapping[str, Any], **more: Any) -> requests.Response:
        """Send a form as the page would; redirects are not followed."""
        headers = {"Origin": self.url.rstrip("/"), **more.pop("headers", {})}
        sent = self._session.post(
            self.url + path, data=form, headers=headers, allow_redirects=False, timeout=PATIENCE, **more
        )
        return sent

    def tells(self, page: Page, answer: Mapping[str, Any], **more: Any) -> None:
        """Tell the events of a desk's answer, each before what it sent later, and that the call is over."""
        moments = self.page().moments()
        for event in answer["events"]:
            at = datetime.fromisoformat(event["at"])
            later = next((one for one in moments if datetime.fromisoformat(one) > at), "now")
            about = [one["url"] for one in event["about"] if one["url"]] or ["other"]
            form = {"task": page.task, "what": event["what"], "about": about, "when": later, "note": event["text"]}
            sent = self.send("event", form, **more)
            assert sent.status_code == 303, Page(sent.text).words
        over = {"task": page.task, "how": answer["outcome"], "why": answer["why"]}
        assert self.send("over", over).status_code == 303


def _plain(text: str) -> str:
    return " ".join(html.unescape(_MARKS.sub("", text)).split())


class Desk:
    """The bundled desk as the system of that person, set up by what the page says of addresses."""

    def __init__(self, person: Person, folder: Path, *options: str) -> None:
        facts = person.page().facts()
        authorities = folder / "authorities.pem"
        authorities.write_text(person.page("authorities.pem").text, encoding="utf-8")
        client, secret = re.findall(r"client id (\S+), secret (\S+)", facts["Tokens for the registry"])[0]
        self.options = [
            *("--dos-url", facts["Directory of Services (SOAP)"]),
            *("--sds-url", facts["Spine Directory Service (LDAP)"]),
            *("--ssp-url", facts["Spine Secure Proxy, before the provider's address"]),
            *("--registry-url", facts["Appointment Registry"]),
            *("--registry-token-url", facts["Tokens for the registry"].split(",")[0]),
            *("--registry-client-id", client, "--registry-client-secret", secret),
            *("--ca", str(authorities), "--memory", str(folder / "desk.db"), *options),
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "uec_booking.simulator.consumer", "lines", *self.options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)
        self._process.stdout.close()

    def takes(self, call: Mapping[str, str]) -> dict[str, Any]:
        """Take a call; returns what the desk showed, as its answer has it."""
        address = {"line": [call["line"]], "city": call["city"], "postcode": call["postcode"]}
        caller = {name: call[name] for name in ("nhs_number", "family", "gender", "birth_date", "phone")}
        within = float(call["within_hours"])
        task = {
            "contract": 1,
            "task": str(uuid.uuid4()),
            "kind": "call",
            "caller": {**caller, "given": [call["given"]], "address": address},
            "encounter": {
                "service_111": call["service_111"],
                "reason": call["reason"],
                "disposition": f"To be seen within {within:g} hours",
                "within_hours": within,
            },
            "choose": {"service": call["service"], "slot": call["slot"]},
            "patient_says": {"cancel": [call["cancel"]], "declines": False},
            "known_before": [],
            "deadline_s": PATIENCE,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
