"""Sentences about the registry and what providers owe it, by topic."""
