"""Archived pages read again with the extraction of today."""
