"""What decides each requirement: for `requirements`, `explain`, and the page of the catalogue."""
