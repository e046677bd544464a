"""Registers the plugin and the step definitions, nothing more."""

pytest_plugins = ["uec_booking.harness.plugin", "uec_booking.steps"]
