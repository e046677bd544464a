"""Defects of provider, reading."""
