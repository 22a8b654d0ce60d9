"""Judging what a fetch may do and what it brought."""
