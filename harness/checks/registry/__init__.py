"""Expectations of the Appointment Registry, and of what providers owe it."""
