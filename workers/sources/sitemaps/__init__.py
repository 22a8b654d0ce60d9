"""The crawl of a sitemap: an index with many others is walked over several polls."""
