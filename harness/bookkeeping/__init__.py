"""What a run must not lose: every booking, written down before it is sent."""
