"""Defects in what comes of an answer that is no success, or none that was expected."""
