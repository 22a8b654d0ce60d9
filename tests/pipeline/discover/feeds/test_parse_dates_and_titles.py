"""Dates and titles of entries, in the forms in which publishers write them."""

from datetime import UTC

import pytest

from tests.support.feed_documents import item, read, rss


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
