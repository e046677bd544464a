"""Defects of provider, cancelling."""
