"""Mechanical defects: every operator applied to every header and element of the answers that a clause covers."""
