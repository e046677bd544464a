"""Drives the browser desk: takes tasks by the webhook, works the screens in Chromium, and tells what they showed."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

PORT, DESK, CHROMIUM = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Call:
    """One task, on a page of its own."""

    def __init__(self, page: Page, task: dict[str, Any]) -> None:
        self.page, self.task = page, task
        self.events: list[dict[str, Any]] = []

    def saw(self, what: str, text: str = "", about: Any = ()) -> None:
        self.events.append({"at": datetime.now(UTC).isoformat(), "what": what, "about": list(about), "text": text})

    def press(self, name: str) -> str:
        """Press a button; the heading of the screen that comes, whose notes are told."""
        self.page.get_by_role("button", name=name).click()
        return self.screen()

    def screen(self) -> str:
        for note in self.page.locator(".note").all_inner_texts():
            if note != "The appointment is booked.":
                self.saw("user-told", note)
        return self.page.locator("h1").inner_text()

    def take(self) -> list[dict[str, Any]]:
        caller, choose = self.task["caller"], self.task["choose"]
        self.page.goto(DESK)
        typed = {
            **{name: caller[name] for name in ("nhs_number", "family", "gender", "birth_date", "phone")},
            "given": " ".join(caller["given"]),
            "line": ", ".join(caller["address"]["line"]) or "-",
            "postcode": caller["address"]["postcode"],
        }
        for name, value in typed.items():
            self.page.locator(f"[name={name}]").fill(value)
        self.press("Open the record")
        self.page.locator("[name=hours]").fill(str(self.task["encounter"]["within_hours"]))
        self.saw("reassessment-finished")
        self.press("The assessment is finished")
        if choose["service"]:
            self.saw("services-shown")
            self.page.locator(f"[name=service][value='{choose['service']}']").check()
            if not self.booked(self.press("Choose"), choose["slot"]):
                return self.events
            if choose["slot"] == "change":
                self.page.get_by_role("link", name="Another time").click()
                self.booked(self.screen(), "second")
            self.page.get_by_role("link", name="Existing appointments").click()
        else:
            self.page.get_by_role("link", name="No new appointment").click()
        self.existing()
        return self.events

    def booked(self, heading: str, which: str) -> bool:
        if heading == "Times":
            self.saw("slots-shown", ", ".join(self.page.locator("label").all_inner_texts()))
            at = {"last": -1, "second": 1}.get(which, 0)
            self.page.locator("[name=slot]").nth(at).check()
            heading = self.press("Book")
        made = [about(one) for one in self.page.locator("#made li").all()]
        if made:
            self.saw("booked-shown", "The appointment is booked.", made)
        if heading != "Halted":
            self.saw("referral-blocked" if "blocked" in heading else "referral-sent", heading, made)
        return bool(made)

    def existing(self) -> None:
        boxes = self.page.locator("[name=gone]").all()
        if not boxes:
            return
        listed = [about(one) for one in boxes]
        self.saw("existing-appointments-shown", "", listed)
        self.saw("cancel-offered", self.page.locator("#offer").inner_text(), listed)
        says = self.task["patient_says"]
        gone = [] if says["declines"] else [one for one in boxes if self.named(one, says["cancel"])]
        if not gone:
            self.saw("patient-declined", "", listed)
            return
        for one in gone:
            one.check()
        self.saw("patient-confirmed", "", [about(one) for one in gone])
        self.press("Cancel them")
        for one in self.page.locator("main li").all():
            done = one.get_attribute("class") == "cancelled"
            self.saw("cancelled-shown" if done else "not-cancelled-shown", one.inner_text(), [about(one)])

    def named(self, box: Locator, wishes: list[str]) -> bool:
        if "all" in wishes or (not wishes and self.task["choose"]["slot"] == "change"):
            return True
        one = about(box)
        called = (one["service"], box.get_attribute("data-name"))
        parts = [wish.partition(" at ") for wish in wishes if wish != "none"]
        starts = datetime.fromisoformat(one["start"])
        return any(where in called and datetime.fromisoformat(when) == starts for when, _, where in parts)


def about(element: Locator) -> dict[str, str]:
    return {name: element.get_attribute(f"data-{name}") or "" for name in ("url", "start", "service")}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                task = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = {"contract": 1, "task": task["task"], "outcome": "finished", "why": "", "events": []}
                if task["kind"] == "hello":
                    answer |= {
                        "name": "Browser desk",
                        "version": "1",
                        "supports": ["dos", "sds", "ssp", "cancel-later"],
                    }
                else:
                    page = browser.new_page()
                    page.set_default_timeout(20_000)
                    answer["events"] = Call(page, task).take()
                    page.close()
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None: ...

        # One task after the other, in the thread that the browser belongs to.
        HTTPServer(("127.0.0.1", PORT), Hook).serve_forever()


if __name__ == "__main__":
    main()
