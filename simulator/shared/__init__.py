"""What providers and the registry have in common: how searches, dates and NHS numbers are read."""
