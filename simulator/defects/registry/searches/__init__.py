"""Defects of registry, searches."""
