"""A small provider that answers by agreed ids, as the toolkit's own simulator does: for tests that rest on them."""
