"""A hook of MkDocs: links from a page to source files become text, because the site holds the pages alone.

In a checkout, and where the repository is browsed, those links lead to the files; one whose file is not there fails.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

_LINK = re.compile(r"\[([^\]\n]*)\]\(((?:\.\./)[^)\s#]+)(?:#[^)\s]*)?\)")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page, with the links that lead out of ``docs/`` as the words that they have."""
    folder = Path(config.docs_dir)
    here = (folder / page.file.src_uri).parent

    def text_of(link: re.Match[str]) -> str:
        target = (here / link[2]).resolve()
        if target.is_relative_to(folder.resolve()):
            return link[0]
        if not target.exists():
            raise PluginError(f"{page.file.src_uri} links to {link[2]}, which is not there.")
        return link[1]

    return _LINK.sub(text_of, markdown)
