"""Feeds of every kind to links: which link an entry has, and which entries are refused."""

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.discover.feeds import NotAFeed
from pipeline.outcome import Reason
from pipeline.records import FoundBy
from tests.support.feed_documents import (
    ATOM,
    ATOM_03,
    BASE,
    FEED_URL,
    JSON,
    OUTSIDE,
    RDF,
    RDF_090,
    RSS,
    RSS_091,
    item,
    jsonfeed,
    read,
    rss,
)


@pytest.mark.parametrize(
    ("document", "language"),
    [
        (RSS, None),
        (rss("<language>de-at</language>" + item()), "de"),
        (rss("<language><![CDATA[ en ]]></language>" + item()), "en"),
        (rss("<language>klingon</language>" + item()), None),
        (
            rss("<!-- <language>fr</language> -->" + item(more="<title>&lt;language>it</title>")),
            None,
        ),
        (rss(item(more="<language>fr</language>")), None),
        (RDF.replace("</title><link>", "</title><dc:language>nl</dc:language><link>", 1), "nl"),
        (ATOM.replace("<feed ", '<feed xml:lang="pt-BR" '), "pt"),
        (JSON.replace('"title"', '"language": "sv", "title"', 1), "sv"),
        (JSON.replace('"title"', '"language": ["sv"], "title"', 1), None),
    ],
)
def test_a_feed_s_language_is_evidence_for_its_entries(document: str, language: str | None) -> None:
    (link,) = read(document).links
    assert link.language == language


@pytest.mark.parametrize(
    "document", [RSS, RSS_091, RDF, ATOM, JSON], ids=["rss", "rss091", "rdf", "atom", "json"]
)
def test_every_kind_of_feed(document: str) -> None:
    feed = read(document)
    assert feed.title == "Harbour News"
    (link,) = feed.links
    assert (link.url, link.title, link.source) == ("https://example.org/1", "Ferry", "harbour")
    assert link.published == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert (link.found_by, link.found_in) == (FoundBy.FEED, FEED_URL)
    assert feed.refused == ()
    assert feed.cut == 0


@pytest.mark.parametrize(
    "document", [RDF_090, OUTSIDE], ids=["rss090", "items outside the channel"]
)
def test_feeds_without_dates_in_rare_forms(document: str) -> None:
    feed = read(document)
    assert (feed.title, feed.site) == ("Harbour News", "https://example.org/")
    assert [(link.url, link.title) for link in feed.links] == [("https://example.org/1", "Ferry")]


def test_atom_0_3_has_names_of_its_own() -> None:
    (link,) = read(ATOM_03).links
    assert (link.url, link.title) == ("https://example.org/1", "Ferry")
    assert (link.published, link.modified) == (
        datetime(2026, 1, 2, 10, tzinfo=UTC),
        datetime(2026, 1, 2, 11, tzinfo=UTC),
    )


def test_atom_tells_a_change_from_the_publication() -> None:
    (link,) = read(ATOM).links
    assert link.modified == datetime(2026, 1, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/news/1", "https://example.org/news/1"),
        ("news/1", "https://example.org/feeds/news/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("https://example.org/1?utm_source=feed#x", "https://example.org/1"),
        ("\n  https://example.org/1\n", "https://example.org/1"),
        ("<![CDATA[https://example.org/1?a=1&b=2]]>", "https://example.org/1?a=1&b=2"),
        ("https://example.org/1?a=1&amp;b=2", "https://example.org/1?a=1&b=2"),
    ],
)
def test_links_are_made_absolute_and_normal(link: str, expected: str) -> None:
    assert [found.url for found in read(rss(item(link))).links] == [expected]


