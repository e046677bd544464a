"""Listeners that turn a judged run into documents."""
