"""What orders hits, and where a page of them begins."""
