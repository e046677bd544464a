"""The documents that publish the clauses: what they are called, and where a page of them can be read (sources.toml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .loading import CatalogueError, read_toml

FILE = Path(__file__).parent / "sources.toml"

_PAGE = ".md"
#: How the catalogue writes that the text stands in the last edition too.
_STILL_THERE = re.compile(r".*\+|all|2020-07-24")


@dataclass(frozen=True, slots=True)
class Document:
    """``pages`` is the address of a page, with ``{page}`` for its name; ``address`` that of all of it."""

    title: str
    pages: str = ""
    address: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def address_of(self, page: str, editions: str) -> str:
        """Where a page can be read, as it was last published; empty where it was withdrawn, or no address is known."""
        if page in self.elsewhere:
            return self.elsewhere[page]
        name = self.named.get(page) or page.removesuffix(_PAGE)
        is_page = page.endswith(_PAGE) or page in self.named
        if self.pages and is_page and _STILL_THERE.fullmatch(editions):
            return self.pages.format(page=name)
        return self.address


@cache
def load() -> Mapping[str, Document]:
    """Every document by the name that the catalogue gives it. Raises CatalogueError."""
    try:
        return MappingProxyType({name: Document(**entry) for name, entry in read_toml(FILE).items()})
    except TypeError as exc:
        raise CatalogueError(f"{FILE.name}: {exc}") from exc
