"""Defects in cancelling."""
