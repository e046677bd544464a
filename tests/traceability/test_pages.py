"""What is generated from the catalogue is current."""

from __future__ import annotations

from uec_booking.harness import catalogue_page

UPDATE = "run: python -m uec_booking.harness.catalogue_page --update"


def test_the_page_of_requirements_is_current() -> None:
    assert catalogue_page.PAGE.read_text(encoding="utf-8") == catalogue_page.page(), UPDATE


def test_the_counts_in_the_readme_are_current() -> None:
    readme = catalogue_page.README.read_text(encoding="utf-8")
    assert catalogue_page.COUNTS.search(readme), "README.md has lost its markers for the counts"
    assert readme == catalogue_page.readme_with_counts(readme), UPDATE
