"""Expectations that need the whole run behind them."""
