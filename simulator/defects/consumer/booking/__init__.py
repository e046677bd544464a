"""Defects in what is sent to book."""
