"""Defects in finding a provider, and in how its address and the headers of the proxy lead there."""
