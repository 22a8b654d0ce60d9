"""Articles, pages and records that tests share."""
