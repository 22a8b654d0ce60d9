"""What documents announce: links in feeds, sitemaps and section pages, and WebSub hubs."""