@pytest.mark.parametrize(
    ("document", "site"),
    [
        (rss("<link>https://example.org/?utm_source=rss</link>" + item()), "https://example.org/"),
        (rss("<link>/</link><image><link>https://example.org/image</link></image>"), "https://example.org/"),
        (rss("<image><link>https://example.org/image</link></image>"), None),
        (rss("<link>javascript:alert(1)</link>"), None),
        (
            ATOM.replace(
                "<entry>", '<link rel="self" href="/s"/><link href="https://a.example"/><entry>'
            ),
            "https://a.example/",
        ),
        (ATOM, None),
        (JSON.replace('"title"', '"home_page_url": "https://example.org", "title"', 1), "https://example.org/"),
    ],
)  # fmt: skip
def test_the_feed_s_own_site(document: str, site: str | None) -> None:
    assert read(document).site == site


@pytest.mark.parametrize(
    ("document", "url"),
    [
        (f'<feed xmlns="{{}}" {BASE}><entry><link href="a.html"/></entry></feed>', "https://other.example/x/a.html"),
        (f'<feed xmlns="{{}}"><entry {BASE}><link href="a.html"/></entry></feed>', "https://other.example/x/a.html"),
        (f'<feed xmlns="{{}}"><entry><link {BASE} href="a.html"/></entry></feed>', "https://other.example/x/a.html"),
        (f'<feed xmlns="{{}}" {BASE}><entry xml:base="y/"><link href="a"/></entry></feed>', "https://other.example/x/y/a"),
        (f'<feed xmlns="{{}}"><entry {BASE}/><entry><link href="a"/></entry></feed>', "https://example.org/feeds/a"),
        ('<feed xmlns="{}" xml:base="data:x"><entry><link href="a"/></entry></feed>', "https://example.org/feeds/a"),
        (f"<rss {BASE}><channel><item><link>a</link></item></channel></rss>", "https://other.example/x/a"),
        ("<rss><channel><link>/b/</link><item><link>c</link></item></channel></rss>",
         "https://example.org/feeds/c"),
    ],
)  # fmt: skip
def test_relative_links_are_relative_to_xml_base_or_else_to_the_feed(
    document: str, url: str
) -> None:
    assert [
        link.url for link in read(document.replace("{}", "http://www.w3.org/2005/Atom")).links
    ] == [url]


ENCLOSURE = '<link rel="enclosure" href="https://example.org/x.mp3"/>'


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        (ENCLOSURE + '<link href="/a"/>', "https://example.org/a"),
        (ENCLOSURE + '<link rel="self" href="/s"/><link rel="replies" href="/r"/>', None),
        (
            ('<link rel="alternate" type="application/json" href="/j"/>'
            '<link type="text/html" href="/a"/>'),
            "https://example.org/a",
        ),
        ('<link rel="alternate" type="application/json" href="/j"/>', "https://example.org/j"),
        ('<link href="/a?x=1&amp;y=2&z=3"/>', "https://example.org/a?x=1&y=2&z=3"),
        ("<id>https://example.org/id</id>" + ENCLOSURE, "https://example.org/id"),
        ("<id>urn:1</id>", None),
        ('<source><link href="/source"/></source><link href="/a"/>', "https://example.org/a"),
        ('<link href="javascript:alert(1)"/><id>https://example.org/id</id>', "https://example.org/id"),
    ],
)  # fmt: skip
def test_which_link_of_an_atom_entry_is_the_article(inside: str, url: str | None) -> None:
    feed = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{inside}</entry></feed>')
    assert [link.url for link in feed.links] == ([url] if url else [])
    assert len(feed.refused) == (url is None)


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>/a?x=1&y=2</link>", "https://example.org/a?x=1&y=2"),
        ("<link>/a?x=1&copy=2&reg=3&amp;z=1</link>", "https://example.org/a?x=1&copy=2&reg=3&z=1"),
        ("<link>/a?x=1&amp;amp;y=2</link>", "https://example.org/a?x=1&y=2"),
        ("<link/><guid>https://example.org/g</guid>", "https://example.org/g"),
        ('<guid isPermaLink="true">https://example.org/g</guid>', "https://example.org/g"),
        ('<guid isPermaLink="false">https://example.org/g</guid>', None),
        ("<guid>/g</guid>", None),
        ('<atom:link rel="self" href="/s"/>', None),
        ('<atom:link rel="alternate" href="/a"/>', "https://example.org/a"),
        ("<link>/proxy</link><feedburner:origLink>https://example.org/own</feedburner:origLink>", "https://example.org/own"),
        ("<media:content><link>/m</link></media:content><media:link>/m</media:link><link>/a</link>",
        "https://example.org/a"),
        ("<description>a<br>b <img alt='x > y' src='/i'> c<hr ></description><link>/a</link>", "https://example.org/a"),
        ("<description>a<br></br>b<br />c</description><link>/a</link>", "https://example.org/a"),
        ("<description>a<p>b</description><link>/a</link>", None),
    ],
)  # fmt: skip
def test_which_link_of_an_rss_item_is_the_article(inside: str, url: str | None) -> None:
    feed = read(rss(f"<item>{inside}</item>" + item("https://example.org/next")))
    assert [link.url for link in feed.links] == [
        *([url] if url else []),
        "https://example.org/next",
    ]


