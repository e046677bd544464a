"""Expectations of what a provider tells the registry: its calls, and the entries that then show."""
