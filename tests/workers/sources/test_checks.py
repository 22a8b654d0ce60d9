"""What ``newsloom sources check`` says, with sources and sites on loopback."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from config.sources import Source
from pipeline.sources.health import Level, Verdict
from pipeline.sources.state import Failure, SourceState
from tests.support.servers.fault_server import FaultServer, answer
from workers.resources import Resources
from workers.sources.checks import check
from workers.sources.polling import poll

SOURCE = Source(id="harbour", feed="http://a.example/feed")
NOW = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
HOUR, DAY = 3_600.0, 86_400.0


class Clock:
    """The time of a test, in seconds since the epoch."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def resources(making: Callable[..., Resources], clock: Clock) -> Resources:
    made = making(SOURCE, clock=clock)
    made.registry.apply_to(made.stores)
    return made


def feed(*ages: float, base: str = "http://a.example/", dated: bool = True) -> bytes:
    """Articles that are so many hours old."""
    dates = [
        f"<pubDate>{format_datetime(NOW - timedelta(hours=age))}</pubDate>" if dated else ""
        for age in ages
    ]
    items = "".join(
        f"<item><link>{base}{age}</link><title>{age}</title>{date}</item>"
        for age, date in zip(ages, dates, strict=True)
    )
    return f'<rss version="2.0"><channel><title>Harbour</title>{items}</channel></rss>'.encode()


def steadily(first: float, *, every: float = 2 / 3, count: int = 400) -> list[float]:
    return [first + number * every for number in range(count)]


def sitemap(ages: Sequence[float], name: str = "http://a.example/the-ferry-was-late-{}") -> bytes:
    urls = "".join(
        f"<url><loc>{name.format(number)}</loc><lastmod>"
        f"{(NOW - timedelta(hours=age)).isoformat()}</lastmod></url>"
        for number, age in enumerate(ages)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def polled(resources: Resources, clock: Clock, *, before: float, source: Source = SOURCE) -> None:
    """Poll so many seconds before now."""
    clock.now = NOW.timestamp() - before
    resources.loop.run(poll(resources, source))
    clock.now = NOW.timestamp()


def checked(resources: Resources, source: Source = SOURCE) -> Verdict:
    return resources.loop.run(check(resources, source))


def test_a_healthy_source(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(feed(*steadily(0.2)))
    verdict = checked(resources)
    assert (verdict.level, verdict.unhealthy) == (Level.HEALTHY, False)
    assert verdict.sentence == "healthy: last article 12 min ago, usually every 40 min"


def test_a_silent_source_is_compared_with_its_sitemap(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    server.pages["/robots.txt"] = answer(b"Sitemap: http://a.example/map.xml")
    server.pages["/map.xml"] = answer(sitemap([1, 2, 3, 4, 5, 6, 7, 9.5, 30]))
    polled(resources, clock, before=HOUR)
    verdict = checked(resources)
    assert (verdict.level, verdict.unhealthy) == (Level.SILENT, True)
    assert verdict.sentence == (
        "silent for 9 h, usually every 39 min; it answers 200 with the same 400 items; "
        "a.example's sitemap has 7 newer articles"
    )


def test_a_silent_source_that_is_seen_for_the_first_time_has_not_the_same_items(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    assert checked(resources).sentence.endswith(
        "; it answers 200 with 400 items, none of them newer"
    )


def test_articles_that_are_known_and_pages_that_are_none_are_not_newer(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    server.pages["/old"] = answer(feed(20, 21, 22, base="http://a.example/the-ferry-was-late-"))
    polled(resources, clock, before=DAY, source=Source(id="other", feed="http://a.example/old"))
    # Known, and changed today.
    touched = sitemap([1, 2, 3], "http://a.example/the-ferry-was-late-2{}")
    for page in ("tag/ferry", "about", ""):
        touched = touched.replace(
            b"</urlset>", sitemap([1], f"http://a.example/{page}").split(b">", 1)[1]
        )
    server.pages["/sitemap.xml"] = answer(touched)
    verdict = checked(resources)
    assert verdict.level is Level.SILENT
    assert "newer article" not in verdict.sentence
    assert "/sitemap.xml" in [asked.path for asked in server.asked]


def test_what_the_feed_has_itself_is_not_newer_though_the_sitemap_dates_its_last_change(
    resources: Resources, server: FaultServer
) -> None:
    ages = steadily(9)
    server.pages["/feed"] = answer(feed(*ages, base="http://a.example/the-ferry-was-late-"))
    server.pages["/sitemap.xml"] = answer(
        sitemap([8.5], f"http://a.example/the-ferry-was-late-{ages[0]}")
    )
    assert "newer article" not in checked(resources).sentence


def test_a_feed_on_a_host_of_its_own_is_compared_with_the_site_of_its_entries(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9), base="http://www.site.example/news/"))
    server.pages["www.site.example/sitemap.xml"] = answer(
        sitemap([1, 2, 3], "http://www.site.example/2026/story-number-{}-of-today")
    )
    assert checked(resources).sentence.endswith("; www.site.example's sitemap has 3 newer articles")
    assert not [
        asked for asked in server.asked if asked.host == "a.example" and "sitemap" in asked.path
    ]


def test_the_site_that_a_feed_names_goes_before_that_of_its_entries(
    resources: Resources, server: FaultServer
) -> None:
    entries = feed(*steadily(9), base="http://links.example/")
    named = entries.replace(b"</title>", b"</title><link>http://www.site.example/world/</link>", 1)
    server.pages["/feed"] = answer(named)
    server.pages["www.site.example/sitemap.xml"] = answer(
        sitemap([1], "http://www.site.example/story-number-{}-of-today")
    )
    assert checked(resources).sentence.endswith("; www.site.example's sitemap has 1 newer article")
    assert not [asked for asked in server.asked if asked.host == "links.example"]


def test_a_site_whose_home_is_on_another_host_of_its_domain_is_followed_there(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9), base="http://site.example/news/"))
    server.pages["site.example/"] = answer(b"", "301 x", location="http://www.site.example/")
    server.pages["www.site.example/"] = answer(
        b"<html><body>x</body></html>", content_type="text/html"
    )
    server.pages["www.site.example/sitemap.xml"] = answer(
        sitemap([1], "http://www.site.example/story-number-{}-of-today")
    )
    assert checked(resources).sentence.endswith("; www.site.example's sitemap has 1 newer article")


def test_addresses_without_words_are_articles_where_the_source_has_its_own(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9), base="http://a.example/news/articles/c"))
    server.pages["/sitemap.xml"] = answer(
        sitemap([1, 2], "http://a.example/news/articles/x{}a").replace(
            b"</urlset>", sitemap([1, 2], "http://a.example/news/topics/x{}a").split(b">", 1)[1]
        )
    )
    assert checked(resources).sentence.endswith("; a.example's sitemap has 2 newer articles")


