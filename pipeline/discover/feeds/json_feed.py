"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), item by item.

Only one item is held at a time, and each is read alone: a defect of one does not affect the others.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.discover.announced import title_of_markup
from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed, is_address
from pipeline.discover.feeds.newest import NewestEntries
from pipeline.discover.websub import DeclaredLink

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_ITEM = object()
_WANTED = frozenset({"version", "title", "language", "home_page_url", "hubs", "feed_url"})


def read_json(text: str, *, url: str, most: int) -> RawFeed:
    """Reads a document from its opening brace on. One that breaks off keeps its whole items.

    Args:
        text: the document.
        url: where redirects led.
        most: entries to keep, the newest; the others are counted.

    Raises:
        NotAFeed: no JSON, or another kind of it.
    """
    about: dict[str, Any] = {}
    collected = NewestEntries(most)
    try:
        for name, value in _members(text):
            if name in _WANTED:
                about[str(name)] = value
            elif name is _ITEM:
                collected.add(_entry(value, url))
    except (ValueError, IndexError, RecursionError) as error:
        if not collected.count:
            raise NotAFeed(f"the document is not RSS, Atom or JSON Feed ({error})") from None
    if "jsonfeed.org" not in str(about.get("version")):
        raise NotAFeed("the document is JSON, but no JSON Feed: its version does not say so")
    entries = collected.in_order()
    site, language = about.get("home_page_url"), about.get("language")
    return RawFeed(
        title=title_of_markup(about.get("title")),
        language=language if isinstance(language, str) else None,
        site=Address(site, url) if isinstance(site, str) else None,
        entries=entries,
        cut=collected.count - len(entries),
        links=tuple(_declared(about)),
    )


def _declared(about: dict[str, Any]) -> Iterator[DeclaredLink]:
    """``hubs`` are objects with ``type`` and ``url``; ``feed_url`` is the topic (JSON Feed 1.1)."""
    hubs = about.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if not isinstance(hub, dict) or str(hub.get("type", "")).lower() != "websub":
            continue
        if isinstance(hub.get("url"), str):
            yield DeclaredLink(frozenset({"hub"}), hub["url"])
    if isinstance(about.get("feed_url"), str):
        yield DeclaredLink(frozenset({"self"}), about["feed_url"])


def _entry(item: object, url: str) -> RawEntry:
    if not isinstance(item, dict):
        return RawEntry()
    written = [item.get("url"), item.get("external_url")]
    written += [item["id"]] if is_address(item.get("id")) else []
    return RawEntry(
        addresses=tuple(
            Address(text, url) for text in written if isinstance(text, str) and text.strip()
        ),
        title=title_of_markup(item.get("title")),
        published=_texts(item.get("date_published")),
        updated=_texts(item.get("date_modified")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else ()


def _members(text: str) -> Iterator[tuple[object, Any]]:
    """The members of the outermost object.

    Those of its ``items`` one by one, under the name ``_ITEM``.

    Raises:
        ValueError, IndexError: the document breaks off, or is no JSON from here on.
    """
    at = _after(text, 0, "{")
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _after(text, at, ":")
        if name == "items" and text[at] == "[":
            at = _after(text, at, "[")
            while text[at] != "]":
                item, at = _DECODER.raw_decode(text, at)
                yield _ITEM, item
                at = _next(text, at, "]")
            at = _after(text, at, "]")
        else:
            value, at = _DECODER.raw_decode(text, at)
            yield name, value
        at = _next(text, at, "}")


def _after(text: str, at: int, mark: str) -> int:
    """The place of what follows a mark."""
    at = _from(text, at)
    if text[at] != mark:
        raise ValueError(f"no {mark} where it should be")
    return _from(text, at + 1)


def _next(text: str, at: int, end: str) -> int:
    """The place of the next member, or of the end."""
    at = _from(text, at)
    return at if text[at] == end else _after(text, at, ",")


def _from(text: str, at: int) -> int:
    """The next place that is no white space."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing as well
