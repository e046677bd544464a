"""Expectations of slot searches: what is found, what is brought along, whose it is."""
