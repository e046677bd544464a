"""``statement.pdf``: the statement as a tagged PDF (PDF/UA-1), to be filed and signed.

Made where it is asked for: to lay out some 200 pages takes a minute or two. WeasyPrint does it, with Pango, which is
a package of the operating system. Nothing is fetched for it, whatever an address in the statement says.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from ..reporter import SilentReporter
from .reporter import render

FILE = "statement.pdf"

#: WeasyPrint tells there of each style rule that it does not know, and the page has some for screens alone.
_LOG = logging.getLogger("weasyprint")


class NotMade(OSError):
    """Why there is no PDF, and what helps, in one paragraph."""


class PdfReporter(SilentReporter):
    """Writes ``statement.pdf``, where it is named."""

    def wanted(self) -> bool:
        return False

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        """Raises NotMade where Pango is missing, OSError where it cannot be written."""
        program = _weasyprint()
        _LOG.setLevel(logging.ERROR)
        # The PDF goes from hand to hand alone, so it cites exchanges by name and does not link to the page beside it.
        page = program.HTML(string=render(run, report=""), url_fetcher=_nothing)
        unfinished = directory / f"{FILE}.tmp"
        page.write_pdf(str(unfinished), pdf_variant="pdf/ua-1")
        os.replace(unfinished, directory / FILE)


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as problem:
        raise NotMade(
            f"{FILE} needs Pango, a library of the operating system, and it is not there ({problem}). On Debian and "
            "Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0. statement.html is complete without it, and a "
            "browser prints it"
        ) from problem
    return weasyprint


def _nothing(url: str, *_: object, **__: object) -> None:
    raise ValueError(f"nothing is fetched for {FILE}")
