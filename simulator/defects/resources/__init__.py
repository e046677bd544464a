"""Defects of resources."""
