"""Fetching: the only package that opens a URL."""