def test_a_silent_source_without_a_sitemap_is_compared_with_its_front_page(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    known, new = "/the-ferry-is-late-again", "/the-bridge-opens-at-last"
    links = "".join(
        f'<a href="{path}">x</a>' for path in (known, new, new + "#comments", "/sport", "/")
    )
    server.pages["/"] = answer(
        f"<html><body>{links}</body></html>".encode(), content_type="text/html"
    )
    announced = feed(*steadily(9)).replace(b"a.example/9.0<", f"a.example{known}<".encode())
    server.pages["/feed"] = answer(announced)
    polled(resources, clock, before=HOUR)
    verdict = checked(resources)
    assert verdict.sentence.endswith(
        "; a.example's front page links to 1 article that the source never announced"
    )


def test_a_silent_source_of_a_silent_site(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    polled(resources, clock, before=HOUR)
    assert checked(resources).sentence.endswith("with the same 400 items")


def undated(resources: Resources, server: FaultServer, clock: Clock, *, until: float) -> int:
    """A feed without dates that had an article every two hours, polled until so many seconds ago.

    How many it had.
    """
    count = 0
    for age in range(20 * 24, round(until / HOUR), -2):
        count += 1
        server.pages["/feed"] = answer(feed(*range(max(count - 20, 0), count), dated=False))
        polled(resources, clock, before=age * HOUR)
    return count


def test_a_living_feed_without_dates_is_not_called_silent_because_newsloom_was_stopped(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    count = undated(resources, server, clock, until=4 * DAY)
    before = resources.stores.sources.state("harbour")
    server.pages["/feed"] = answer(feed(*range(count + 30, count + 50), dated=False))
    verdict = checked(resources)
    assert verdict.level is Level.HEALTHY, verdict.sentence
    assert resources.stores.sources.state("harbour") == before
    assert resources.stores.ledger.totals().accepted == count


def test_a_feed_without_dates_that_has_only_what_is_known_is_silent(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    count = undated(resources, server, clock, until=4 * DAY)
    server.pages["/feed"] = answer(feed(*range(count - 15, count), dated=False))
    verdict = checked(resources)
    assert verdict.level is Level.SILENT
    assert "it answers 200 with the same 15 items" in verdict.sentence


def test_a_living_sitemap_without_dates_is_not_called_silent_either(
    making: Callable[..., Resources], server: FaultServer, clock: Clock
) -> None:
    source = Source(id="harbour", sitemap="http://a.example/map.txt")
    resources = making(source, clock=clock)
    resources.registry.apply_to(resources.stores)
    for age in (300, 200, 150, 100):
        listed = "".join(
            f"http://a.example/the-ferry-was-late-{number}\n" for number in range(400 - age)
        )
        server.pages["/map.txt"] = answer(listed.encode(), content_type="text/plain")
        polled(resources, clock, before=age * HOUR, source=source)
    assert checked(resources, source).level is Level.SILENT
    known = resources.stores.sources.state("harbour")
    server.pages["/map.txt"] = answer(
        listed.encode() + b"http://a.example/new\n", content_type="text/plain"
    )
    assert checked(resources, source).level is Level.HEALTHY
    assert resources.stores.sources.state("harbour") == known
    assert resources.loop.run(poll(resources, source)) == 1


def test_a_site_that_breaks_our_reading_costs_no_verdict(
    resources: Resources, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("nobody thought of this")

    server.pages["/feed"] = answer(feed(*steadily(9)))
    # No document is known that does this.
    monkeypatch.setattr("workers.sources.site_comparison.sitemaps_of_robots", broken)
    assert checked(resources).level is Level.SILENT


def test_a_source_whose_every_entry_is_refused_is_ill(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(0.2, count=12)).replace(b"link>", b"nolink>"))
    resources.loop.run(poll(resources, SOURCE))
    state = resources.stores.sources.state("harbour")
    assert (state.failure, state.failures) == (Failure.REFUSED, 1)
    verdict = checked(resources)
    assert (verdict.level, verdict.unhealthy, verdict.failure) == (
        Level.FAILING,
        True,
        Failure.REFUSED,
    )
    assert verdict.sentence.startswith(
        "failing (refused): none of its 12 entries has a usable link: the entry has no link"
    )


def test_a_source_of_which_most_entries_are_refused_is_well_and_says_so(
    resources: Resources, server: FaultServer
) -> None:
    broken = b"<item><link>javascript:void(0)</link></item>" * 9
    server.pages["/feed"] = answer(
        feed(*steadily(0.2, count=2)).replace(b"</channel>", broken + b"</channel>")
    )
    verdict = checked(resources)
    assert not verdict.unhealthy
    assert (
        "; 9 of its 11 entries have no usable link, most often: only http and https"
        in verdict.sentence
    )


def test_a_sitemap_that_speaks_for_other_sites_only_is_ill(
    making: Callable[..., Resources], server: FaultServer, clock: Clock
) -> None:
    source = Source(id="harbour", sitemap="http://a.example/map.xml")
    resources = making(source, clock=clock)
    resources.registry.apply_to(resources.stores)
    server.pages["/map.xml"] = answer(sitemap([1, 2], "http://b.example/{}"))
    resources.loop.run(poll(resources, source))
    assert resources.stores.sources.state("harbour").failure is Failure.REFUSED
    assert resources.stores.ledger.refused_count() == 2
    server.pages["/map.xml"] = answer(sitemap([1, 2]))
    resources.loop.run(poll(resources, source))
    assert resources.stores.sources.state("harbour").failures == 0


def test_a_change_of_a_part_of_an_index_makes_it_not_ill(
    making: Callable[..., Resources], server: FaultServer, clock: Clock
) -> None:
    source = Source(id="harbour", sitemap="http://a.example/index.xml")
    resources = making(source, clock=clock)
    resources.registry.apply_to(resources.stores)
    index = "<sitemapindex><sitemap><loc>http://a.example/1.xml</loc></sitemap>{}</sitemapindex>"
    server.pages["/index.xml"] = answer(index.format("").encode())
    server.pages["/1.xml"] = answer(sitemap([1, 2]), etag='"1"')
    resources.loop.run(poll(resources, source))
    server.pages["/1.xml"] = answer(b"", "304 Not Modified")
    server.pages["/index.xml"] = answer(
        index.format("<sitemap><loc>http://a.example/2.xml</loc></sitemap>").encode()
    )
    server.pages["/2.xml"] = answer(sitemap([1], "http://b.example/{}"))
    resources.loop.run(poll(resources, source))
    assert "/2.xml" in [asked.path for asked in server.asked]
    assert resources.stores.sources.state("harbour").failures == 0


def test_a_moved_source_is_well(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(b"", "301 x", location="http://b.example/new")
    server.pages["b.example/new"] = answer(feed(*steadily(0.2)))
    verdict = checked(resources)
    assert (verdict.level, verdict.unhealthy) == (Level.MOVED, False)
    assert "moved for good to http://b.example/new (seen 1 time" in verdict.sentence


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests"])
def test_a_blocked_source(resources: Resources, server: FaultServer, status: str) -> None:
    server.pages["/feed"] = answer(b"", status)
    verdict = checked(resources)
    assert (verdict.level, verdict.unhealthy) == (Level.BLOCKED, True)
    assert verdict.sentence.startswith("blocked: ")
    assert status in verdict.sentence


def test_checking_takes_nothing_in_and_the_next_poll_still_finds_it(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(feed(1, 2, 3), etag='"1"')
    before = resources.stores.sources.state("harbour")
    checked(resources)
    assert resources.stores.sources.state("harbour") == before
    assert resources.stores.ledger.totals().accepted == 0
    assert resources.loop.run(poll(resources, SOURCE)) == 3


def test_a_source_that_is_no_longer_gone_is_polled_again(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/feed"] = answer(b"", "410 Gone")
    resources.loop.run(poll(resources, SOURCE))
    assert checked(resources).level is Level.GONE
    due = resources.stores.sources.next_poll("harbour")
    assert due is not None
    assert due > NOW.timestamp() + 300 * 86_400
    server.pages["/feed"] = answer(feed(*steadily(0.2)))
    assert checked(resources).level is Level.HEALTHY
    assert resources.stores.sources.next_poll("harbour") == NOW.timestamp()


def test_a_host_that_rests_is_not_asked_and_the_last_state_is_said(
    resources: Resources, server: FaultServer
) -> None:
    resources.stores.sources.record("harbour", SourceState(), next_poll=0)
    resources.stores.politeness.pause("a.example", 5_000)
    verdict = checked(resources)
    assert verdict.sentence.startswith(
        "new: not polled yet; it cannot be asked now: a.example may be asked again in "
    )
    assert server.asked == []


def test_news_that_a_304_hides_is_found_and_polled_at_once(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(3)), etag='"never changes"')
    server.unmodified.add("/feed")
    polled(resources, clock, before=2 * HOUR)
    server.pages["/feed"] = answer(feed(1, 2, *steadily(3)), etag='"never changes"')
    polled(resources, clock, before=HOUR / 2)
    assert resources.stores.sources.state("harbour").status == 304
    assert checked(resources).sentence.endswith(
        "; it says that nothing has changed (304) and has 2 new entries: it is polled again at once"
    )
    assert resources.stores.sources.next_poll("harbour") == clock.now
    assert resources.loop.run(poll(resources, SOURCE)) == 2
    assert resources.stores.sources.state("harbour").distrusted
    assert "polled again" not in checked(resources).sentence


def test_news_since_the_last_poll_is_not_hidden(
    resources: Resources, server: FaultServer, clock: Clock
) -> None:
    server.pages["/feed"] = answer(feed(*steadily(3)), etag='"1"')
    polled(resources, clock, before=2 * HOUR)
    server.pages["/feed"] = answer(feed(1, *steadily(3)), etag='"2"')
    assert "304" not in checked(resources).sentence
