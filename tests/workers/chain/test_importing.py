"""The crawl stage archives what it fetched, and takes imported pages without asking anyone."""

import errno
import gzip
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.outcome import Dead, Indexed
from pipeline.records import OF_IMPORT, FoundBy, Link, Page
from pipeline.urls import Url, url_id
from storage.archive.archive import archive_state
from storage.archive.captures import Capture, Read, Skip, Skipped
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from tests.support.servers.fault_server import ADDRESS, FaultServer, answer
from tests.workers.chain.test_run import address, again, entry, lease, message_of, page, through
from tests.workers.conftest import Making
from workers.app import make_app
from workers.chain.importing import Importer, Stalled, page_of
from workers.chain.run import CRAWL, INDEX, STAGES
from workers.chain.stages import WAITED_TOO_LONG
from workers.fetch.records import FetchOptions, Response
from workers.resources import Resources

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def kept(folder: Path) -> list[Any]:
    found = []
    for path in folder.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content = record.content_stream().read()
                found.append(record)
    return found


@pytest.fixture
def resources(making: Making, tmp_path: Path) -> Resources:
    return making(archive_dir=tmp_path / "warc")


def test_a_page_and_its_redirect_are_archived_as_they_were_sent(
    resources: Resources, server: FaultServer, tmp_path: Path
) -> None:
    html = page("harbour").partition(b"\r\n\r\n")[2]
    server.pages["/news/1"] = answer(
        gzip.compress(html), content_type="text/html", content_encoding="gzip"
    )
    server.pages["/old/1"] = answer(status="301 Gone Over", location="/news/1")
    _, message = lease(resources, "old/1")
    assert through(resources, message, CRAWL) is not None
    assert resources.archive is not None
    resources.archive.close()

    _, moved, _, response, request = kept(tmp_path / "warc")
    assert moved.http_headers.statusline == "301 Gone Over"
    assert response.content == html
    assert response.http_headers.get_header("Content-Length") == str(len(gzip.compress(html)))
    assert response.rec_headers.get_header("WARC-IP-Address") == ADDRESS
    sent = next(asked for asked in server.asked if asked.path == "/news/1")
    assert {name.lower(): value for name, value in request.http_headers.headers} == dict(
        sent.headers
    )
    assert archive_state(resources.stores.keyspace).kept == 1


def test_what_is_no_page_is_not_archived(
    resources: Resources, server: FaultServer, tmp_path: Path
) -> None:
    server.pages["/1"] = answer(b"%PDF-1.7", content_type="text/html")
    _, message = lease(resources, "1", "status/404")
    assert through(resources, message, CRAWL) is None
    assert not (tmp_path / "warc").exists()


