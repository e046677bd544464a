"""Registers the plugin and the step definitions, nothing more."""

pytest_plugins = ["uec_booking.harness.running.plugin", "uec_booking.steps"]
