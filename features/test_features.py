"""Binds the feature files of providers, registry and workflow to pytest."""

from pytest_bdd import scenarios

scenarios("provider", "registry", "workflow")
