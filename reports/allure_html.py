"""The HTML of Allure 3: one page in a folder of its own, made by Node, with the pages of the run beside it.

Nothing is fetched: the program has to be installed before (``reports/node/package.json`` pins it). What it makes is
changed in three ways: its analytics go, it links to the pages beside it, and a policy forbids every script but its own
and every request. So nothing that a system sent can run, whatever a viewer of Allure makes of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from uec_booking.harness.judging.verdicts import JudgedRun

from . import allure_history
from .allure import write_all
from .allure_config import FILE, HISTORY, REPORT
from .allure_results import PAGE, STORIES
from .page import write_page
from .reporter import write_document
from .stories.reporter import StoriesReporter

INDEX = "index.html"
#: By this a folder is known as made here: no other is replaced.
MARK = '<meta name="generator" content="uec-booking">'
_NODE = Path(__file__).parent / "node"
_SECONDS = 300

_ANALYTICS = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>\s*window\.dataLayer.*?</script>',
    re.DOTALL,
)
_APP = re.compile(r'<script\s+src="data:text/javascript;base64,([A-Za-z0-9+/=]+)"></script>')
_INLINE = re.compile(r"<script(?: async| defer)?>(.*?)</script>", re.DOTALL)
#: Where Allure gives up on a link without a scheme, and shows its text alone.
_GIVES_UP = re.compile(r"(?P<found>\w+)=(?P<url>\w+)\.match\(/\^\(\[A-Za-z\][^/]*\):/\);if\(!(?P=found)\)return")
#: Links to the pages beside it, and to nothing else.
_BESIDE = rf"/^({re.escape(PAGE)}|{re.escape(STORIES)})#[A-Za-z0-9-]+$/"
_HEAD = '<meta charset="utf-8">'


class NotMade(OSError):
    """Why there is no HTML, and what helps, in one paragraph."""


class AllureHtml:
    """Made on request. ``folder`` is that of the run, where the history of earlier runs lies; ``place`` its own."""

    def make(self, run: JudgedRun, folder: Path, place: Path | None = None) -> Path:
        """Write the HTML and return the page to open.

        Raises:
            NotMade: Node or the program is missing or failed, or ``place`` holds something else.
            OSError: it cannot be written.
        """
        place = place or folder / REPORT
        _check_free(place)
        program = _program()
        with tempfile.TemporaryDirectory(prefix="uec-booking-allure-") as name:
            work = Path(name)
            write_all(run, work, "")
            history = allure_history.before(run, folder / HISTORY)
            write_document(work / HISTORY, history)
            _generate(program, work)
            made = _made_safe((work / REPORT / INDEX).read_text("utf-8"))
            added = allure_history.with_run(run, history, (work / HISTORY).read_text("utf-8"))
        place.mkdir(parents=True, exist_ok=True)
        write_page(run, place / PAGE)
        StoriesReporter().run_judged(run, place)
        write_document(place / INDEX, made)
        write_document(folder / HISTORY, added)
        return place / INDEX


def _check_free(place: Path) -> None:
    """Only an empty folder, or one that was made here, is written to."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    try:
        with (place / INDEX).open(encoding="utf-8", errors="replace") as file:
            ours = MARK in file.read(10_000)
    except OSError:
        ours = False
    if not ours:
        raise NotMade(f"{place} holds something else than a report of Allure made here: name another folder.")


def _program() -> list[str]:
    """The command that makes the HTML, of the version that this was tried with and no other."""
    pinned = json.loads((_NODE / "package.json").read_text("utf-8"))["dependencies"]["allure"]
    node = shutil.which("node")
    if node is None:
        raise NotMade(_what_helps(pinned, "the program node is not on the path"))
    found = ""
    for modules in (_NODE / "node_modules", Path.cwd() / "node_modules"):
        package = modules / "allure"
        if (package / "package.json").is_file():
            version = json.loads((package / "package.json").read_text("utf-8")).get("version")
            if version == pinned:
                return [node, str(package / "cli.js")]
            found = f"{modules} has version {version}"
    raise NotMade(_what_helps(pinned, found or "the package is not installed"))


def _what_helps(pinned: str, why: str) -> str:
    checkout = (_NODE.parent.parent / "Makefile").is_file()
    command = "make allure" if checkout else f"npm install --ignore-scripts allure@{pinned}"
    return (
        f"It needs Node 20 or newer and the npm package allure {pinned}, and {why}. With a network, once: `{command}`"
        f"{'' if checkout else ' in this folder'}. Nothing is fetched when a report is made."
    )


def _generate(program: list[str], work: Path) -> None:
    """Run it in ``work``, where it finds its settings; what it logs stays there."""
    command = [*program, "generate", "--config", FILE]
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(work), "NO_COLOR": "1"}
    try:
        ended = subprocess.run(
            command,
            cwd=work,
            env=environment,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise NotMade(f"Allure did not come to an end within {_SECONDS} seconds.") from None
    # It reports faults of its own and still ends with 0: the page is what counts.
    if ended.returncode or not (work / REPORT / INDEX).is_file():
        said = " ".join((ended.stderr or ended.stdout).decode("utf-8", "replace").split())
        raise NotMade(f"Allure made no page (exit status {ended.returncode}): {said[:600] or 'it said nothing'}")


def _made_safe(page: str) -> str:
    """The page without analytics, its program last (it would start before its data else), and under a policy."""
    app = _APP.search(page)
    if not app or not _ANALYTICS.search(page) or _HEAD not in page or "</body>" not in page:
        raise NotMade("Allure made a page of another form than the version that this was tried with.")
    program = base64.b64decode(app[1]).decode("utf-8")
    if "</script" in program:
        raise NotMade("The program in Allure's page cannot stand in a page: it is another than this was tried with.")
    program = _with_links(program)
    page = page[: app.start()] + page[app.end() :]
    page = _ANALYTICS.sub("", page)
    page = page.replace("</body>", "", 1).replace("</html>", "", 1) + f"<script>{program}</script>\n</body>\n</html>\n"
    return page.replace(_HEAD, f"{_HEAD}\n    {MARK}\n    {_policy(page)}", 1)


def _with_links(program: str) -> str:
    """The program, following links to the pages beside it."""
    program, times = _GIVES_UP.subn(lambda at: f"{at[0]} {_BESIDE}.test({at['url']})?{at['url']}:void 0", program)
    if not times:
        raise NotMade("The program in Allure's page treats links otherwise than the version that this was tried with.")
    return program


def _policy(page: str) -> str:
    """Scripts by their hash alone; ``data:`` and ``blob:`` are how the page reads what it holds itself."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode()}'"
        for script in _INLINE.findall(page)
    )
    rules = (
        "default-src 'none'",
        f"script-src {hashes}",
        "style-src 'unsafe-inline' data:",
        "img-src data: blob:",
        "font-src data:",
        "connect-src data: blob:",
        "base-uri 'self' file:",
        "form-action 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'
