"""Defects of provider, slot search."""
