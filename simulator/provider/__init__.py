"""A provider system: diaries of slots, and appointments booked into them."""
