"""What is done with a source: polls, sitemap crawls, discovery, checks, WebSub."""
