"""Makes a failure of a stored run happen again, by a script of as few requests as will do, found by trying."""
