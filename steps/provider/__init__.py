"""Sentences about a provider, by topic."""
