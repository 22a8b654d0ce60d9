"""What a page names as its feeds, and how what was found is ranked and named."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.discover.candidates import (
    USUAL_FEEDS,
    FoundSource,
    Place,
    best_first,
    is_comments,
    is_news,
    looks_like_a_feed,
    named_in,
    sitemaps_of_robots,
    usual_places,
    words_for_id,
)

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
PAGE_URL = "https://www.example.org/news/today"


def named(html: str, content_type: str = "text/html; charset=utf-8") -> list[tuple[str, Place]]:
    return [(each.url, each.place) for each in named_in(html.encode(), content_type, PAGE_URL)]


@pytest.mark.parametrize(
    "kind",
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
    "text/xml",
     "APPLICATION/RSS+XML; charset=utf-8"],
)  # fmt: skip
def test_every_type_of_feed_in_the_head(kind: str) -> None:
    assert named(f'<link rel="ALTERNATE home" type="{kind}" href="/f">') == [
        ("https://www.example.org/f", Place.LINK)
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate" media="only screen" href="//m.example.org/">',
        '<link rel="stylesheet" type="text/css" href="/feed.css">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:feed()">',
        '<link rel="alternate" type="application/rss+xml" title="Comments feed" href="/c">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
    ],
)
def test_links_that_are_no_feeds(link: str) -> None:
    assert named(f"<html><head>{link}</head></html>") == []


def test_addresses_are_relative_to_the_base() -> None:
    html = (
        '<base href="/root/"><link rel=alternate type=application/rss+xml href="a"><a '
        'href="b/feed/">x</a>'
    )
    assert named(html) == [
        ("https://www.example.org/root/a", Place.LINK),
        ("https://www.example.org/root/b/feed/", Place.PAGE),
    ]


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/rss">x</a>',
        '<a href="feed.xml">x</a>',
        '<a href="/sport/feed/">x</a>',
        '<a href="/?feed=rss2">x</a>',
        '<a href="/index.rdf">x</a>',
        '<a href="https://feeds.feedburner.com/harbour/rss">x</a>',
        '<a href="/export?id=7">RSS feed</a>',
        '<a href="/export?id=7"><span> RSS 2.0 </span></a>',
        '<a href="/x" type="application/atom+xml">x</a>',
    ],
)
def test_anchors_that_look_like_feeds(anchor: str) -> None:
    assert len(named(f"<body>{anchor}</body>")) == 1


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/news/feedback">x</a>',
        '<a href="/atomic-energy">x</a>',
        '<a href="/rssi">x</a>',
        '<a href="/a#feed">x</a>',
        '<a href="https://elsewhere.example/rss">x</a>',
        '<a href="https://rss.elsewhere.example/a">x</a>',
        '<a href="/a">How to read our RSS feeds in a reader</a>',
        "<a>RSS</a>",
    ],
)
def test_anchors_that_do_not(anchor: str) -> None:
    assert named(f"<body>{anchor}</body>") == []


def test_each_address_once_and_not_too_many() -> None:
    links = "".join(
        f'<link rel="alternate" type="text/xml" href="/{number % 50}">' for number in range(200)
    )
    found = named(f'{links}<a href="/0/rss">x</a>')
    assert [url for url, _ in found] == [
        f"https://www.example.org/{number}" for number in range(40)
    ]


@pytest.mark.parametrize("html", ["", "no markup", "<", "\x00", "<html>" + "<p>" * 10_000])
def test_a_page_without_links_names_nothing(html: str) -> None:
    assert named(html) == []


def test_usual_places_are_at_the_root() -> None:
    assert [each.url for each in usual_places(PAGE_URL, USUAL_FEEDS[:2], "feed")] == [
        "https://www.example.org/feed/",
        "https://www.example.org/rss",
    ]


def test_of_robots_news_comes_first_and_other_sites_are_left_out() -> None:
    lines = [
        "https://www.example.org/a.xml",
        "/news.xml",
        "https://cdn.example.org/b.xml",
        "https://evil.example/",
        "::",
    ]
    found = sitemaps_of_robots(lines, "https://www.example.org/")
    assert [each.url for each in found] == [
        "https://www.example.org/news.xml",
        "https://www.example.org/a.xml",
        "https://cdn.example.org/b.xml",
        "https://www.example.org/::",
    ]


@pytest.mark.parametrize(
    ("address", "title", "expected"),
    [
        ("https://a.example/comments/feed/", None, True),
        ("https://a.example/2026/01/story/feed?feed=comments-rss2", None, True),
        ("https://a.example/rss/comments.xml", None, True),
        ("https://a.example/feed/", "Comments for Harbour Post", True),
        ("https://a.example/feed/", "Kommentare zu: Fähre", True),
        ("https://a.example/feed/", "Commentaires sur : Ferry", True),
        ("https://a.example/feed/", "Harbour Post", False),
        ("https://comments.example/feed/", "News", False),
        ("https://a.example/commentary/feed", "Commentary", False),
        ("https://a.example/opinion/rss", "Opinion and comment", False),
    ],
)
def test_comments(address: str, title: str | None, *, expected: bool) -> None:
    assert is_comments(address, title) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/news-sitemap.xml", True),
        ("https://a.example/sitemap_googlenews.xml", True),
        ("https://a.example/sitemaps/news/1.xml", True),
        ("https://news.example/sitemap.xml", False),
        ("https://a.example/newsletters.xml", False),
    ],
)
def test_news_sitemaps_by_name(address: str, *, expected: bool) -> None:
    assert is_news(address) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/feed", True),
        ("https://a.example/world.xml", True),
        ("https://feeds.example.org/world", True),
        ("https://a.example/", False),
        ("https://a.example/news/feedback", False),
    ],
)
def test_feeds_by_their_looks(address: str, *, expected: bool) -> None:
    assert looks_like_a_feed(address) is expected


def found(path: str, **more: object) -> FoundSource:
    fields = {
        "kind": "feed",
        "place": Place.LINK,
        "count": 3,
        "ids": frozenset({path}),
        "newest": NOW,
        **more,
    }
    return FoundSource.model_validate({"address": f"https://www.example.org{path}", **fields})


def ranked(*each: FoundSource) -> list[str]:
    return [one.address.removeprefix("https://www.example.org") for one in best_first(each, NOW)]


def test_the_ranking() -> None:
    assert ranked(
        found("/map.xml", kind="sitemap", place=Place.ROBOTS),
        found("/old", newest=NOW - timedelta(days=99)),
        found("/none", count=0, newest=None),
        found("/undated", newest=None),
        found("/sport/feed", place=Place.PAGE),
        found("/feed/sport"),
        found("/feed"),
        found("/news.xml", kind="sitemap", news=True, place=Place.USUAL),
    ) == [
        "/feed",
        "/feed/sport",
        "/sport/feed",
        "/old",
        "/none",
        "/undated",
        "/news.xml",
        "/map.xml",
    ]


def test_the_same_content_counts_once_where_it_ranks_best() -> None:
    ids = [str(number) for number in range(20)]
    assert ranked(
        found("/atom", ids=frozenset(ids), place=Place.PAGE),
        found("/rss", ids=frozenset(ids[:19])),
        found("/other", ids=frozenset(ids[:9])),
        found("/map", ids=frozenset(ids), kind="sitemap"),
        found("/rss/", ids=frozenset({"x"})),
    ) == ["/rss", "/other", "/map"]


def test_two_empty_feeds_are_two() -> None:
    assert (
        len(ranked(found("/a", ids=frozenset(), count=0), found("/b", ids=frozenset(), count=0)))
        == 2
    )


@pytest.mark.parametrize(
    ("path", "more", "words"),
    [
        ("/feed/", {}, ""),
        ("/category/sport/feed/", {}, "sport"),
        ("/rss/world/europe.xml", {}, "world-europe"),
        ("/sitemap_index.xml", {"kind": "sitemap"}, "sitemap"),
        ("/news-sitemap.xml", {"kind": "sitemap", "news": True}, "news-sitemap"),
        ("/sitemaps/google-news.xml", {"kind": "sitemap", "news": True}, "google-news-sitemap"),
    ],
)
def test_words_for_an_id(path: str, more: dict[str, object], words: str) -> None:
    assert words_for_id(found(path, **more)) == words
