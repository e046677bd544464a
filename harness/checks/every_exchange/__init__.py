"""Expectations of every exchange with a system, whatever the scenario is about."""