def test_a_guid_serves_where_the_link_is_missing() -> None:
    assert [
        link.url for link in read(rss("<item><guid>https://example.org/g</guid></item>")).links
    ] == ["https://example.org/g"]
    assert read(rss("<item><guid>12345</guid></item>")).links == ()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("<item><title>no link</title></item>", Reason.BAD_URL),
        (item("javascript:alert(1)"), Reason.UNSUPPORTED_SCHEME),
        (item("file:///etc/passwd"), Reason.UNSUPPORTED_SCHEME),
        (item("https://user:pass@example.org/"), Reason.BAD_URL),
        (item("http://[oops/"), Reason.BAD_URL),
        (item("https://example.org/" + "a" * 3000), Reason.BAD_URL),
        (item("https://example.org/" + "é" * 1500), Reason.BAD_URL),
    ],
)
def test_an_entry_that_cannot_be_followed_is_refused_alone(entry: str, reason: Reason) -> None:
    feed = read(rss(entry + item("https://example.org/good")))
    assert [refused.reason for refused in feed.refused] == [reason]
    assert [link.url for link in feed.links] == ["https://example.org/good"]


def test_lone_surrogates_never_reach_the_store() -> None:
    feed = read(
        jsonfeed(
            {"url": "https://example.org/1", "title": "a\ud800b"},
            {"url": "https://example.org/\udfff", "title": "x"},
        )
    )
    assert [link.title for link in feed.links] == ["a\ufffdb"]
    assert [refused.reason for refused in feed.refused] == [Reason.BAD_URL]


SITE = "<link>https://harbour.example/news/</link>"


@pytest.mark.parametrize(
    ("channel", "link", "url"),
    [
        (SITE, "/2026/ferry.html", "https://harbour.example/2026/ferry.html"),
        (SITE, "ferry.html", "https://harbour.example/news/ferry.html"),
        (SITE, "https://other.example/1", "https://other.example/1"),
        ("<link>https://example.org/</link>", "ferry.html", "https://example.org/feeds/ferry.html"),
        ("", "/ferry.html", "https://example.org/ferry.html"),
    ],
)
def test_links_are_relative_to_the_site_where_the_feed_has_another_host(
    channel: str, link: str, url: str
) -> None:
    feed = read(rss(channel + item(link)))
    assert [found.url for found in feed.links] == [url]


def test_a_base_that_the_document_names_goes_first() -> None:
    entry = '<item xml:base="https://third.example/a/"><link>b</link></item>'
    (link,) = read(rss(SITE + entry)).links
    assert link.url == "https://third.example/a/b"


def test_a_feed_may_come_as_a_gzip_file() -> None:
    packed = gzip.compress(rss(item("https://example.org/1")).encode())
    assert len(read(packed).links) == 1
    with pytest.raises(NotAFeed, match="gzip"):
        read(packed[:-9])