def test_a_full_disk_loses_no_page_for_the_pipeline(
    resources: Resources, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server.pages["/1"] = page("harbour")
    _, message = lease(resources, "1")
    with monkeypatch.context() as patched:
        patched.setattr("storage.archive.files.os.write", full)
        assert through(resources, message, *STAGES) is None
    assert isinstance(entry(resources, "1").outcome, Indexed)
    assert archive_state(resources.stores.keyspace).lost == 1


def test_only_what_is_asked_for_with_a_record_has_one(making: Making, server: FaultServer) -> None:
    server.pages["/1"] = page("harbour")
    resources = making()
    plain = resources.loop.run(resources.web.get(Url(address("1")), "harbour"))
    recorded = resources.loop.run(
        resources.web.get(Url(address("1")), "harbour", FetchOptions(record=True))
    )
    assert isinstance(plain, Response)
    assert isinstance(recorded, Response)
    assert (len(plain.exchanges), len(recorded.exchanges)) == (0, 1)
    assert resources.archive is None


def capture(
    path: str = "1", *, name: str = "harbour", at: datetime = NOW, **changes: Any
) -> Capture:
    content = page(name).partition(b"\r\n\r\n")[2]
    fields = {"url": address(path), "status": 200, "content_type": "text/html", "fetched_at": at}
    return Capture(**{**fields, "content": content, **changes})


def importer(resources: Resources, *, again: bool = False, patience: float = 20.0) -> Importer:
    """One whose waiting runs the stages, as workers would."""

    def tend() -> None:
        taken = resources.stores.frontier.lease(100, default_delay=5, max_batches=10)
        if taken is not None:
            message = message_of(resources, taken)
            for stage in STAGES:
                if message is not None:
                    message = through(resources, message, stage)  # type: ignore[assignment]

    return Importer(
        resources,
        make_app(resources.settings),
        source="import",
        again=again,
        tend=tend,
        patience=patience,
    )


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests are the workers themselves."""
    monkeypatch.setattr("workers.chain.importing.dispatch", lambda *_: 0)


def imported(resources: Resources, found: Sequence[Read], **options: Any) -> Importer:
    made = importer(resources, **options)
    for each in found:
        made.take(each, "x.warc.gz")
    made.finish()
    return made


def test_an_imported_page_is_indexed_with_its_own_date_and_nobody_is_asked(
    resources: Resources, server: FaultServer, tmp_path: Path
) -> None:
    tally = imported(resources, [capture()]).tally
    assert (tally.accepted, tally.outcomes["indexed"], tally.in_flight) == (1, 1, 0)
    article = resources.index.get(url_id(address("1")))
    assert article is not None
    assert article.fetched_at == NOW
    assert server.asked == []
    assert not (tmp_path / "warc").exists()
    link = entry(resources, "1").link
    assert (link.found_by, link.source, link.found_in) == (FoundBy.IMPORT, "import", "x.warc.gz")


def test_the_same_again_changes_nothing_and_is_said(resources: Resources) -> None:
    imported(resources, [capture()])
    tally = imported(resources, [capture()]).tally
    assert (tally.accepted, dict(tally.known)) == (0, {"indexed": 1})
    assert entry(resources, "1").visits == 1
    assert imported(resources, [capture()], again=True).tally.outcomes["indexed"] == 1
    assert resources.index.count() == 1
    assert entry(resources, "1").visits == 2


def test_a_later_capture_is_a_new_version_and_an_earlier_one_never_replaces_it(
    resources: Resources,
) -> None:
    later, earlier = (
        capture(name=name, at=NOW + timedelta(days=days))
        for name, days in (("new", 1), ("old", -1))
    )
    tally = imported(resources, [capture(), later, earlier]).tally
    assert (tally.accepted, tally.known["indexed"]) == (2, 1)
    imported(resources, [earlier], again=True)
    article = resources.index.get(url_id(address("1")))
    assert article is not None
    assert "new council" in article.body
    assert article.fetched_at == NOW + timedelta(days=1)


def test_a_site_s_delay_holds_no_import_up(resources: Resources) -> None:
    started = datetime.now(UTC)
    tally = imported(
        resources, [capture(str(number), name=f"harbour{number}") for number in range(30)]
    ).tally
    assert tally.accepted == 30
    assert tally.in_flight == 0
    # At five seconds a page it would be 150.
    assert datetime.now(UTC) - started < timedelta(seconds=20)


def test_no_more_wait_in_the_page_store_than_it_should_hold(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.chain.importing.MOST_PAGES", 3)
    made = importer(resources)
    keys = resources.stores.keyspace
    for number in range(10):
        made.take(capture(str(number), name=f"harbour{number}"), "x")
        assert len(list(keys.client.scan_iter(match=keys.pattern(Key.IMPORTED), count=1000))) <= 3
    made.finish()
    assert made.tally.outcomes.total() == 10


def test_a_page_whose_time_was_over_is_dead_and_comes_with_the_next_import(
    resources: Resources,
) -> None:
    made = importer(resources)
    made.take(capture(), "x")
    resources.stores.pages.withdraw(url_id(address("1")))
    made.finish()
    assert made.tally.outcomes["dead"] == 1
    outcome = entry(resources, "1").outcome
    assert isinstance(outcome, Dead)
    assert outcome.error == WAITED_TOO_LONG
    assert imported(resources, [capture()]).tally.outcomes["indexed"] == 1


def test_a_url_that_a_feed_announced_first_gets_todays_page(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/1"] = page("today")
    frontier = resources.stores.frontier
    frontier.accept([Link(url=Url(address("1")), source="harbour", found_by=FoundBy.FEED)])
    made = importer(resources)
    made.take(capture(), "x")
    assert dict(made.tally.known) == {"queued": 1}
    _, message = again(resources)
    assert through(resources, message, *STAGES) is None
    article = resources.index.get(url_id(address("1")))
    assert article is not None
    assert "today council" in article.body


def test_two_imports_of_one_page_at_once_take_it_once_and_both_wait(resources: Resources) -> None:
    first, second = importer(resources), importer(resources)
    first.take(capture(), "x")
    second.take(capture(), "x")
    assert (first.tally.resumed, second.tally.resumed) == (0, 1)
    for each in (first, second):
        each.finish()
        assert (each.tally.accepted, each.tally.outcomes["indexed"]) == (1, 1)
    assert entry(resources, "1").visits == 1


def left_behind(resources: Resources, *, stage: str) -> None:
    """A page as an import leaves it that is killed."""
    page = page_of(capture(), NOW)
    assert isinstance(page, Page)
    key, stores = url_id(address("1")), resources.stores
    assert stores.pages.deliver(key, page)
    if stage == "delivered":
        return
    link = Link(url=page.url, source=OF_IMPORT, found_by=FoundBy.IMPORT, modified=NOW)
    stores.frontier.accept([link])
    if stage == "leased":
        _, message = again(resources)
        assert through(resources, message, CRAWL) is not None
    if stage == "forgotten":
        stores.pages.withdraw(key)


@pytest.mark.parametrize(
    ("stage", "resumed"), [("delivered", 0), ("queued", 1), ("leased", 1), ("forgotten", 1)]
)
@pytest.mark.parametrize("once_more", [False, True])
def test_the_same_import_again_finishes_what_a_killed_one_left(
    resources: Resources, stage: str, resumed: int, *, once_more: bool
) -> None:
    left_behind(resources, stage=stage)
    made = importer(resources, again=once_more)
    made.take(capture(), "x")
    if stage == "leased":
        lease_over(resources)
    made.finish()

    assert (made.tally.accepted, made.tally.resumed) == (1, resumed)
    assert (made.tally.outcomes["indexed"], made.tally.in_flight) == (1, 0)
    assert resources.stores.ledger.totals().balanced
    assert resources.index.count() == 1
    keys = resources.stores.keyspace
    for family in (Key.IMPORTED, Key.PAGE):
        assert list(keys.client.scan_iter(match=keys.pattern(family), count=1000)) == []


def lease_over(resources: Resources) -> None:
    """The lease of the worker that was killed is over: the reaper makes it another one's."""
    keys = resources.stores.keyspace
    [batch] = keys.client.zrange(keys.key(Key.LEASES), 0, -1)
    keys.client.zadd(keys.key(Key.LEASES), {batch: 0})
    [taken] = resources.stores.frontier.reap(max_crashes=3)
    message: Any = message_of(resources, taken)
    assert through(resources, message, *STAGES) is None


def test_a_page_of_another_capture_that_was_left_behind_is_not_taken_for_this_one(
    resources: Resources,
) -> None:
    left_behind(resources, stage="delivered")
    imported(resources, [capture(name="new", at=NOW + timedelta(days=1))])
    article = resources.index.get(url_id(address("1")))
    assert article is not None
    assert "new council" in article.body


def test_a_worker_that_dies_after_it_took_the_page_in_loses_nothing(resources: Resources) -> None:
    pages, key = resources.stores.pages, url_id(address("1"))
    frontier = resources.stores.frontier
    url = Url(address("1"))
    imported = Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/html",
        content=capture().content,
        fetched_at=NOW,
    )
    assert pages.deliver(key, imported)
    [answer] = frontier.accept(
        [Link(url=Url(address("1")), source="import", found_by=FoundBy.IMPORT)]
    )
    assert answer is Acceptance.ACCEPTED
    assert pages.admit(key)
    assert not pages.admit(key)
    _, message = again(resources)
    assert through(resources, message, *STAGES) is None
    assert isinstance(entry(resources, "1").outcome, Indexed)


