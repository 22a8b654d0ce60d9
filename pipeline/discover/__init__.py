"""What documents announce: links in feeds, sitemaps and section pages, and WebSub hubs.

Errors::

    ValueError
    ├── NotAFeed       the document is no feed
    ├── NotASitemap    the document is no sitemap
    ├── NotAPage       the section page cannot be read as HTML
    └── UnsafeXml      the document uses XML entities of its own
"""
