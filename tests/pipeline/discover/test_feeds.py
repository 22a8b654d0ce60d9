"""Feeds of every kind to links, and hostile ones to nothing worse than a refusal."""

import json
import time
from datetime import UTC, datetime

import pytest

from pipeline.discover.feeds import Feed, NotAFeed, parse_feed
from pipeline.outcome import Reason
from pipeline.records import FoundBy

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FEED_URL = "https://example.org/feeds/main.xml"


def read(content: bytes | str, *, max_entries: int = 100) -> Feed:
    encoded = content.encode() if isinstance(content, str) else content
    feed = parse_feed(encoded, url=FEED_URL, source="harbour", now=NOW, max_entries=max_entries)
    assert Feed.model_validate_json(feed.model_dump_json()) == feed  # what is found can always be stored
    return feed


def rss(items: str, version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel><title>Harbour News</title>{items}</channel></rss>'


def item(link: str = "https://example.org/1", more: str = "") -> str:
    return f"<item><link>{link}</link>{more}</item>"


def jsonfeed(*items: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "items": items})


RSS = rss(item(more="<title>Ferry</title><pubDate>Fri, 02 Jan 2026 10:00:00 GMT</pubDate>"))
RSS_091 = (
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
    ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    + rss(item(more="<title>Ferry</title><pubDate>Fri, 02 Jan 2026 10:00:00 GMT</pubDate>"), "0.91")
)
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>Harbour News</title><link>https://example.org/</link></channel>
<item rdf:about="https://example.org/1"><title>Ferry</title><link>https://example.org/1</link>
<dc:date>2026-01-02T11:00:00+01:00</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour News</title><entry><title>Ferry</title>
<id>urn:uuid:1</id><link rel="enclosure" href="https://example.org/1.mp3"/><link rel="self" href="https://example.org/s"/>
<link rel="alternate" href="https://example.org/1"/><published>2026-01-02T10:00:00Z</published>
<updated>2026-01-02T11:00:00Z</updated></entry></feed>"""
JSON = jsonfeed(
    {"id": "1", "url": "https://example.org/1", "title": "Ferry", "date_published": "2026-01-02T10:00:00Z"},
)


@pytest.mark.parametrize(
    ("document", "language"),
    [
        (RSS, None),
        (rss("<language>de-at</language>" + item()), "de"),
        (rss("<language><![CDATA[ en ]]></language>" + item()), "en"),
        (rss("<language>klingon</language>" + item()), None),
        (rss("<!-- <language>fr</language> -->" + item(more="<title>&lt;language>it</title>")), None),
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


@pytest.mark.parametrize("document", [RSS, RSS_091, RDF, ATOM, JSON], ids=["rss", "rss091", "rdf", "atom", "json"])
def test_every_kind_of_feed(document: str) -> None:
    feed = read(document)
    assert feed.title == "Harbour News"
    (link,) = feed.links
    assert (link.url, link.title, link.source) == ("https://example.org/1", "Ferry", "harbour")
    assert link.published == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert (link.found_by, link.found_in) == (FoundBy.FEED, FEED_URL)
    assert feed.refused == ()
    assert feed.cut == 0


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


def test_a_guid_serves_where_the_link_is_missing() -> None:
    assert [link.url for link in read(rss("<item><guid>https://example.org/g</guid></item>")).links] == [
        "https://example.org/g"
    ]
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
            {"url": "https://example.org/1", "title": "a\ud800b"}, {"url": "https://example.org/\udfff", "title": "x"}
        )
    )
    assert [link.title for link in feed.links] == ["a?b"]
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
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("utf-16", "utf-16"), ("koi8-r", "koi8-r")],
)
def test_declared_charsets(declared: str, encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(item(more="<title>Новости</title>"))
    assert [link.title for link in read(document.encode(encoding)).links] == ["Новости"]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "latin-1"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("x-nonsense", "utf-8")],
)
def test_a_lie_about_the_charset_costs_letters_not_links(declared: str, actual: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(item(more="<title>Café ferry</title>"))
    (link,) = read(document.encode(actual)).links
    assert link.url == "https://example.org/1"
    assert link.title is not None
    assert link.title.startswith("Caf")
    assert link.title.endswith("ferry")


def test_malformed_xml_is_recovered() -> None:
    broken = rss(
        item("https://example.org/1?a=1", "<title>Fish & chips</title>") + "<item><link>https://e.org/2</link>"
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
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 30 if n else "ha" * 30}">' for n in range(9))
    document = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE rss [{entities}]>'
    return (document + rss(item(more="<title>&a8;</title>"))).encode(encoding)


@pytest.mark.parametrize("before", ["", "<!-- " + "x" * 100_000 + " -->", "\n" * 100_000])
def test_an_entity_bomb_is_refused_fast_wherever_it_is_declared(before: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotAFeed, match="entities"):
        read(_bomb(before))
    assert time.monotonic() - started < 0.5


def test_an_entity_bomb_in_another_charset_does_not_explode() -> None:
    started = time.monotonic()
    feed = read(_bomb(encoding="utf-16"))
    assert all(len(link.title or "") <= 500 for link in feed.links)
    assert time.monotonic() - started < 0.5


def test_an_external_entity_is_not_read() -> None:
    document = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(more="<title>&x;</title>"))
    with pytest.raises(NotAFeed, match="entities"):
        read(document)


@pytest.mark.parametrize(
    "title", ["&lt;" * 1_000_000, "&lt;a " * 1_000_000, "&amp;" * 1_000_000, "<b>" * 100_000, "x " * 5_000_000]
)
def test_a_huge_title_costs_little(title: str) -> None:
    started = time.monotonic()
    feed = read(rss(item(more=f"<title>{title}</title>")))
    assert len(feed.links) <= 1
    assert time.monotonic() - started < 3
