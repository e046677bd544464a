"""Defects of provider, tokens."""
