"""Defects in the token that goes with every call."""
