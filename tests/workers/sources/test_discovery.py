"""What a site offers, found by fetching it."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.discover.candidates import USUAL_FEEDS, Place
from pipeline.urls import Url
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.resources import Resources
from workers.sources.discovery import MOST_FETCHED, Discovery, discover

NOW = datetime.now(UTC)
SITE = "http://a.example/"


def serve(
    server: FaultServer, path: str, body: str = "", status: str = "200 OK", **headers: str
) -> None:
    server.pages[path] = answer(body.encode(), status, **headers)


def feed(*paths: str, title: str = "Harbour", days: float = 0) -> str:
    date = (NOW - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    items = "".join(
        f"<item><link>http://a.example/{path}</link><pubDate>{date}</pubDate></item>"
        for path in paths
    )
    return f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


def atom(*paths: str) -> str:
    entries = "".join(
        f'<entry><link href="http://a.example/{path}"/><updated>{NOW.isoformat()}</updated></entry>'
        for path in paths
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title>{entries}</feed>'


def urlset(*paths: str, news: bool = False) -> str:
    said = (
        "<n:news><n:publication><n:name>Harbour</n:name><n:language>en</n:language>"
        "</n:publication></n:news>"
    )
    entries = (
        f"<url><loc>http://a.example/{path}</loc><lastmod>{NOW.isoformat()}</lastmod>"
        f"{said if news else ''}</url>"
        for path in paths
    )
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{"".join(entries)}</urlset>'


def page(head: str = "", body: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>Harbour</title>{head}</head><body>{body}</body></html>"
    )


def alternate(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


def discovered(resources: Resources, address: str = SITE) -> Discovery:
    return resources.loop.run(discover(resources, Url(address), now=NOW))


def addresses(discovery: Discovery) -> list[str]:
    return [found.address.removeprefix("http://a.example") for found in discovery.found]


def test_a_feed_s_own_address_is_that_feed(resources: Resources, server: FaultServer) -> None:
    serve(server, "/rss", feed("1", "2"))
    (found,) = discovered(resources, "http://a.example/rss").found
    assert (found.address, found.kind, found.place, found.count) == (
        "http://a.example/rss",
        "feed",
        Place.GIVEN,
        2,
    )
    assert server.paths() == ["/robots.txt", "/rss"]


def test_a_sitemap_s_own_address_is_that_sitemap(resources: Resources, server: FaultServer) -> None:
    serve(server, "/s.xml", urlset("1", news=True))
    (found,) = discovered(resources, "http://a.example/s.xml").found
    assert (found.kind, found.news, found.title, found.language) == (
        "sitemap",
        True,
        "Harbour",
        "en",
    )


def test_a_sitemap_may_be_larger_than_a_page_and_nothing_else_may(
    making: Making, server: FaultServer
) -> None:
    resources, filled = making(max_page_bytes=50_000), f"<!--{'x' * 100_000}-->"
    serve(server, "/robots.txt", "Sitemap: /map.xml")
    serve(server, "/", page(alternate("/rss")))
    serve(server, "/rss", '{"version": "https://jsonfeed.org/version/1"}' + " " * 100_000)
    serve(server, "/map.xml", urlset("1", "2") + filled)
    assert addresses(discovered(resources)) == ["/map.xml"]
    assert addresses(discovered(resources, "http://a.example/map.xml")) == ["/map.xml"]
    failure = discovered(resources, "http://a.example/rss").failure
    assert failure is not None
    assert "is no sitemap; 50000 are allowed" in failure


def test_links_come_before_anchors_and_feeds_before_sitemaps(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "/robots.txt", "Sitemap: http://a.example/map.xml")
    serve(
        server,
        "/",
        page(alternate("/main"), '<a href="/sport/rss">Sport</a><a href="/about">About</a>'),
    )
    serve(server, "/main", feed("1", "2"))
    serve(server, "/sport/rss", feed("3"))
    serve(server, "/map.xml", urlset("1", "9"))
    assert addresses(discovered(resources)) == ["/main", "/sport/rss", "/map.xml"]
    assert "/about" not in server.paths()


def test_usual_places_are_the_last_resort(resources: Resources, server: FaultServer) -> None:
    serve(server, "/", page())
    serve(server, "/rss.xml", feed("1"))
    serve(server, "/sitemap.xml", urlset("1"))
    found = discovered(resources).found
    assert [each.place for each in found] == [Place.USUAL, Place.USUAL]
    tried = [path for path in server.paths() if path in USUAL_FEEDS]
    assert tried == list(USUAL_FEEDS[: USUAL_FEEDS.index("/rss.xml") + 1])


def test_the_same_feed_in_two_formats_counts_once(
    resources: Resources, server: FaultServer
) -> None:
    serve(
        server,
        "/",
        page(alternate("/rss2") + alternate("/atom", "application/atom+xml") + alternate("/other")),
    )
    serve(server, "/rss2", feed("1", "2", "3"))
    serve(server, "/atom", atom("1", "2", "3"))
    serve(server, "/other", feed("1", "8", "9"))
    assert addresses(discovered(resources)) == ["/rss2", "/other"]


def test_comments_are_no_news(resources: Resources, server: FaultServer) -> None:
    links = [
        alternate("/comments/feed/"),
        alternate("/said", title="Harbour » Comments Feed"),
        alternate("/voices"),
        alternate("/main"),
    ]
    serve(server, "/", page("".join(links)))
    serve(server, "/voices", feed("1#comment-1", title="Comments on: Ferry"))
    serve(server, "/main", feed("1"))
    assert addresses(discovered(resources)) == ["/main"]
    assert "/comments/feed/" not in server.paths()
    assert "/said" not in server.paths()


def test_a_dead_feed_comes_after_a_living_one(resources: Resources, server: FaultServer) -> None:
    serve(server, "/", page(alternate("/old") + alternate("/empty") + alternate("/new")))
    serve(server, "/old", feed("1", days=400))
    serve(server, "/empty", feed())
    serve(server, "/new", feed("2"))
    assert addresses(discovered(resources))[0] == "/new"


def test_a_page_that_lists_feeds_is_read_too(resources: Resources, server: FaultServer) -> None:
    serve(server, "/", page(body='<a href="/rss/">RSS</a>'))
    serve(
        server,
        "/rss/",
        page(body='<a href="/rss/world.xml">World</a><a href="/rss/again/">More RSS</a>'),
    )
    serve(server, "/rss/world.xml", feed("1"))
    serve(server, "/rss/again/", page(body='<a href="/rss/deep.xml">Deep</a>'))
    assert addresses(discovered(resources)) == ["/rss/world.xml"]
    assert "/rss/deep.xml" not in server.paths()


def test_the_news_sitemap_of_an_index_is_found(resources: Resources, server: FaultServer) -> None:
    serve(
        server,
        "/robots.txt",
        "Sitemap: http://a.example/index.xml\nSitemap: http://b.example/foreign.xml",
    )
    names = ("posts-1.xml", "google-news.xml")
    children = "".join(f"<sitemap><loc>http://a.example/{name}</loc></sitemap>" for name in names)
    serve(server, "/index.xml", f"<sitemapindex>{children}</sitemapindex>")
    serve(server, "/google-news.xml", urlset("1", news=True))
    serve(server, "/", page())
    assert addresses(discovered(resources)) == ["/google-news.xml", "/index.xml"]
    assert "/posts-1.xml" not in server.paths()
    assert not any(request.host == "b.example" for request in server.asked)


def test_what_has_moved_for_good_is_named_by_its_new_address(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "/", page(alternate("/old") + alternate("/detour")))
    serve(server, "/old", "", "301 Moved", location="/new")
    serve(server, "/new", feed("1"))
    serve(server, "/detour", "", "302 Found", location="/today")
    serve(server, "/today", feed("2"))
    assert addresses(discovered(resources)) == ["/new", "/detour"]


def test_robots_hold_for_what_is_found(resources: Resources, server: FaultServer) -> None:
    serve(server, "/robots.txt", "User-agent: *\nDisallow: /private")
    serve(server, "/", page(alternate("/private/rss") + alternate("/rss")))
    serve(server, "/rss", feed("1"))
    assert addresses(discovered(resources)) == ["/rss"]
    assert "/private/rss" not in server.paths()


def test_a_page_that_refuses_us_does_not_hide_its_feed(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "/", "", "403 Forbidden")
    serve(server, "/feed/", feed("1"))
    assert addresses(discovered(resources)) == ["/feed/"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://nowhere.test/", "cannot be resolved"),
        ("http://10.0.0.1/", "10.0.0.1"),
        ("http://a.example/status/503", "503"),
        ("http://a.example/status/403", "403"),
    ],
)
def test_what_cannot_be_read_says_why(resources: Resources, address: str, words: str) -> None:
    discovery = discovered(resources, address)
    assert discovery.found == ()
    assert discovery.failure is not None
    assert words in discovery.failure


def test_a_site_with_nothing_is_no_failure(resources: Resources, server: FaultServer) -> None:
    serve(server, "/", page())
    assert discovered(resources) == Discovery(fetched=len(server.asked) - 1)


def test_a_site_of_a_thousand_feeds_is_not_asked_for_them_all(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "/", page("".join(alternate(f"/{number}/rss") for number in range(1_000))))
    for number in range(1_000):
        serve(server, f"/{number}/rss", feed(str(number)))
    serve(server, "/sitemap.xml", urlset("1"))
    discovery = discovered(resources)
    assert discovery.fetched <= MOST_FETCHED
    assert len(server.asked) <= MOST_FETCHED + 1
    assert (addresses(discovery)[0], addresses(discovery)[-1]) == ("/0/rss", "/sitemap.xml")


@pytest.mark.parametrize(
    "body", ["", "<", "\x00" * 100, "<html>" + "<div>" * 50_000, "<a href=" * 50_000, "%PDF-1.4"]
)
def test_a_hostile_page_is_a_page_without_feeds(
    resources: Resources, server: FaultServer, body: str
) -> None:
    serve(server, "/", body)
    assert discovered(resources).found == ()
