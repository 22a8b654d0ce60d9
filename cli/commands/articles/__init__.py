"""The commands about articles: find, read, count and compare them."""
