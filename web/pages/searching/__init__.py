"""Pages that find articles: search, timeline, comparison."""
