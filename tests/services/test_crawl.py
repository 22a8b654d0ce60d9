"""URLs that a user gives to be crawled now. No worker runs here."""

import time

from pipeline.outcome import Indexed
from pipeline.priority import MOST_REQUESTED
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, url_id
from services.crawl import accept_urls, wait_for_outcomes
from storage.open import Stores
from storage.redis.keys import Key
from tests.support.data.articles import article
from tests.support.data.ledger_entries import BASE, FEED, ended
from workers.resources import Resources


def test_good_urls_are_accepted_once_and_bad_ones_refused(
    resources: Resources, stores: Stores
) -> None:
    accepted = accept_urls(resources, [f"{BASE}a", "mailto:x", f"{BASE}a#b", f"{BASE}c"])

    assert accepted.url_ids == (url_id(f"{BASE}a"), url_id(f"{BASE}c"))
    (refused,) = accepted.refused
    assert (refused.url, refused.reason) == ("mailto:x", "unsupported_scheme")
    assert "mailto" in refused.detail
    assert stores.ledger.totals().accepted == 2
    assert stores.ledger.refusal("mailto:x") == f"{refused.detail} (announced by command)"


def test_a_url_that_has_ended_is_visited_again(resources: Resources, stores: Stores) -> None:
    ended(stores, "a", Indexed(article="a1"))
    accept_urls(resources, [f"{BASE}a"])

    entry = stores.ledger.entry(url_id(f"{BASE}a"))
    assert entry is not None
    assert (entry.state, entry.visits) == ("queued", 2)


def test_it_waits_until_all_have_ended_and_says_how_far_it_is(
    resources: Resources, stores: Stores
) -> None:
    url_ids = accept_urls(resources, [f"{BASE}a", f"{BASE}b"]).url_ids
    seen: list[int] = []

    def work() -> None:
        """One batch ends, as a worker would end it."""
        for url in url_ids:
            entry = stores.ledger.entry(url)
            assert entry is not None
            if entry.state == "leased" and entry.batch:
                outcome = Indexed(article=url)
                stores.frontier.finish(entry.batch, [(url, outcome)])
                return

    entries = wait_for_outcomes(resources, url_ids, seconds=20, progress=seen.append, tend=work)

    assert [entry.state for entry in entries] == ["indexed", "indexed"]
    assert seen == [0, 1, 2]


def test_it_gives_up_in_time(resources: Resources) -> None:
    url_ids = accept_urls(resources, [f"{BASE}a"]).url_ids
    started = time.monotonic()
    (entry,) = wait_for_outcomes(
        resources, url_ids, seconds=0.3, progress=lambda _: None, tend=lambda: None
    )

    assert entry.state == "leased"
    assert 0.3 <= time.monotonic() - started < 5


def test_work_is_sent_on_its_way(resources: Resources, stores: Stores) -> None:
    url_ids = accept_urls(resources, [f"{BASE}a"]).url_ids
    wait_for_outcomes(resources, url_ids, seconds=0, progress=lambda _: None, tend=lambda: None)

    queue = stores.keyspace.key(Key.CELERY, "crawl")
    assert stores.keyspace.client.llen(queue) == 1


def test_a_few_pages_are_urgent_and_a_long_list_is_not(
    resources: Resources, stores: Stores
) -> None:
    accept_urls(resources, [f"{BASE}list{number}" for number in range(MOST_REQUESTED + 1)])
    accept_urls(resources, [f"{BASE}a"])

    lease = stores.frontier.lease(9, default_delay=0.0, max_batches=9)
    assert lease is not None
    assert lease.url_ids == (url_id(f"{BASE}a"),)


def test_an_article_stays_its_sources_also_by_another_variant_of_its_url(
    resources: Resources, stores: Stores
) -> None:
    ended(stores, "a", Indexed(article="a1"))
    (asked,) = accept_urls(resources, [f"{BASE}a/amp?utm_source=x"]).url_ids

    entry = stores.ledger.entry(asked)
    assert entry is not None
    assert (entry.link.source, entry.link.found_by, entry.link.found_in) == (
        "example",
        "feed",
        FEED,
    )
    assert (entry.state, entry.link.url) == ("queued", f"{BASE}a/amp")


def test_an_address_without_a_scheme_is_https_or_as_it_is_known(
    resources: Resources, stores: Stores
) -> None:
    plain = Link(url=Url("http://plain.example/a"), source="x", found_by=FoundBy.FEED)
    stores.frontier.accept([plain])
    resources.settings.sources.write_text("- {id: a, feed: 'http://watched.example/rss'}")
    given = ["plain.example/a", "www.fresh.example/news", "watched.example/1"]
    ids = accept_urls(resources, given).url_ids

    links = [entry.link.url for entry in map(stores.ledger.entry, ids) if entry]
    assert links == [plain.url, "https://www.fresh.example/news", "http://watched.example/1"]


def test_an_article_that_only_the_index_remembers_stays_its_sources(
    resources: Resources, stores: Stores
) -> None:
    forgotten = url_id(f"{BASE}old")
    resources.index.put([article("old", id=forgotten, source="bbc")])
    ids = accept_urls(resources, [f"{BASE}old", f"{BASE}new"]).url_ids

    sources = [entry.link.source for entry in map(stores.ledger.entry, ids) if entry]
    assert sources == ["bbc", "command"]
