"""What is not an article, and how that shows."""
