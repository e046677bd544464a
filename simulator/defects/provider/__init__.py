"""Defects of provider."""
