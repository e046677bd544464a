"""Defects of workflow."""
