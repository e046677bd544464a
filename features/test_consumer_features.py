"""Binds the feature files of a consumer to pytest: one worker process runs them (``harness/running/lanes.py``)."""

from pytest_bdd import scenarios

scenarios("consumer")
