"""Settings (the only reader of the environment), sources (what to crawl) and logging."""
