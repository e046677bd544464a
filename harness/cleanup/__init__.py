"""Cancels what was booked and left standing, and finds out what became of lost answers."""
