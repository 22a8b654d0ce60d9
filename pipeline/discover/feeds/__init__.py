"""RSS, Atom, RDF and JSON feeds to links: one sniffer, one module per format."""

from pipeline.discover.feeds.entries import NotAFeed
from pipeline.discover.feeds.parse import Feed, declared_in_feed, parse_feed

__all__ = ["Feed", "NotAFeed", "declared_in_feed", "parse_feed"]
