"""One line of the log for each URL that ends or goes on."""

import logging
import time
from datetime import UTC, datetime

import pytest

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId
from workers.chain.endings import log_ending, log_going_on
from workers.chain.messages import Item, LeasedLink, LinkBatch

URL = Url("http://a.example/1")
LINK = Link(url=URL, source="harbour", found_by=FoundBy.FEED)
ITEM = Item[LeasedLink](
    url_id=UrlId("ab"),
    attempts=1,
    payload=LeasedLink(link=LINK, found_at=datetime(2026, 1, 2, tzinfo=UTC)),
    link_url=URL,
)


@pytest.mark.parametrize(
    ("outcome", "level", "reason", "words"),
    [
        (Indexed(article="ab"), logging.INFO, None, "indexed as ab"),
        (Indexed(article="ab", copy_of="cd"), logging.INFO, None, "indexed as ab, a copy of cd"),
        (Duplicate(article="cd", rule="url"), logging.INFO, "url", "duplicate of cd (url)"),
        (
            Rejected(reason=Reason.ROBOTS, detail="robots.txt says no"),
            logging.INFO,
            "robots",
            "rejected: robots: robots.txt says no",
        ),
        (Dead(error="gave up"), logging.WARNING, "gave up", "dead: gave up"),
        (Retry(error="no slot"), logging.WARNING, "no slot", "to be tried again: no slot"),
    ],
)
def test_each_end_has_its_line_with_its_facts(
    caplog: pytest.LogCaptureFixture,
    outcome: Terminal | Retry,
    level: int,
    reason: str | None,
    words: str,
) -> None:
    batch = LinkBatch(batch="7", items=(ITEM,), leased_at=time.time() - 2)
    with caplog.at_level(logging.INFO):
        log_ending("crawl", batch, ITEM, outcome)

    [record] = caplog.records
    assert record.levelno == level
    assert record.getMessage() == f"http://a.example/1: {words}"
    facts = vars(record)
    assert facts["duration_ms"] == pytest.approx(2_000, abs=500)
    expected = {
        "event": "ended",
        "url": URL,
        "url_id": "ab",
        "host": "a.example",
        "source": "harbour",
        "batch": "7",
        "stage": "crawl",
        "outcome": outcome.kind,
        "reason": reason,
    }
    assert {name: facts[name] for name in expected} == expected


def test_an_item_of_the_release_before_is_named_by_its_id(caplog: pytest.LogCaptureFixture) -> None:
    item = ITEM.model_copy(update={"link_url": None})
    log_ending("crawl", LinkBatch(batch="7", items=(item,)), item, Dead(error="gave up"))
    [record] = caplog.records
    assert record.getMessage() == "ab: dead: gave up"


def test_what_goes_on_is_a_detail(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        log_going_on("crawl", LinkBatch(batch="7", items=(ITEM,)), ITEM)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.DEBUG, "http://a.example/1: goes on")
    facts = vars(record)
    expected = {"batch": "7", "url_id": "ab", "source": "harbour", "stage": "crawl"}
    assert {name: facts[name] for name in expected} == expected
