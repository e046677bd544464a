"""Binds every feature file below this folder to pytest."""

from pytest_bdd import scenarios

scenarios(".")
