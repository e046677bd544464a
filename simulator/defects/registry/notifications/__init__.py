"""Defects of registry, notifications."""
