"""JSON Feed, item by item."""

import json

import pytest

from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry
from pipeline.discover.feeds.json_feed import read_json
from pipeline.discover.websub import DeclaredLink

URL = "https://a.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(**members: object) -> str:
    return json.dumps({"version": VERSION, **members})


def test_a_feed_and_its_items() -> None:
    item = {
        "id": "https://a.example/id",
        "url": "https://a.example/1",
        "external_url": "https://b.example/1",
        "title": "Ferries &amp; <b>trains</b>",
        "date_published": "2026-11-24T10:00:00Z",
        "date_modified": "2026-11-24T11:00:00Z",
    }
    found = read_json(
        feed(title="Harbour Post", language="en", home_page_url="/", items=[item]), url=URL, most=9
    )
    assert (found.title, found.language, found.site) == ("Harbour Post", "en", Address("/", URL))
    addresses = ("https://a.example/1", "https://b.example/1", "https://a.example/id")
    assert found.entries == (
        RawEntry(
            addresses=tuple(Address(address, URL) for address in addresses),
            title="Ferries & trains",
            published=("2026-11-24T10:00:00Z",),
            updated=("2026-11-24T11:00:00Z",),
        ),
    )


def test_members_of_other_kinds_are_left_out() -> None:
    items = [{"id": 5, "url": 7, "title": ["x"], "date_published": 3}, "no item", None]
    found = read_json(feed(title=1, language=2, home_page_url=3, items=items), url=URL, most=9)
    assert (found.title, found.language, found.site) == (None, None, None)
    assert found.entries == (RawEntry(), RawEntry(), RawEntry())


def test_what_is_beyond_the_most_is_counted() -> None:
    found = read_json(feed(items=[{}] * 5), url=URL, most=2)
    assert (len(found.entries), found.cut) == (2, 3)


def test_a_document_that_breaks_off_keeps_its_whole_items() -> None:
    text = feed(items=[{"url": "https://a.example/1"}, {"url": "https://a.example/2"}])
    assert len(read_json(text[:-20], url=URL, most=9).entries) == 1
    with pytest.raises(NotAFeed, match="not RSS, Atom or JSON Feed"):
        read_json(text[:30], url=URL, most=9)


def test_other_json_is_no_feed() -> None:
    with pytest.raises(NotAFeed, match="version"):
        read_json('{"items": []}', url=URL, most=9)


def test_hubs_of_websub_and_the_topic_are_links() -> None:
    hubs = [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "rssCloud", "url": "x"}, 1]
    found = read_json(feed(hubs=hubs, feed_url=URL), url=URL, most=9)
    assert found.links == (
        DeclaredLink(frozenset({"hub"}), "https://hub.example/"),
        DeclaredLink(frozenset({"self"}), URL),
    )
