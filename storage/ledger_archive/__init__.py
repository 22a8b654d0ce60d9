"""What became of URLs that have ended: their full entries, which Redis does not keep."""
