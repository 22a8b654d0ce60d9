"""Pages of articles: the latest ones, one, and what changed in it."""
