"""A registry of another house is not accused; the bundled providers write to it, and the harness drives it."""

from __future__ import annotations

import pytest

from ..support.foreign_runs import Run, assure, settings
from ..support.wsgi_serving import serving
from .registry_of_another_house import application

#: What is observed of a registry, one by one.
OWN = {f"REG-{number:02d}" for number in (1, 2, 3, 4, 5, 9, 14, 15, 16, 17, 18, 19, 20)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of all that is about a registry."""
    folder = tmp_path_factory.mktemp("foreign-registry")
    with serving(application, folder, path="/appointments/fhir/STU3", tls=True) as served:
        table = f'[registry]\nname = "Foreign registry"\nbase_url = "{served.root}"\n'
        config = settings(folder, table, ca=served.ca, head='capabilities = ["registry"]')
        return assure(config, folder / "out", "--only", "registry or story-d")


def test_nothing_is_held_against_it(run: Run) -> None:
    assert not run.ids("FAIL"), run.told("FAIL")
    assert not run.ids("INCONCLUSIVE") | run.ids("ERROR"), run.told("INCONCLUSIVE", "ERROR")
    assert run.done.status == 0, run.done.out


def test_everything_about_a_registry_is_decided(run: Run) -> None:
    assert run.ids("PASS") | run.ids("WARN") >= OWN, run.done.out


def test_what_it_does_otherwise_is_told_as_published_elsewhere(run: Run) -> None:
    assert run.ids("WARN") >= {"REG-19", "REG-20"}, run.told("WARN")


def test_what_binds_providers_is_not_judged_of_it(run: Run) -> None:
    judged = run.ids("PASS") | run.ids("WARN")
    assert not judged & {"REG-06", "REG-07", "REG-10", "REG-11", "PRV-XTI-01", "ERR-01", "FMT-12"}


def test_its_entries_are_cancelled_at_the_end(run: Run) -> None:
    assert not any("may still be booked" in note for note in run.found.get("notes", []))
    assert "may still be booked" not in run.done.out
