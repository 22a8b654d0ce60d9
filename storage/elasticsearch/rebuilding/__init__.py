"""Indices built anew while people write and search."""
