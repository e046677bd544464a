"""Good systems of other houses are accused of nothing, whatever comes in whatever order."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ..foreign import generous_provider, minimal_provider
from ..foreign_registry import registry_of_another_house
from ..support.foreign_runs import part, settings
from ..support.program import assured, uec
from ..support.wsgi_serving import Making, serving

CLAIMS = 'capabilities = ["appointment-search", "xml"]'
HOUSES: dict[str, tuple[Making, str, str, str]] = {
    "minimal": (partial(minimal_provider.make_app, edition="0.1.15"), minimal_provider.SERVICE, "", "0.1.15"),
    "generous": (generous_provider.make_app, generous_provider.SERVICE, CLAIMS, "1.0.0"),
}


def assert_a_run_finds_nothing(config: Path, out: Path, *options: str) -> None:
    """Of the sequences that belong to every run."""
    done = assured("--config", config, "--only", "end_of_run and explores", *options, "--out", out)
    assert done.status == 0, done.out + done.err


def test_a_good_registry_of_another_house_is_accused_of_nothing(tmp_path: Path) -> None:
    with serving(registry_of_another_house.application, tmp_path, path="/appointments/fhir/STU3", tls=True) as served:
        table = f'[registry]\nname = "Foreign registry"\nbase_url = "{served.root}"\n'
        config = settings(tmp_path, table, ca=served.ca, head='capabilities = ["registry"]')
        bounds = ("--sequences", "6", "--minutes", "5", "--seed", "3")
        done = uec("explore", "--config", config, *bounds, "--out", tmp_path / "out")
        assert_a_run_finds_nothing(config, tmp_path / "run")
    assert done.status == 0, done.out + done.err
    assert "Foreign registry: 6 sequences, " in done.out


@pytest.mark.parametrize("house", HOUSES)
def test_a_good_system_of_another_house_is_accused_of_nothing(house: str, tmp_path: Path) -> None:
    making, service, claims, edition = HOUSES[house]
    with serving(making, tmp_path, path="/STU3/1/other") as served:
        config = settings(tmp_path, part("provider", served, {"later": service}), head=claims)
        bounds = ("--sequences", "6", "--minutes", "5", "--seed", "3")
        done = uec("explore", "--config", config, "--edition", edition, *bounds, "--out", tmp_path / "out")
        assert_a_run_finds_nothing(config, tmp_path / "run", "--edition", edition)
    assert done.status == 0, done.out + done.err
    assert "6 sequences, " in done.out and "found broken: 0" in done.out
