"""The ways in which tasks reach the desk, and answers leave it."""