def test_it_gives_up_when_nothing_ends(resources: Resources) -> None:
    made = Importer(
        resources,
        make_app(resources.settings),
        source="x",
        again=False,
        tend=lambda: None,
        patience=0.5,
    )
    made.take(capture(), "x")
    with pytest.raises(Stalled):
        made.finish()
    assert made.tally.in_flight == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": 404}, "not_found"),
        ({"status": 410}, "gone"),
        ({"status": 503}, "http_error"),
        ({"status": 301}, "redirect"),
        ({"content": b"%PDF-1.7"}, "unsupported_content"),
        ({"content_type": "image/png"}, "unsupported_content"),
        ({"content": b" "}, "empty"),
        ({"url": "dns:a.example"}, "unsupported_scheme"),
        ({"url": "nothing"}, "bad_url"),
        ({"url": "http://a.example/robots.txt", "content_type": "text/plain"}, "robots_txt"),
        ({"fetched_at": datetime(1970, 1, 1, tzinfo=UTC)}, "bad_record"),
        ({"fetched_at": NOW + timedelta(days=400)}, "bad_record"),
    ],
)
def test_what_is_no_page_is_skipped_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    found = page_of(capture(**changes), NOW)
    assert isinstance(found, Skipped)
    assert found.reason.value == reason


def test_skipped_records_are_counted_with_an_example_and_never_reach_the_ledger(
    resources: Resources,
) -> None:
    tally = imported(
        resources, [capture(status=404), Skipped(None, Skip.DAMAGED, "x breaks off")]
    ).tally
    assert dict(tally.skipped) == {"not_found": 1, "damaged": 1}
    assert tally.examples["not_found"].startswith(address("1"))
    assert tally.damage == ["x breaks off"]
    assert resources.stores.ledger.totals().accepted == 0


def test_imported_urls_end_on_the_stage_that_indexes(resources: Resources) -> None:
    """The last stage is the one the ledger goes by.

    An import is not done when its pages were read.
    """
    made = importer(resources)
    made.take(capture(), "x")
    _, message = again(resources)
    message = through(resources, message, *STAGES[:-1])  # type: ignore[assignment]
    assert made.tally.in_flight == 1
    assert through(resources, message, INDEX) is None
    made.finish()
    assert made.tally.in_flight == 0
