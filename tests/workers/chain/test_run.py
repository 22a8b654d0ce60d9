"""One stage after another over real stores, as the tasks do it, without Celery between."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from config.sources import Source
from pipeline.outcome import Dead, Indexed, Reason, Rejected, Retry
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.redis.keys import Key
from storage.redis.ledger import Entry
from storage.redis.ledger.leases import Lease
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.chain.messages import Item, LeasedLink, LinkBatch
from workers.chain.run import CRAWL, EXTRACT, INDEX, STAGES, Stage, run
from workers.chain.waiting import waiting_batch
from workers.resources import Resources

Message = dict[str, Any]
SENTENCES = [
    (
        "The {0} council met on Tuesday evening and agreed on a budget for the coming year after a"
        " debate of four hours."
    ),
    (
        "Members had asked for more money for the {0} ferry, which was late on every second day of"
        " the past winter."
    ),
    (
        "The mayor of {0} said that the new timetable would be shown to the public before the end"
        " of the month."
    ),
    (
        "Two of the {0} boats will be repaired in the yard across the bay, and a third one is to be"
        " sold in spring."
    ),
]


def page(name: str, more: str = "") -> bytes:
    body = "".join(f"<p>{sentence.format(name)}</p>" for sentence in SENTENCES * 2)
    head = f"<head><title>The {name} ferry is late</title></head>"
    text = f"<html lang=en>{head}<body><article>{body}</article>{more}</body></html>"
    return answer(text.encode(), content_type="text/html; charset=utf-8")


def address(path: str) -> str:
    return f"http://a.example/{path}"


def lease(resources: Resources, *paths: str) -> tuple[Lease, Message]:
    """Accept, lease, and the message of the batch."""
    frontier = resources.stores.frontier
    frontier.accept(
        [Link(url=Url(address(path)), source="harbour", found_by=FoundBy.FEED) for path in paths]
    )
    return again(resources)


def again(resources: Resources) -> tuple[Lease, Message]:
    taken = resources.stores.frontier.lease(100, default_delay=0, max_batches=10)
    assert taken is not None
    return taken, message_of(resources, taken)


def message_of(resources: Resources, taken: Lease) -> Message:
    items = tuple(
        Item[LeasedLink](
            url_id=each.url_id,
            attempts=each.attempts,
            payload=LeasedLink.model_validate(
                {"link": each.link, "found_at": "2026-01-02T10:00:00Z"}
            ),
        )
        for each in resources.stores.frontier.leased(taken.batch)
    )
    return LinkBatch(batch=taken.batch, items=items).model_dump(mode="json", exclude_none=True)


def through(resources: Resources, message: Message | None, *stages: Stage) -> Message | None:
    """The stages in turn; between them the message is JSON, as in the broker."""
    for stage in stages:
        assert message is not None
        message = run(resources, stage, message)
        assert message == json.loads(json.dumps(message))
    return message


def entry(resources: Resources, path: str) -> Entry:
    found = resources.stores.ledger.entry(url_id(address(path)))
    assert found is not None
    return found


def urls(message: Message | None) -> set[str]:
    return {item["url_id"] for item in message["items"]} if message else set()


def states(resources: Resources) -> dict[str, int]:
    totals = resources.stores.ledger.totals()
    assert totals.balanced
    assert totals == resources.stores.ledger.audit()
    return {
        name: count
        for name, count in totals.to_json().items()
        if count and name not in ("balanced", "in_flight")
    }


def test_a_page_goes_all_the_way(resources: Resources, server: FaultServer) -> None:
    server.pages["/1"] = page("Harwich")
    _, message = lease(resources, "1")
    assert through(resources, message, *STAGES) is None
    assert states(resources) == {"accepted": 1, "indexed": 1}
    found = entry(resources, "1")
    assert isinstance(found.outcome, Indexed)
    article = resources.index.get(UrlId(found.outcome.article))
    assert article is not None
    assert (article.title, article.source, article.language) == (
        "The Harwich ferry is late",
        "harbour",
        "en",
    )
    assert resources.stores.pages.get(found.url_id) is None  # its page is not needed any more
    assert found.batch is None


def test_a_host_that_asks_for_a_pause_is_not_asked_for_the_rest_of_the_batch(
    making: Making, server: FaultServer
) -> None:
    resources = making(host_delay=0.3)
    for path in "123":
        server.pages[f"/{path}"] = answer(b"", "429 Too Many Requests", retry_after="60")
    _, message = lease(resources, *"123")
    assert through(resources, message, CRAWL) is None
    assert len([path for path in server.paths() if path != "/robots.txt"]) == 1
    assert states(resources) == {"accepted": 3, "queued": 3}
    assert sorted(entry(resources, path).attempts for path in "123") == [0, 0, 1]
    assert resources.stores.frontier.lease(3, default_delay=0, max_batches=10) is None


def test_a_page_is_read_with_the_selectors_of_its_source(
    making: Making, server: FaultServer
) -> None:
    own = {"title": "h4", "body": ".own"}
    source = {"id": "harbour", "feed": "http://a.example/feed", "extract": own}
    resources = making(Source.model_validate(source))
    chosen = "<h4>Late again</h4>" + "".join(f"<p>{line.format('Dover')}</p>" for line in SENTENCES)
    server.pages["/1"] = page("Harwich", f"<div class=own>{chosen}</div>")
    _, message = lease(resources, "1")
    extracted = through(resources, message, CRAWL, EXTRACT)
    assert extracted is not None
    article = extracted["items"][0]["payload"]
    assert article["title"] == "Late again"
    assert article["body"].startswith("Late again\n\nThe Dover council met")
    assert "Harwich" not in article["body"]


def test_a_stage_without_the_lease_does_nothing(resources: Resources, server: FaultServer) -> None:
    server.pages["/1"] = page("Harwich")
    _, message = lease(resources, "1")
    forged = {**message, "batch": "999"}
    assert run(resources, CRAWL, forged) is None
    assert server.asked == []
    assert states(resources) == {"accepted": 1, "leased": 1}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_that_comes_twice_works_once(
    resources: Resources, server: FaultServer, stage: Stage
) -> None:
    server.pages["/1"] = page("Harwich")
    _, message = lease(resources, "1")
    before = through(resources, message, *STAGES[: stage.number - 1])
    assert before is not None
    first = run(resources, stage, before)
    asked, trace = len(server.asked), resources.stores.ledger.trace(url_id(address("1")))
    assert run(resources, stage, before) is None
    assert len(server.asked) == asked
    assert resources.stores.ledger.trace(url_id(address("1"))) == trace
    if first is not None:
        assert through(resources, first, *STAGES[stage.number :]) is None
    assert states(resources) == {"accepted": 1, "indexed": 1}
    assert resources.index.count() == 1


def test_each_item_has_its_own_outcome(resources: Resources, server: FaultServer) -> None:
    server.pages |= {"/good": page("Harwich"), "/gone": answer(status="410 Gone"), "/slow": b""}
    server.pages |= {"/pdf": answer(b"%PDF-1.7"), "/busy": answer(status="500 x", retry_after="7")}
    _, message = lease(resources, "good", "gone", "slow", "pdf", "busy", "loop")
    assert urls(run(resources, CRAWL, message)) == {url_id(address("good"))}
    assert states(resources) == {"accepted": 6, "leased": 1, "queued": 2, "rejected": 3}
    reasons = [entry(resources, path).outcome for path in ("gone", "pdf", "loop")]
    assert [outcome.reason for outcome in reasons if isinstance(outcome, Rejected)] == [
        Reason.GONE,
        Reason.UNSUPPORTED_CONTENT,
        Reason.TOO_MANY_REDIRECTS,
    ]
    busy = entry(resources, "busy").outcome
    assert isinstance(busy, Retry)
    assert busy.after == 7


def test_an_exception_in_one_item_leaves_its_neighbours_alone(
    resources: Resources, server: FaultServer
) -> None:
    server.pages |= {f"/{name}": page(name) for name in ("Harwich", "Dover", "Calais")}
    _, message = lease(resources, "Harwich", "Dover", "Calais")
    message = run(resources, CRAWL, message) or {}
    bad = url_id(address("Dover"))
    resources.stores.keyspace.client.set(
        resources.stores.keyspace.key(Key.PAGE, bad), b"no page at all"
    )
    rest = run(resources, EXTRACT, message)
    assert urls(rest) == {url_id(address("Harwich")), url_id(address("Calais"))}
    outcome = entry(resources, "Dover").outcome
    assert isinstance(outcome, Retry)
    assert "unexpected" in outcome.error
    assert outcome.counts


def test_a_page_whose_time_was_over_is_fetched_again(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/1"] = page("Harwich")
    _, message = lease(resources, "1")
    message = run(resources, CRAWL, message) or {}
    resources.stores.pages.drop([url_id(address("1"))])
    assert run(resources, EXTRACT, message) is None
    assert entry(resources, "1").state == "queued"


def test_a_site_is_not_asked_again_for_a_page_that_only_failed_later(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    resources = making(retry_delay=0.001, max_attempts=3)
    server.pages["/1"] = page("Harwich")
    taken, message = lease(resources, "1")
    run(resources, CRAWL, message)
    resources.stores.frontier.finish(taken.batch, [(taken.url_ids[0], Retry(error="x", after=0))])
    _, message = again(resources)
    assert urls(run(resources, CRAWL, message)) == set(taken.url_ids)
    assert server.paths().count("/1") == 1


def test_attempts_run_out(making: Callable[..., Resources], server: FaultServer) -> None:
    resources = making(retry_delay=0.000_001, max_attempts=2)
    server.pages["/1"] = b""
    for expected in ("queued", "dead"):
        taken, message = lease(resources, "1")
        assert len(taken.url_ids) == 1
        assert run(resources, CRAWL, message) is None
        assert entry(resources, "1").state == expected
    outcome = entry(resources, "1").outcome
    assert isinstance(outcome, Dead)
    assert "2 attempts" in outcome.error
    assert states(resources) == {"accepted": 1, "dead": 1}


def test_an_index_that_is_not_available_costs_no_attempt_and_no_second_extraction(
    making: Callable[..., Resources], server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    without = making(index_url="http://127.0.0.1:1", max_attempts=1)
    server.pages |= {"/1": page("Harwich"), "/2": page("Dover")}
    _, message = lease(without, "1", "2")
    ready = through(without, message, *STAGES[:-1])
    assert ready is not None
    for _ in range(2):
        assert run(without, INDEX, ready) is None
        found = entry(without, "1")
        assert (found.state, found.attempts) == ("leased", 1)
        assert isinstance(found.outcome, Retry)
        assert not found.outcome.counts
        assert without.stores.pages.get(found.url_id) is not None
        [again_leased] = without.stores.frontier.resume(1, all_ready=True)
        waiting = waiting_batch(without, again_leased)
        assert waiting is not None
        ready = waiting.model_dump(mode="json")
    warnings = [each for each in caplog.records if each.levelname == "WARNING"]
    assert len([each for each in warnings if each.name.startswith("newsloom")]) == 1
    assert "the index cannot be written: Elasticsearch at" in caplog.text

    assert run(making(), INDEX, ready) is None
    assert states(without) == {"accepted": 2, "indexed": 2}
    assert server.paths().count("/1") == 1


def test_the_same_text_again_and_a_copy_elsewhere(
    resources: Resources, server: FaultServer
) -> None:
    server.pages |= {"/1": page("Harwich"), "/2": page("Harwich")}
    frontier = resources.stores.frontier
    for path, source in [("1", "harbour"), ("2", "harbour"), ("1", "pier")]:
        host = "a.example" if source == "harbour" else "b.example"
        frontier.accept(
            [Link(url=Url(f"http://{host}/{path}"), source=source, found_by=FoundBy.FEED)]
        )
        _, message = again(resources)
        rest: Message | None = message
        for stage in STAGES:
            rest = run(resources, stage, rest) if rest else None
    assert states(resources) == {"accepted": 3, "duplicate": 1, "indexed": 2}
    copy = resources.stores.ledger.entry(url_id("http://b.example/1"))
    assert copy is not None
    assert isinstance(copy.outcome, Indexed)
    assert copy.outcome.copy_of == url_id(address("1"))


def test_a_message_that_is_none_is_refused(resources: Resources) -> None:
    for bad in (
        {},
        {"batch": "1"},
        {"batch": "1", "items": [{"url": "x"}]},
        {"batch": "1", "items": [], "more": 1},
    ):
        with pytest.raises(ValueError, match="validation error"):
            run(resources, CRAWL, bad)


def test_a_stage_has_one_line_with_its_batch_and_duration(
    resources: Resources, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.pages["/one"] = page("Northwold")
    server.pages["/two"] = page("Southwold")
    leased, message = lease(resources, "one", "two")
    with caplog.at_level(logging.INFO, "newsloom.stages"):
        run(resources, CRAWL, message)
    [line] = caplog.records
    assert line.getMessage().startswith("crawl: 2 URLs in ")
    facts = vars(line)
    assert (facts["event"], facts["stage"], facts["batch"]) == ("stage_done", "crawl", leased.batch)
    assert isinstance(facts["duration_ms"], int)
