"""RSS, Atom, RDF and JSON feeds to links: one sniffer, one module per format."""

from pipeline.discover.feeds.entries import NotAFeed
from pipeline.discover.feeds.parse import Feed, parse_feed

__all__ = ["Feed", "NotAFeed", "parse_feed"]
