"""Defects in finding where to book."""
