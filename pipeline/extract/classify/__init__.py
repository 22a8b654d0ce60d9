"""Which pages are not articles: block pages, listings, pages without text."""
