"""Feeds of every kind for tests, and how they are read there."""

import json
from datetime import UTC, datetime

from pipeline.discover.feeds import Feed, parse_feed

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FEED_URL = "https://example.org/feeds/main.xml"


def read(content: bytes | str, *, max_entries: int = 100) -> Feed:
    encoded = content.encode() if isinstance(content, str) else content
    feed = parse_feed(encoded, url=FEED_URL, source="harbour", now=NOW, max_entries=max_entries)
    # What is found can always be stored.
    assert Feed.model_validate_json(feed.model_dump_json()) == feed
    return feed


def rss(items: str, version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel><title>Harbour News</title>{items}</channel></rss>'


def item(link: str = "https://example.org/1", more: str = "") -> str:
    return f"<item><link>{link}</link>{more}</item>"


def jsonfeed(*items: object) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "items": items}
    )


BASE = 'xml:base="https://other.example/x/"'

RSS = rss(item(more="<title>Ferry</title><pubDate>Fri, 02 Jan 2026 10:00:00 GMT</pubDate>"))
RSS_091 = (
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
    ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    + rss(item(more="<title>Ferry</title><pubDate>Fri, 02 Jan 2026 10:00:00 GMT</pubDate>"), "0.91")
)
RDF_090 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Harbour News</title><link>https://example.org/</link>
</channel><item><title>Ferry</title><link>https://example.org/1</link></item></rdf:RDF>"""
OUTSIDE = """<rss version="2.0"><channel><title>Harbour News</title><link>https://example.org/</link></channel>
<item><title>Ferry</title><link>https://example.org/1</link></item></rss>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#">
<title>Harbour News</title><entry><title>Ferry</title>
<link rel="alternate" type="text/html" href="https://example.org/1"/><issued>2026-01-02T10:00:00Z</issued>
<modified>2026-01-02T11:00:00Z</modified></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>Harbour News</title><link>https://example.org/</link></channel>
<item rdf:about="https://example.org/1"><title>Ferry</title><link>https://example.org/1</link>
<dc:date>2026-01-02T11:00:00+01:00</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">
<title>Harbour News</title><entry><title>Ferry</title>
<id>urn:uuid:1</id><link rel="enclosure" href="https://example.org/1.mp3"/><link rel="self" href="https://example.org/s"/>
<link rel="alternate" href="https://example.org/1"/><published>2026-01-02T10:00:00Z</published>
<updated>2026-01-02T11:00:00Z</updated></entry></feed>"""
JSON = jsonfeed(
    {
        "id": "1",
        "url": "https://example.org/1",
        "title": "Ferry",
        "date_published": "2026-01-02T10:00:00Z",
    },
)
