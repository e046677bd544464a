"""Defects of provider, formats."""
