"""Expectations of a provider, by topic."""
