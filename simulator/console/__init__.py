"""The console: a page on which a person sees the world, follows what passes, and works its levers."""
