"""What is generated from the catalogue is current."""

from __future__ import annotations

from uec_booking.harness.catalogue import page

UPDATE = "run: python -m uec_booking.harness.catalogue.page --update"


def test_the_page_of_requirements_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), UPDATE
