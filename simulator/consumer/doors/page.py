"""The attended page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from ..desk import Desk


def page_blueprint(desk: Desk) -> Blueprint:
    """The pages."""
    return Blueprint("page", __name__)
