"""RSS, Atom, RDF and JSON feeds to links.

fastfeedparser reads them: on typical feeds it is several times as fast as feedparser, and it recovers malformed XML.
It is guarded against entity bombs, and each entry is judged alone.
"""

import re
from datetime import datetime
from typing import Any

import fastfeedparser

from pipeline.discover.announced import RefusedEntry, declares_entities, moment, plain_text
from pipeline.discover.hints import Hints, head_of, hints_in
from pipeline.languages import language_code
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link, Record
from pipeline.urls import BadUrl, normalise

_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*([A-Za-z]{2,3}(?:[-_]\w+)*)")


class NotAFeed(ValueError):  # noqa: N818 - named after what it is
    """A document that no reader would take for a feed."""


class Feed(Record):
    """What one feed document announces.

    Attributes:
        links: in the document's order, each URL once.
        refused: entries that cannot be followed.
        cut: how many entries were left out because there were too many.
        hints: what the feed says of when to ask again.
    """

    title: str | None
    links: tuple[Link, ...]
    refused: tuple[RefusedEntry, ...]
    cut: int
    hints: Hints = Hints()


def parse_feed(content: bytes, *, url: str, source: str, now: datetime, max_entries: int = 5_000) -> Feed:
    """Reads a feed fetched from ``url``.

    Raises:
        NotAFeed: not a feed, or one that declares XML entities.
    """
    if declares_entities(content):
        raise NotAFeed("the document declares XML entities, which feeds have no use for and attacks do")
    if not content.strip():
        raise NotAFeed("the document is empty")
    try:
        parsed: dict[str, Any] = fastfeedparser.parse(
            content, include_content=False, include_tags=False, include_media=False, include_enclosures=False
        )
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its own parsers raise
        raise NotAFeed(f"the document is not RSS, Atom or JSON Feed ({_first_line(error)})") from None
    about: dict[str, Any] = parsed.get("feed") or {}
    language = language_code(about.get("language")) or _channel_language(content)
    entries: list[dict[str, Any]] = parsed.get("entries") or []
    links: dict[str, Link] = {}
    refused: list[RefusedEntry] = []
    for entry in entries[:max_entries]:
        judged = _judge(entry, url, source, now, language)
        if isinstance(judged, Link):
            links.setdefault(judged.url, judged)
        else:
            refused.append(judged)
    return Feed(
        title=plain_text(about.get("title")),
        links=tuple(links.values()),
        refused=tuple(refused),
        cut=max(0, len(entries) - max_entries),
        hints=hints_in(content),
    )


def _judge(
    entry: dict[str, Any], feed_url: str, source: str, now: datetime, language: str | None
) -> Link | RefusedEntry:
    address = entry.get("link") or _permalink(entry.get("id"))
    if not address:
        return RefusedEntry(url=None, reason=Reason.BAD_URL, detail="the entry has no link")
    try:
        url = normalise(str(address), base=feed_url)
    except BadUrl as error:
        return RefusedEntry.of(str(address), error.reason, str(error))
    return Link(
        url=url,
        source=source,
        found_by=FoundBy.FEED,
        found_in=feed_url,
        title=plain_text(entry.get("title")),
        published=moment(entry.get("published"), now),
        modified=moment(entry.get("updated"), now),
        language=language,
    )


def _channel_language(content: bytes) -> str | None:
    """RSS 2.0's ``language``, or Dublin Core's; the parser reads only ``xml:lang`` and JSON Feed's."""
    found = _LANGUAGE.search(head_of(content))
    return language_code(found[1].decode("ascii")) if found else None


def _permalink(entry_id: object) -> str | None:
    """A GUID that is a URL serves as the link (RSS 2.0: isPermaLink is true unless said otherwise)."""
    return entry_id if isinstance(entry_id, str) and entry_id.startswith(("http://", "https://")) else None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
