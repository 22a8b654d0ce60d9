"""The stages on their own: one outcome per item, and a neighbour never suffers."""

from datetime import UTC, datetime

import pytest

from pipeline.outcome import Dead, Indexed, Reason, Rejected, Retry
from pipeline.records import EnrichedArticle, FoundBy, Link, Page
from pipeline.urls import Url, UrlId, url_id
from storage.redis.events import INDEX
from tests.support.data.articles import article
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.chain.messages import Item, LeasedLink, WaitsForIndex
from workers.chain.stages import (
    WAITED_TOO_LONG,
    crawl,
    extract_articles,
    index,
    warm_up,
)
from workers.resources import Resources

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)


def item(path: str, found_by: FoundBy = FoundBy.FEED) -> Item[LeasedLink]:
    url = Url(f"http://a.example/{path}")
    link = Link(url=url, source="harbour", found_by=found_by)
    return Item[LeasedLink](
        url_id=url_id(url), attempts=1, payload=LeasedLink(link=link, found_at=NOW)
    )


def test_crawl_keeps_what_is_a_page_and_says_what_the_others_are(
    resources: Resources, server: FaultServer
) -> None:
    server.pages |= {
        "/page": answer(b"<p>Ferry", content_type="text/html"),
        "/gone": answer(status="410 Gone"),
        "/busy": answer(status="503 Busy", retry_after="60"),
    }
    page, gone, busy = crawl(resources, [item("page"), item("gone"), item("busy")])
    assert page == item("page").payload
    assert isinstance(gone, Rejected)
    assert gone.reason is Reason.GONE
    assert isinstance(busy, Retry)
    assert (busy.host_wide, busy.after) == (True, 60)
    kept = resources.stores.pages.get(item("page").url_id)
    assert kept is not None
    assert kept.content == b"<p>Ferry"


def test_an_imported_page_that_is_no_longer_kept_is_dead(
    resources: Resources, server: FaultServer
) -> None:
    [found] = crawl(resources, [item("page", FoundBy.IMPORT)])
    assert found == Dead(error=WAITED_TOO_LONG)
    assert server.paths() == []


def test_extract_tries_again_where_the_page_is_no_longer_kept(resources: Resources) -> None:
    [found] = extract_articles(resources, [item("page")])
    assert isinstance(found, Retry)
    assert "page store" in found.error


@pytest.mark.parametrize("text", ["- {id: [", "- {id: harbour, feeed: x}"])
def test_a_page_waits_while_nobody_knows_the_selectors_of_its_source(
    resources: Resources, text: str
) -> None:
    resources.settings.sources.write_text(text)
    found = item("page")
    url = found.payload.link.url
    page = Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/html",
        content=b"<p>Ferry",
        fetched_at=NOW,
    )
    resources.stores.pages.put_all([(found.url_id, page)])
    [waits] = extract_articles(resources, [found])
    assert isinstance(waits, Retry)
    assert not waits.counts
    assert "sources.yaml" in waits.error
    assert resources.stores.pages.get(found.url_id) == page


def test_a_defect_in_one_item_is_its_own_outcome(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = Url("http://a.example/1")
    page = Page(
        url=url, final_url=url, status=200, content_type="", content=b"<p>x", fetched_at=NOW
    )
    whole = resources.stores.pages.get

    def broken(key: UrlId) -> Page | None:
        if key == item("bad").url_id:
            raise RuntimeError("a defect")
        return whole(key)

    resources.stores.pages.put(item("good").url_id, page)
    monkeypatch.setattr(resources.stores.pages, "get", broken)
    bad, good = extract_articles(resources, [item("bad"), item("good")])
    assert isinstance(bad, Retry)
    assert bad.error == "unexpected RuntimeError: a defect"
    assert isinstance(good, Rejected)


def test_index_does_not_ask_an_index_that_was_away_a_moment_ago(resources: Resources) -> None:
    resources.index_breaker.failed()
    [found] = index(resources, [item("1")])  # type: ignore[list-item]  # what it is does not count
    assert isinstance(found, WaitsForIndex)
    assert "index" not in vars(resources)


def test_an_index_that_cannot_be_written_is_noted_until_it_can(
    making: Making,
) -> None:
    away = making(index_url="http://127.0.0.1:1")
    one = Item[EnrichedArticle](url_id=UrlId("ab"), attempts=1, payload=article())
    [outcome] = index(away, [one])
    assert isinstance(outcome, WaitsForIndex)
    fault = away.stores.faults.of(INDEX)
    assert fault is not None
    assert "127.0.0.1:1 refuses the connection" in fault.error

    assert index(making(), [one]) == [Indexed(article=article().id)]
    assert away.stores.faults.of(INDEX) is None


def test_warming_up_needs_no_server() -> None:
    warm_up()
