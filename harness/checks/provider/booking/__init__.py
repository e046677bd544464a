"""Expectations of bookings: what a booking makes, who gets a slot, what reads back."""
