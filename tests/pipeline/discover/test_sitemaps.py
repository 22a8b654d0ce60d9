"""Sitemaps of every form to links: what an entry says, what is recent, what is refused."""

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.discover.sitemaps import MAX_BYTES, NotASitemap, parse_sitemap
from pipeline.extract import extract
from pipeline.outcome import Reason
from pipeline.records import Article, FoundBy, Page
from tests.support.sitemap_documents import CORE, NOW, SITEMAP_URL, index, news, page, read, urlset


def test_a_url_set() -> None:
    found = read(urlset(page("https://www.example.org/1?utm_source=x&amp;id=7")))
    (link,) = found.links
    assert (link.url, link.source, link.found_by) == (
        "https://www.example.org/1?id=7",
        "harbour",
        FoundBy.SITEMAP,
    )
    assert (link.found_in, link.title, link.published) == (SITEMAP_URL, None, None)
    assert link.modified == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert (found.undated, found.children, found.refused, found.older, found.cut) == (
        (),
        (),
        (),
        0,
        0,
    )


def test_a_news_sitemap_brings_title_date_publication_and_language() -> None:
    found = read(
        urlset(page(lastmod="", more=news("Fish &amp; <![CDATA[<b>chips</b>]]>", language="EN")))
    )
    (link,) = found.links
    assert link.title == "Fish & chips"
    assert link.published == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert link.modified is None
    assert link.language == "en"
    assert (found.publication, found.language) == ("Harbour Post", "en")


@pytest.mark.parametrize(
    ("said", "language"), [("zh-cn", "zh"), ("eng", "en"), ("xx", None), ("", None)]
)
def test_each_entry_has_its_own_language_and_one_that_is_none_is_ignored(
    said: str, language: str | None
) -> None:
    entries = (
        page(f"https://www.example.org/{at}", more=news(language=tag))
        for at, tag in enumerate((said, "de"))
    )
    assert {link.url[-1]: link.language for link in read(urlset(*entries)).links} == {
        "0": language,
        "1": "de",
    }


def test_its_date_is_evidence_of_the_article_s() -> None:
    (link,) = read(urlset(page(lastmod="", more=news()))).links
    content = (
        b"<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1>"
        + b"<p>The ferry is late again. " * 40
    )
    html = Page(
        url=link.url,
        final_url=link.url,
        status=200,
        content_type="text/html",
        content=content,
        fetched_at=NOW,
    )
    article = extract(html, link=link, first_seen=NOW)
    assert isinstance(article, Article)
    assert [(each.provenance, each.value) for each in article.published_evidence] == [
        ("sitemap", link.published)
    ]


def test_an_image_has_an_address_of_its_own() -> None:
    image = "<image:image><image:loc>https://www.example.org/a.png</image:loc></image:image>"
    found = read(
        urlset(
            f"<url>{image}<loc>https://www.example.org/1</loc><lastmod>2026-01-02</lastmod></url>"
        )
    )
    assert [link.url for link in found.links] == ["https://www.example.org/1"]


def test_an_index_names_each_child_once() -> None:
    found = read(
        index(
            ("https://www.example.org/a.xml.gz", "2026-01-01"),
            ("https://www.example.org/b.xml", ""),
            ("https://www.example.org/a.xml.gz", "2026-01-02"),
        )
    )
    assert [(child.url, child.modified) for child in found.children] == [
        ("https://www.example.org/a.xml.gz", datetime(2026, 1, 1, tzinfo=UTC)),
        ("https://www.example.org/b.xml", None),
    ]
    assert found.links == ()


def test_a_list_of_addresses_in_plain_text() -> None:
    found = read(
        "\ufeffhttps://www.example.org/1\r\n\r\n https://www.example.org/2 \r\nnonsense\nftp://a.example/"
    )
    assert [link.url for link in found.undated] == [
        "https://www.example.org/1",
        "https://www.example.org/2",
        "https://www.example.org/sitemaps/nonsense",
    ]
    assert [refused.reason for refused in found.refused] == [Reason.UNSUPPORTED_SCHEME]


def test_only_what_is_recent_is_taken_newest_first() -> None:
    dates = [
        "2025-06-01",
        "2026-01-01T00:00:00Z",
        "2026-01-02T11:00:00Z",
        "2025-12-31T11:59:00Z",
        "2025-12-31T12:01:00Z",
    ]
    found = read(
        urlset(*(page(f"https://www.example.org/{n}", date) for n, date in enumerate(dates)))
    )
    assert [link.url[-1] for link in found.links] == ["2", "1", "4"]
    assert found.older == 2


def test_a_day_lasts_until_its_end() -> None:
    assert [link.url for link in read(urlset(page(lastmod="2025-12-31"))).links] == [
        "https://www.example.org/1"
    ]
    assert read(urlset(page(lastmod="2025-12-30"))).older == 1


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "2026",
        "2026-13-01",
        "0000-01-01",
        "9999-12-31T23:59:59Z",
        "1970-01-01",
        "2026-06-01",
        "x" * 999,
    ],
)
def test_a_date_that_cannot_be_meant_leaves_the_entry_undated(date: str) -> None:
    found = read(urlset(page(lastmod=date)))
    assert found.links == ()
    assert [(link.url, link.modified) for link in found.undated] == [
        ("https://www.example.org/1", None)
    ]


