"""Defects of registry."""
