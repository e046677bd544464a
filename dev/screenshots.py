"""The pictures in docs/pictures, made anew: of a run against the simulator with a known fault, and of its console.

    .venv/bin/python dev/screenshots.py        # or: make screenshots

The picture of Allure is left as it is where its program is not there (`make allure`).
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PROGRAM = str(Path(sys.executable).with_name("uec-booking"))
#: What the tutorials show: of a provider with this fault this requirement, and of the bundled desk the stories.
FAULT, REQUIREMENT, STORIES = "cancel-without-if-match", "PRV-CAN-09", "CON-REB-01"
_CONSUMER = """[consumer]
name = "Our 111 desk"
command = ["{program}", "desk", "lines", "--memory", "{folder}/desk.db"]
keeps_running = true
first = {{ asid = "918999198101", ods = "X9A01" }}
"""
#: Pages are of few colours: so many are enough, and the file is a fraction.
COLOURS = 48


@contextmanager
def simulator(folder: Path, *options: str) -> Iterator[Path]:
    """The simulator; gives the settings file that it writes."""
    settings = folder / "sim.toml"
    settings.unlink(missing_ok=True)
    command = [PROGRAM, "simulate", "--port", "0", "--until-stdin-closes", *options]
    with subprocess.Popen([*command, "--write-config", str(settings)], stdin=subprocess.PIPE) as process:
        while not settings.exists():
            if process.poll() is not None:
                raise SystemExit("The simulator did not start.")
            time.sleep(0.1)
        yield settings
        process.communicate()


def called(status: int, *arguments: str | Path) -> None:
    """The program, called; it ends with the status of the verdict: 1 where the fault shows, 0 where all is well."""
    ended = subprocess.run([PROGRAM, *arguments]).returncode
    if ended != status:
        raise SystemExit(f"{arguments[0]} ended with {ended}, and was to end with {status}: see above.")


def run(folder: Path) -> Path:
    """The folder of a run against it, with the HTML of Allure where that can be made, and the stories of a consumer."""
    out, stories = folder / "out", folder / "stories"
    with simulator(folder, "--defect", FAULT) as settings:
        called(1, "assure", "--config", settings, "--only", REQUIREMENT, "--out", out)
    if (ROOT / "reports" / "node" / "node_modules").exists():
        called(1, "report", out, "--allure-html")
    consumer = folder / "consumer.toml"
    consumer.write_text(_CONSUMER.format(program=PROGRAM, folder=folder), encoding="utf-8")
    called(0, "assure", "--config", consumer, "--only", STORIES, "--report", "stories", "--out", stories)
    shutil.copy(stories / "stories.html", out)
    return out


def keep(picture: bytes, name: str, height: int = 900) -> None:
    """Write a picture, down to a height, small."""
    with Image.open(io.BytesIO(picture)) as image:
        upper = image.convert("RGB").crop((0, 0, image.width, min(image.height, height)))
    upper.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png: {PICTURES.joinpath(f'{name}.png').stat().st_size:,} bytes")


def take(page: Page, out: Path) -> None:
    """All pictures, of the reports in a folder."""
    page.goto((out / "report.html").as_uri())
    keep(page.locator(f"[id='fix-{REQUIREMENT}' i]").screenshot(), "failure")
    page.goto((out / "statement.html").as_uri())
    keep(page.screenshot(), "statement")
    page.goto((out / "stories.html").as_uri())
    keep(page.locator("svg").first.screenshot(), "story")
    if (out / "allure-report").exists():
        page.goto((out / "allure-report" / "index.html").as_uri())
        page.get_by_text("Verdict: ").first.wait_for()
        keep(page.screenshot(), "allure")


def take_console(page: Page, folder: Path) -> None:
    """Mrs Patient's story in the console, when it has been told."""
    with simulator(folder, "--http") as settings:
        control = tomllib.loads(settings.read_text(encoding="utf-8"))["control"]
        console = control["url"].removesuffix("/control") + "/console/"
        page.goto(f"{console}?token={control['token']}")
        page.goto(f"{console}story")
        while (step := page.get_by_role("button", name="Step")).count():
            step.click()
            # A provider tells the registry in its own time.
            page.wait_for_timeout(1000)
        page.goto(f"{console}story")
        keep(page.locator("svg.sequence").screenshot(), "console")


def main() -> None:
    """Make the run, and the pictures of it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is needed (Debian: apt-get install chromium).")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out = run(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1300, "height": 800}, color_scheme="light")
        take(page, out)
        take_console(page, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
