"""Entries per second of the feed parser and of feedparser, on feeds made on the spot.

See ``crawl.py``.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from benchmarks.crawl_server import WORDS

try:
    import feedparser
except ImportError:
    feedparser = None

from pipeline.discover.feeds import parse_feed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROUNDS = 5
LEAST = 1_000
"""Entries parsed in one round at least, in as many documents as that takes."""


def make_rss(entries: int) -> bytes:
    """RSS 2.0 as news sites write it.

    Summary, whole text in content:encoded, creator, categories, media.
    """
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        "<title>Ferry News</title><link>http://a.example/</link><description>x</description>"
        + "".join(
            f"<item><title>{_words(number, 8)}</title><link>http://a.example/news/{number}</link>"
            f'<guid isPermaLink="false">{number}</guid>'
            f"<pubDate>{format_datetime(NOW - timedelta(minutes=number))}</pubDate>"
            "<dc:creator>Ann Lee</dc:creator><category>world</category><description>"
            f"{_words(number, 40)}</description>"
            f"<content:encoded><![CDATA[<p>{_words(number, 200)}</p>]]></content:encoded>"
            f'<media:content url="http://a.example/{number}.jpg" medium="image"/></item>'
            for number in range(entries)
        )
        + "</channel></rss>"
    ).encode()


def make_atom(entries: int) -> bytes:
    """Atom 1.0 with summaries and HTML content."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>'
        "Ferry News</title>"
        "<id>urn:x</id><updated>2026-06-01T12:00:00Z</updated>"
        + "".join(
            f'<entry><title>{_words(number, 8)}</title><link rel="alternate" href="http://a.example/news/{number}"/>'
            f"<id>urn:x:{number}</id><published>"
            f"{(NOW - timedelta(minutes=number)).isoformat()}</published>"
            f"<updated>{(NOW - timedelta(minutes=number)).isoformat()}</updated><author><name>Ann"
            " Lee</name></author>"
            f"<summary>{_words(number, 40)}</summary>"
            f'<content type="html">&lt;p&gt;{_words(number, 200)}&lt;/p&gt;</content>'
            "</entry>"
            for number in range(entries)
        )
        + "</feed>"
    ).encode()


def _words(seed: int, count: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def measure_feeds() -> None:
    """Print both, round by round in turns, and the ratio of the medians."""
    if feedparser is None:
        print("feedparser is not installed (pip install feedparser): the feeds stand alone")
    for name, make in (("RSS", make_rss), ("Atom", make_atom)):
        for entries in (10, 100, 1_000):
            document, times = make(entries), max(1, LEAST // entries)
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(_rate(entries, times, lambda content=document: _ours(content)))  # type: ignore[misc]
                if feedparser is not None:
                    theirs.append(
                        _rate(
                            entries,
                            times,
                            lambda content=document: _theirs(content),  # type: ignore[misc]
                        )
                    )
            line = f"{name} of {entries}: {statistics.median(ours):.0f} entries/s"
            if theirs:
                ratio = statistics.median(ours) / statistics.median(theirs)
                line += f", feedparser {statistics.median(theirs):.0f}, ratio {ratio:.1f}"
            print(line, flush=True)


def _ours(content: bytes) -> int:
    return len(parse_feed(content, url="http://a.example/feed", source="a", now=NOW).links)


def _theirs(content: bytes) -> int:
    return len(feedparser.parse(content).entries)


def _rate(entries: int, times: int, parse: Callable[[], int]) -> float:
    started = time.perf_counter()
    for _ in range(times):
        assert parse() == entries
    return entries * times / (time.perf_counter() - started)
