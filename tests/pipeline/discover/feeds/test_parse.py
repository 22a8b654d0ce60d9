"""Feeds of every kind to links, and hostile ones to nothing worse than a refusal."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from benchmarks.crawl_feeds import make_atom, make_rss
from pipeline.discover.feeds import Feed, NotAFeed, parse_feed
from pipeline.outcome import Reason
from pipeline.records import FoundBy

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


BASE = 'xml:base="https://other.example/x/"'


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
        ("<rss><channel><link>https://a.example/b/</link><item><link>c</link></item></channel></rss>",
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


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "9999-12-31T23:59:59-12:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2026-06-01T00:00:00Z",
        "Fri, 02 Jan 99999999999999999999 00:00:00 GMT",
        "soon",
        "",
    ],
)
def test_a_date_that_cannot_be_meant_is_dropped_and_the_link_kept(date: str) -> None:
    (link,) = read(rss(item(more=f"<pubDate>{date}</pubDate>"))).links
    assert link.published is None


@pytest.mark.parametrize("guid", ["1", "20", "t3_9", "20260101"])
def test_no_date_is_made_up_from_an_identifier(guid: str) -> None:
    (link,) = read(rss(item(more=f"<guid isPermaLink='false'>{guid}</guid>"))).links
    assert (link.published, link.modified) == (None, None)


@pytest.mark.parametrize(
    ("inside", "published", "modified"),
    [
        ("<dc:date>2026-01-02T10:00:00Z</dc:date>", 10, None),
        ("<pubDate>soon</pubDate><dc:date>2026-01-02T10:00:00Z</dc:date>", 10, None),
        (
            ("<dcterms:issued>2026-01-02T09Z</dcterms:issued>"
            "<dcterms:modified>2026-01-02T10Z</dcterms:modified>"),
            9,
            10,
        ),
        (
            ("<pubDate>Fri, 02 Jan 2026 10:00:00 +02:00</pubDate>"
            "<atom:updated>2026-01-02T09:00:00Z</atom:updated>"),
            8,
            9,
        ),
        ("<x:pubDate>Fri, 02 Jan 2026 10:00:00 GMT</x:pubDate>", None, None),
    ],
)  # fmt: skip
def test_where_dates_stand(inside: str, published: int | None, modified: int | None) -> None:
    (link,) = read(rss(item(more=inside))).links
    assert (
        link.published and link.published.astimezone(UTC).hour,
        link.modified and link.modified.hour,
    ) == (
        published,
        modified,
    )


def test_entries_of_one_url_make_one_link_and_the_first_one_counts() -> None:
    entries = [
        item("https://example.org/1", "<title>first</title><guid>g</guid>"),
        item("https://example.org/1?utm_source=x", "<title>second</title><guid>g</guid>"),
        item("https://example.org/2", "<guid>g</guid>"),
    ]
    links = read(rss("".join(entries))).links
    assert [(link.url, link.title) for link in links] == [
        ("https://example.org/1", "first"),
        ("https://example.org/2", None),
    ]


def test_too_many_entries_are_cut_and_counted() -> None:
    feed = read(rss("".join(item(f"https://example.org/{n}") for n in range(130))), max_entries=100)
    assert [link.url for link in feed.links] == [f"https://example.org/{n}" for n in range(100)]
    assert feed.cut == 30


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("&lt;img src=x onerror=alert(1)&gt;Ferry", "Ferry"),
        ("<![CDATA[<i>Ferry</i> &amp; bridge]]>", "Ferry & bridge"),
        ("<![CDATA[What <!ENTITY a> is]]>", "What is"),
        ("AT&amp;amp;T", "AT&T"),
        ("1 &amp;lt; 2", "1 < 2"),
        ("  a\n  b\tc ", "a b c"),
        ("", None),
        ("a" * 5000, "a" * 500),
    ],
)
def test_titles_are_plain_text(title: str, expected: str | None) -> None:
    (link,) = read(rss(item(more=f"<title>{title}</title>"))).links
    assert link.title == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<title>A&nbsp;B &eacute; &mdash; C</title>", "A B é — C"),
        ("<title>AT&T & Verizon: Q&A</title>", "AT&T & Verizon: Q&A"),
        ("<title>a <b>bold</b> claim</title>", "a bold claim"),
        ("<title><![CDATA[2 < 3 and 5 > 4]]></title>", "2 < 3 and 5 > 4"),
        ("<media:title>Picture</media:title><title>Ferry</title>", "Ferry"),
        ("<title/><dc:title>Ferry</dc:title>", "Ferry"),
    ],
)
def test_titles_of_rss_as_a_person_reads_them(title: str, expected: str) -> None:
    (link,) = read(rss(item(more=title))).links
    assert link.title == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            (
                '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b> '
                "&lt;C&gt;</div></title>"
            ),
            "A B <C>",
        ),
        ('<title type="html">A &amp;lt;b&amp;gt; &lt;i>x&lt;/i></title>', "A <b> x"),
        ('<title type="text">Use &lt;b&gt; and &amp;amp;</title>', "Use <b> and &amp;"),
        ("<title>Fish &amp;amp; &lt;b>chips&lt;/b></title>", "Fish & chips"),
        (
            '<title mode="escaped" type="text/html">Fish &lt;b>&amp;amp; chips&lt;/b></title>',
            "Fish & chips",
        ),
    ],
)
def test_titles_of_atom_by_their_type(title: str, expected: str) -> None:
    (link,) = read(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{title}<link href="/a"/></entry></feed>'
    ).links
    assert link.title == expected


def test_the_charset_of_the_header_counts() -> None:
    content = rss(item(more="<title>Новости</title>")).encode("cp1251")
    header = "application/rss+xml; charset=windows-1251"
    feed = parse_feed(content, url=FEED_URL, source="harbour", now=NOW, content_type=header)
    assert [link.title for link in feed.links] == ["Новости"]


def test_each_item_of_a_json_feed_is_judged_alone() -> None:
    feed = read(
        "\ufeff"
        + jsonfeed(
            None, 7, "x", {"url": 5, "title": {}}, {"external_url": "https://a.example/1"}, {"id": "https://example.org/2"},
            {"id": 3}, {"url": "/4", "date_published": 5, "date_modified": "2026-01-02T10:00:00Z"},
        )
    )  # fmt: skip
    assert [link.url for link in feed.links] == [
        "https://a.example/1",
        "https://example.org/2",
        "https://example.org/4",
    ]
    assert feed.links[-1].modified == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert len(feed.refused) == 5


@pytest.mark.parametrize("items", ["null", "[]", "{}", '"x"', "5"])
def test_a_json_feed_without_items_is_an_empty_feed(items: str) -> None:
    feed = read(
        f'{{"version": "https://jsonfeed.org/version/1", "title": "Harbour News", '
        f'"items": {items}}}'
    )
    assert (feed.title, feed.links, feed.refused) == ("Harbour News", (), ())


def test_a_json_feed_that_breaks_off_keeps_its_whole_items() -> None:
    whole = jsonfeed({"url": "https://example.org/1"}, {"url": "https://example.org/2"})
    assert [link.url for link in read(whole[: whole.index("org/2") + 5]).links] == [
        "https://example.org/1"
    ]


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff\n",
        "\n\n",
        "<br />\n<b>Warning</b>: x in <b>/a.php</b>\n",
        "Notice: x\n",
        "<!-- c -->",
    ],
)
def test_what_stands_before_the_prolog_is_passed_over(before: str) -> None:
    assert read(f'{before}<?xml version="1.0"?>\n{RSS}').links == read(RSS).links


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("utf-16", "utf-16"), ("koi8-r", "koi8-r")],
)
def test_declared_charsets(declared: str, encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(
        item(more="<title>Новости</title>")
    )
    assert [link.title for link in read(document.encode(encoding)).links] == ["Новости"]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "latin-1"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("x-nonsense", "utf-8")],
)
def test_a_lie_about_the_charset_costs_letters_not_links(declared: str, actual: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(
        item(more="<title>Café ferry</title>")
    )
    (link,) = read(document.encode(actual)).links
    assert link.url == "https://example.org/1"
    assert link.title is not None
    assert link.title.startswith("Caf")
    assert link.title.endswith("ferry")


def test_malformed_xml_is_recovered() -> None:
    broken = rss(
        item("https://example.org/1?a=1", "<title>Fish & chips</title>")
        + "<item><link>https://e.org/2</link>"
    )
    assert [link.url for link in read(broken.removesuffix("</channel></rss>")).links] == [
        "https://example.org/1?a=1",
        "https://e.org/2",
    ]


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).links == ()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \n ",
        b"<!doctype html><html><head><title>News</title></head><body><p>Words</p></body></html>",
        b"plain words",
        b"http://127.0.0.1:1/not-fetched",
        b"{}",
        b"[1, 2]",
        b"%PDF-1.4",
        b"\x1f\x8b\x08\x00",
        b"\x00\x00\x00",
    ],
)
def test_what_is_no_feed_says_so(document: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(document)


def _bomb(before: str = "", encoding: str = "utf-8") -> bytes:
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 30 if n else "ha" * 30}">' for n in range(9)
    )
    document = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE rss [{entities}]>'
    return (document + rss(item(more="<title>&a8;</title>"))).encode(encoding)


@pytest.mark.parametrize("before", ["", "<!-- " + "x" * 100_000 + " -->", "\n" * 100_000])
def test_an_entity_bomb_is_refused_fast_wherever_it_is_declared(before: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotAFeed, match="entities"):
        read(_bomb(before))
    assert time.monotonic() - started < 0.5


def test_an_entity_bomb_in_another_charset_is_refused_as_well() -> None:
    with pytest.raises(NotAFeed, match="entities"):
        read(_bomb(encoding="utf-16"))


def test_an_external_entity_is_not_read() -> None:
    document = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(
        item(more="<title>&x;</title>")
    )
    with pytest.raises(NotAFeed, match="entities"):
        read(document)


@pytest.mark.parametrize(
    "title",
    [
        "&lt;" * 1_000_000,
        "&lt;a " * 1_000_000,
        "&amp;" * 1_000_000,
        "<b>" * 100_000,
        "x " * 5_000_000,
    ],
)
def test_a_huge_title_costs_little(title: str) -> None:
    started = time.monotonic()
    feed = read(rss(item(more=f"<title>{title}</title>")))
    assert len(feed.links) <= 1
    assert time.monotonic() - started < 3


_MEASURE = """
import resource, sys
from contextlib import suppress
from datetime import UTC, datetime
from pipeline.discover.feeds import parse_feed
def read(content):
    return parse_feed(content, url="https://example.org/f", source="x", now=datetime(2026, 1, 2,
tzinfo=UTC))
unit, before, after = (part.encode() for part in sys.argv[1:])
content = before + unit * (9_800_000 // len(unit)) + after
read(before + unit + after)
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read(content)
print(len(found.links) + len(found.refused) + found.cut,
resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)
"""


@pytest.mark.parametrize(
    ("unit", "before", "after", "entries"),
    [
        ("<item/>", "<rss><channel>", "</channel></rss>", 1_400_000),
        ("<x/>", "<rss><channel><item>", "</item></channel></rss>", 1),
        (
            '{"id":1},',
            '{"version":"https://jsonfeed.org/version/1","items":[',
            '{"id":1}]}',
            1_088_889,
        ),
    ],
    ids=["items", "children", "json"],
)
def test_a_feed_of_a_million_entries_costs_little_memory(
    unit: str, before: str, after: str, entries: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, unit, before, after],
        capture_output=True, text=True, check=True, timeout=120, cwd=Path(__file__).parents[4],
    )  # fmt: skip
    counted, grown = map(int, done.stdout.split())
    assert counted == entries
    assert grown < 80_000  # KB; a tree of it all would take a thousand MB


BASED = f"""<feed xmlns="http://www.w3.org/2005/Atom" {BASE}><entry><title>A &amp; B</title>
<link href="a?b=1&amp;c=2"/></entry></feed>"""
MADE = {
    "rss": make_rss(50), "atom": make_atom(50), "rdf": RDF.encode(), "rss 0.90": RDF_090.encode(),
    "atom 0.3": ATOM_03.encode(), "rss 0.91": RSS_091.encode(), "base": BASED.encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*MADE])
def test_feedparser_reads_the_same(kind: str) -> None:
    theirs = feedparser.parse(MADE[kind], response_headers={"content-location": FEED_URL})
    ours = read(MADE[kind])
    assert [(link.url, link.title) for link in ours.links] == [
        (entry.link, entry.title) for entry in theirs.entries
    ]
    assert ours.title == theirs.feed.get("title")


@pytest.mark.parametrize(
    "piece", [b"\xef\xbb\xbf", b"<!--", b"&", b"<?", b"<![CDATA[", b"<a:b ", b"<br ", b"<br a='"]
)
def test_what_begins_again_and_again_and_never_ends_takes_time_by_its_length(piece: bytes) -> None:
    """By its square, each of these would take minutes."""
    before = time.process_time()
    for start in (b"", b"<rss><channel>"):
        with suppress(NotAFeed):
            read(start + piece * 1_000_000)
    assert time.process_time() - before < 30
