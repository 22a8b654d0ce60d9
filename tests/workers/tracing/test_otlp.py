"""What a collector gets: one trace for each batch."""

from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.index import IndexUnavailable
from storage.redis.ledger.leases import Lease
from tests.support.servers.fault_server import FaultServer, answer
from tests.support.servers.trace_receiver import TraceReceiver, attributes, receiving
from tests.workers.conftest import Making
from workers.chain import stages
from workers.chain.messages import Item, LeasedLink, LinkBatch
from workers.chain.run import STAGES, run
from workers.resources import Resources
from workers.tracing.spans import LazyTraces

TEXT = "".join(
    f"<p>On {day} the harbour council met in {town}, and agreed on a new budget for its ferry.</p>"
    for day in ("Monday", "Tuesday", "Friday")
    for town in ("Harwich", "Dover", "Whitby", "Poole")
)
PAGE = (
    f"<html lang=en><head><title>The ferry is late</title></head><body><article>{TEXT}</article>"
    "</body></html>"
)


@pytest.fixture
def collector() -> Iterator[TraceReceiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def traced(making: Making, collector: TraceReceiver) -> Iterator[Resources]:
    made = making(tracing_url=collector.url)
    yield made
    made.traces.close()


def whole_chain(resources: Resources, *paths: str) -> Lease:
    """One batch through all stages."""
    urls = [Url(f"http://a.example/{path}") for path in paths]
    links = [Link(url=url, source="harbour", found_by=FoundBy.FEED) for url in urls]
    resources.stores.frontier.accept(links)
    lease = resources.stores.frontier.lease(100, default_delay=0, max_batches=10)
    assert lease is not None
    resources.traces.sent(lease)
    items = tuple(
        Item[LeasedLink](
            url_id=url_id(link.url),
            attempts=0,
            payload=LeasedLink(link=link, found_at=datetime(2026, 1, 2, tzinfo=UTC)),
            link_url=link.url,
        )
        for link in links
    )
    message = LinkBatch(batch=lease.batch, items=items).model_dump(mode="json")
    for stage in STAGES:
        left = run(resources, stage, message)
        if left is None:
            break
        message = left
    return lease


def by_name(spans: list[Span]) -> dict[str, Span]:
    assert len({span.trace_id for span in spans}) == 1
    return {span.name: span for span in spans}


def test_a_batch_is_one_trace_with_a_span_for_each_stage(
    traced: Resources, server: FaultServer, collector: TraceReceiver
) -> None:
    server.pages["/1"] = answer(PAGE.encode(), content_type="text/html")
    lease = whole_chain(traced, "1", "gone")
    traced.traces.close()
    spans = by_name(collector.spans)
    assert list(spans) == ["batch", "crawl", "extract", "deduplicate", "enrich", "index"]
    root = spans.pop("batch")
    assert root.parent_span_id == b""
    assert {span.parent_span_id for span in spans.values()} == {root.span_id}
    assert attributes(root)["newsloom.batch"] == lease.batch
    assert collector.resources[0]["service.name"] == "newsloom"
    crawl, index = spans["crawl"], spans["index"]
    assert attributes(crawl)["newsloom.url_ids"] == [
        url_id(Url(f"http://a.example/{path}")) for path in ("1", "gone")
    ]
    assert attributes(crawl)["newsloom.sources"] == ["harbour"]
    assert attributes(crawl)["newsloom.going_on"] == 1
    assert 0 < crawl.start_time_unix_nano < crawl.end_time_unix_nano
    [gone], [indexed] = crawl.events, index.events
    assert {each.key: each.value.string_value for each in gone.attributes}.items() >= {
        ("url.full", "http://a.example/gone"),
        ("newsloom.outcome", "rejected"),
    }
    assert "indexed" in str(indexed)


def test_two_batches_are_two_traces(traced: Resources, collector: TraceReceiver) -> None:
    whole_chain(traced, "1")
    whole_chain(traced, "2")
    traced.traces.close()
    assert len({span.trace_id for span in collector.spans}) == 2


def test_a_stage_that_cannot_do_its_work_is_an_error(
    traced: Resources,
    server: FaultServer,
    collector: TraceReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object) -> None:
        raise IndexUnavailable("its disk is full")

    server.pages["/1"] = answer(PAGE.encode(), content_type="text/html")
    monkeypatch.setattr(type(traced.index), "put", away)
    whole_chain(traced, "1")
    traced.traces.close()
    status = by_name(collector.spans)["index"].status
    assert status.code == status.STATUS_CODE_ERROR
    assert "its disk is full" in status.message


def test_an_exception_is_recorded_and_goes_on(
    traced: Resources, collector: TraceReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(stages, "_crawl_all", broken)
    with pytest.raises(RuntimeError):
        whole_chain(traced, "1")
    traced.traces.close()
    [event] = by_name(collector.spans)["crawl"].events
    assert event.name == "exception"
    assert "not foreseen" in str(event)


def test_a_collector_that_is_away_stops_nothing(making: Making, server: FaultServer) -> None:
    server.pages["/1"] = answer(PAGE.encode(), content_type="text/html")
    resources = making(tracing_url="http://127.0.0.1:9")
    whole_chain(resources, "1")
    resources.traces.close()
    assert resources.stores.ledger.totals().indexed == 1


def test_spans_come_from_a_forked_process(collector: TraceReceiver) -> None:
    traces = LazyTraces(collector.url, "forked")

    def work() -> None:
        traces.sent(Lease(batch="7", url_ids=(UrlId("ab"),)))
        traces.close()

    process = get_context("fork").Process(target=work)
    process.start()
    process.join(20)
    assert process.exitcode == 0
    assert [span.name for span in collector.spans] == ["batch"]