@pytest.mark.parametrize(
    "date", ["2026-01-02T10:00:00.123456Z", "2026-01-02T10:00Z", "2026-01-02T10:00:00+00:00",
    " 2026-01-02T10:00:00 ",
             "Fri, 02 Jan 2026 10:00:00 GMT"]
)  # fmt: skip
def test_dates_as_publishers_write_them(date: str) -> None:
    (link,) = read(urlset(page(lastmod=date))).links
    assert link.modified is not None
    assert link.modified.replace(microsecond=0) == datetime(2026, 1, 2, 10, tzinfo=UTC)


def test_the_moment_at_which_the_file_was_made_is_no_date_of_its_pages() -> None:
    made = "2026-01-02T11:59:07Z"
    pages = [page(f"https://www.example.org/{n}", made) for n in range(20)]
    found = read(urlset(*pages, page("https://www.example.org/real", "2026-01-02T08:00:00Z")))
    assert [link.url for link in found.links] == ["https://www.example.org/real"]
    assert [link.modified for link in found.undated] == [None] * 20


@pytest.mark.parametrize("date", ["2026-01-02", "2026-01-02T00:00:00Z"])
def test_many_pages_of_one_day_are_believed(date: str) -> None:
    assert (
        len(read(urlset(*(page(f"https://www.example.org/{n}", date) for n in range(20)))).links)
        == 20
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org/a",
        "https://example.org/a",
        "https://sport.example.org/a",
        "http://example.org/a",
        "/a",
    ],
)
def test_a_sitemap_speaks_for_all_hosts_of_its_domain(address: str) -> None:
    assert len(read(urlset(page(address))).links) == 1


@pytest.mark.parametrize(
    ("address", "reason", "words"),
    [
        ("https://elsewhere.example/a", Reason.BAD_URL, "does not speak for elsewhere.example"),
        ("https://example.org.evil.example/a", Reason.BAD_URL, "does not speak for"),
        ("javascript:alert(1)", Reason.UNSUPPORTED_SCHEME, "http"),
        ("file:///etc/passwd", Reason.UNSUPPORTED_SCHEME, "http"),
        ("https://user:pass@www.example.org/", Reason.BAD_URL, "password"),
        ("https://www.example.org/" + "a" * 3000, Reason.BAD_URL, "longer"),
        ("", Reason.BAD_URL, "no address"),
    ],
)
def test_an_entry_that_cannot_be_followed_is_refused_alone(
    address: str, reason: Reason, words: str
) -> None:
    for document in (
        urlset(page(address), page()),
        index((address, ""), ("https://www.example.org/1", "")),
    ):
        found = read(document)
        assert [(refused.reason, words in refused.detail) for refused in found.refused] == [
            (reason, True)
        ]
        assert len(found.links) + len(found.children) == 1


def test_an_address_of_numbers_speaks_for_itself_only() -> None:
    document = urlset(page("https://203.0.113.7/a"), page("https://203.0.113.8/a")).encode()
    found = parse_sitemap(document, url="https://203.0.113.7/s.xml", source="x", now=NOW)
    assert [link.url for link in found.links] == ["https://203.0.113.7/a"]
    assert len(found.refused) == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://www.example.org/?a=1&b=2&amp;c=3", "https://www.example.org/?a=1&b=2&c=3"),
        ("https://www.example.org/?a=1&copy=2", "https://www.example.org/?a=1&copy=2"),
        ("<![CDATA[https://www.example.org/?a=1&b=2]]>", "https://www.example.org/?a=1&b=2"),
        ("\n https://www.example.org/a \n", "https://www.example.org/a"),
        ("https://www.example.org/caf&#233;", "https://www.example.org/caf%C3%A9"),
    ],
)
def test_addresses_as_publishers_write_them(written: str, expected: str) -> None:
    assert [link.url for link in read(urlset(page(written))).links] == [expected]


@pytest.mark.parametrize(
    "namespace", ["", ' xmlns="http://www.google.com/schemas/sitemap/0.84"', f' xmlns="{CORE}/"']
)
def test_the_namespace_does_not_matter(namespace: str) -> None:
    assert len(read(f"<urlset{namespace}>{page()}</urlset>").links) == 1


def test_entries_of_a_feed_are_new_with_or_without_a_date() -> None:
    dates = [
        "<pubDate>Fri, 02 Jan 2026 08:00:00 GMT</pubDate>",
        "",
        "<pubDate>2019-01-01</pubDate>",
    ]
    items = "".join(f"<item><link>/{at}</link>{date}</item>" for at, date in enumerate(dates))
    found = read(f"<rss><channel>{items}</channel></rss>")
    assert [link.url[-2:] for link in found.links] == ["/0", "/1"]
    assert (found.undated, found.older) == ((), 1)
    assert found.links[0].published == datetime(2026, 1, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (gzip.compress(b"<urlset/>" * 100)[:-12], "broken"),
        (b"\x1f\x8bnonsense", "not the gzip data"),
        (gzip.compress(bytes(MAX_BYTES + 1)), "more than"),
    ],
    ids=["cut", "nonsense", "large"],
)
def test_a_gzip_file_that_cannot_be_unpacked_is_no_sitemap(broken: bytes, words: str) -> None:
    with pytest.raises(NotASitemap, match=words):
        read(broken)
