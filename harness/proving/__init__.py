"""Proves the harness: systems with one known fault must fail, conformant ones that choose otherwise must not."""
