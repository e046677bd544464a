"""Defects of registry, entries."""
