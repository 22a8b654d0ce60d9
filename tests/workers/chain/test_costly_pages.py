"""Pages that go beyond the limits: each ends alone, and its neighbours are read."""

from datetime import UTC, datetime

import pytest

from pipeline.extract import article as extraction
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.text.charset import decode
from pipeline.urls import Url, url_id
from tests.support.poison_documents import CRASH, HANG, SWELL, obey
from tests.workers.conftest import Making
from workers.chain.messages import Item, LeasedLink
from workers.chain.stages import extract_articles
from workers.resources import Resources

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
TEXT = "<p>The harbour council met on Tuesday and agreed on a budget after a long debate.</p>" * 5


@pytest.fixture(autouse=True)
def _defective(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading does what some pages ask for."""

    def decoded(content: bytes, content_type: str) -> str:
        obey(content)
        return decode(content, content_type)

    monkeypatch.setattr(extraction, "decode", decoded)


def stored(resources: Resources, name: str) -> Item[LeasedLink]:
    """A page with this in it, in the page store."""
    url = Url(f"http://a.example/2026/01/02/{name}")
    page = Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        content=f"<html><title>{name}</title><body>{TEXT}<!-- {name} --></body></html>".encode(),
        fetched_at=NOW,
    )
    resources.stores.pages.put(url_id(url), page)
    link = Link(url=url, source="harbour", found_by=FoundBy.FEED)
    return Item[LeasedLink](
        url_id=url_id(url), attempts=1, payload=LeasedLink(link=link, found_at=NOW)
    )


def test_a_page_beyond_a_limit_is_rejected_and_its_neighbours_are_read(making: Making) -> None:
    resources = making(parse_seconds=0.5, parse_megabytes=200)
    names = ["harbour-budget", HANG, "ferry-plans", SWELL, "bread-price", CRASH, "last-boat"]
    results = extract_articles(resources, [stored(resources, name) for name in names])
    for name, result in zip(names, results, strict=True):
        if name in {HANG, SWELL, CRASH}:
            assert isinstance(result, Rejected)
            assert result.reason is Reason.TOO_COSTLY
        else:
            assert isinstance(result, Article), result
    details = [result.detail for result in results if isinstance(result, Rejected)]
    assert details == [
        "reading it takes more than 0.5 s of CPU time",
        "reading it needs more than 200 MB of memory",
        "reading it crashes the process (SIGSEGV)",
    ]


def test_many_bad_pages_do_not_use_up_the_time_of_the_task(making: Making) -> None:
    resources = making(parse_seconds=0.5, task_seconds=2.0)
    names = [f"{HANG}-{number}" for number in range(6)]
    items = [stored(resources, name) for name in names]
    results = extract_articles(resources, [*items, stored(resources, "harbour-budget")])
    waiting = [result for result in results if isinstance(result, Retry)]
    assert isinstance(results[0], Rejected)
    assert results[-1] in waiting
    assert not any(retry.counts for retry in waiting)
