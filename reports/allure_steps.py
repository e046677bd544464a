"""Gherkin steps in the Allure results of those who run plain ``pytest features --alluredir=DIR``.

allure-pytest knows nothing of steps, and allure-pytest-bdd cannot be installed beside it
(both define ``--alluredir``), so this small plugin bridges the two. It does nothing
unless ``--alluredir`` is given. ``uec-booking`` itself does not need it: see ``allure``.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import allure
import allure_commons
import pytest
from allure_commons.utils import uuid4
from pytest_bdd.parser import Feature, Scenario, Step

from .text import one_line


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("allure_report_dir", default=None):
        config.pluginmanager.register(AllureSteps(), "uec-booking-allure-steps")


class AllureSteps:
    """Opens an Allure step for each Gherkin step, and closes it however the step ends."""

    def __init__(self) -> None:
        self._open: tuple[str, str] | None = None

    def pytest_bdd_before_scenario(self, feature: Feature, scenario: Scenario) -> None:
        tags = scenario.tags | feature.tags
        named = dict(tag.split(":", 1) for tag in sorted(tags) if tag.startswith(("epic:", "story:")))
        allure.dynamic.title(one_line(scenario.name))
        allure.dynamic.feature(one_line(feature.name or feature.filename))
        allure.dynamic.story(one_line(named.get("story", scenario.name)))
        if "epic" in named:
            allure.dynamic.epic(one_line(named["epic"]))

    def pytest_bdd_before_step(self, step: Step) -> None:
        self._start(step)

    def pytest_bdd_after_step(self) -> None:
        self._stop(None)

    def pytest_bdd_step_error(self, exception: BaseException) -> None:
        self._stop(exception)

    def pytest_bdd_step_func_lookup_error(self, step: Step, exception: BaseException) -> None:
        self._start(step)  # before_step is not called for a step that nobody defined
        self._stop(exception)

    def pytest_bdd_after_scenario(self) -> None:
        # pytest.skip in a step ends it without any of the hooks above.
        self._stop(pytest.skip.Exception("the step was skipped"))

    def _start(self, step: Step) -> None:
        self._open = (uuid4(), one_line(f"{step.keyword} {step.name}", 1_000))
        uuid, title = self._open
        allure_commons.plugin_manager.hook.start_step(uuid=uuid, title=title, params={})

    def _stop(self, exception: BaseException | None) -> None:
        if self._open is None:
            return
        uuid, title = self._open
        self._open = None
        kind: type[BaseException] | None = type(exception) if exception else None
        trace: TracebackType | None = exception.__traceback__ if exception else None
        stop: Any = allure_commons.plugin_manager.hook.stop_step
        stop(uuid=uuid, title=title, exc_type=kind, exc_val=exception, exc_tb=trace)
