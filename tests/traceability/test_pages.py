"""What is generated from the catalogue is current."""

from __future__ import annotations

from uec_booking.harness.catalogue import page

UPDATE = "run: python -m uec_booking.harness.catalogue.page --update"


def test_the_page_of_requirements_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), UPDATE


def test_the_counts_in_the_readme_are_current() -> None:
    readme = page.README.read_text(encoding="utf-8")
    assert page.COUNTS.search(readme), "README.md has lost its markers for the counts"
    assert readme == page.readme_with_counts(readme), UPDATE
