"""RSS, Atom, RDF and JSON feeds to links.

fastfeedparser reads them: on typical feeds it is several times as fast as feedparser, and it recovers malformed XML.
It is guarded against entity bombs, and each entry is judged alone.
"""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import fastfeedparser

from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link, Record
from pipeline.urls import BadUrl, normalise

# An internal subset with entities, before the first element: what stands in a title is no declaration.
_ENTITIES = re.compile(rb"(?:[^<]|<\?|<!--.*?-->)*+<!DOCTYPE[^>\[]*+\[[^\]]*?<!ENTITY", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_MAX_TITLE = 500
_MAX_MARKUP = 10_000
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


class NotAFeed(ValueError):  # noqa: N818 - named after what it is
    """A document that no reader would take for a feed."""


class RefusedEntry(Record):
    """An entry that cannot be followed, and why."""

    url: str | None
    reason: Reason
    detail: str


class Feed(Record):
    """What one feed document announces.

    Attributes:
        links: in the document's order, each URL once.
        refused: entries that cannot be followed.
        cut: how many entries were left out because there were too many.
    """

    title: str | None
    links: tuple[Link, ...]
    refused: tuple[RefusedEntry, ...]
    cut: int


def parse_feed(content: bytes, *, url: str, source: str, now: datetime, max_entries: int = 5_000) -> Feed:
    """Reads a feed fetched from ``url``.

    Raises:
        NotAFeed: not a feed, or one that declares XML entities.
    """
    if _ENTITIES.match(content):
        raise NotAFeed("the document declares XML entities, which feeds have no use for and attacks do")
    if not content.strip():
        raise NotAFeed("the document is empty")
    try:
        parsed: dict[str, Any] = fastfeedparser.parse(
            content, include_content=False, include_tags=False, include_media=False, include_enclosures=False
        )
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its own parsers raise
        raise NotAFeed(f"the document is not RSS, Atom or JSON Feed ({_first_line(error)})") from None
    entries: list[dict[str, Any]] = parsed.get("entries") or []
    links: dict[str, Link] = {}
    refused: list[RefusedEntry] = []
    for entry in entries[:max_entries]:
        judged = _judge(entry, url, source, now)
        if isinstance(judged, Link):
            links.setdefault(judged.url, judged)
        else:
            refused.append(judged)
    title = _text((parsed.get("feed") or {}).get("title"))
    return Feed(
        title=title,
        links=tuple(links.values()),
        refused=tuple(refused),
        cut=max(0, len(entries) - max_entries),
    )


def _judge(entry: dict[str, Any], feed_url: str, source: str, now: datetime) -> Link | RefusedEntry:
    address = entry.get("link") or _permalink(entry.get("id"))
    if not address:
        return RefusedEntry(url=None, reason=Reason.BAD_URL, detail="the entry has no link")
    try:
        url = normalise(str(address), base=feed_url)
    except BadUrl as error:
        return RefusedEntry(url=_encodable(str(address)[:500]), reason=error.reason, detail=str(error))
    return Link(
        url=url,
        source=source,
        found_by=FoundBy.FEED,
        found_in=feed_url,
        title=_text(entry.get("title")),
        published=_moment(entry.get("published"), now),
        modified=_moment(entry.get("updated"), now),
    )


def _permalink(entry_id: object) -> str | None:
    """A GUID that is a URL serves as the link (RSS 2.0: isPermaLink is true unless said otherwise)."""
    return entry_id if isinstance(entry_id, str) and entry_id.startswith(("http://", "https://")) else None


def _moment(value: object, now: datetime) -> datetime | None:
    """A date that can be meant: not before the web, not past tomorrow."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if _OLDEST <= moment <= now + _AHEAD else None


def _text(value: object) -> str | None:
    """Plain text of a title: feeds put escaped markup there."""
    if not isinstance(value, str):
        return None
    plain = " ".join(html.unescape(_TAG.sub("", value[:_MAX_MARKUP])).split())
    return _encodable(plain[:_MAX_TITLE]) or None


def _encodable(text: str) -> str:
    """Without the lone surrogates that JSON can smuggle in and no store can take."""
    return text.encode("utf-8", "replace").decode()


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
