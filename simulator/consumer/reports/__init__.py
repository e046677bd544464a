"""The reports that the standard asks of a consumer (rep-cons-01 to 12), out of what the desk keeps of its calls."""
