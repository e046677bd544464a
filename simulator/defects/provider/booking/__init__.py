"""Defects of provider, booking."""
