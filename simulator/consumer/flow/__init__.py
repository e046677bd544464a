"""What the desk does with a call, step by step."""
