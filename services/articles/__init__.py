"""What a user can do with articles: find, read, count and compare them."""
