"""Ledger and index compared and mended, on both backends, over real stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.settings import Settings
from pipeline.deduplicate import fingerprint
from pipeline.outcome import Dead, Indexed, Reason, Rejected, Terminal
from pipeline.records import EnrichedArticle, FoundBy, Link, Page
from pipeline.urls import Url, url_id
from services.reconciliation.reconcile import Reconciliation, reconcile
from storage.archive.archive import Archive
from storage.open import open_index
from storage.redis.ledger import Entry
from tests.support.data.articles import article
from tests.support.data.exchanges import AT, exchange
from tests.support.index_places import elasticsearch_place
from workers.chain.archiving import archive_ended
from workers.resources import Resources

SENTENCES = (
    "The harbour council met on Tuesday evening and agreed on a budget for ferry {0}.",
    "Members had asked for more money for it, as it was late on every second day of the winter.",
    "The mayor said that the new timetable would be shown to the public before the month ends.",
    "Two of the boats will be repaired in the yard across the bay, and a third one is to be sold.",
)


@pytest.fixture(params=["tantivy", "elasticsearch"])
def resources(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Resources]:
    if request.param == "tantivy":
        yield Resources(settings)
        return
    with elasticsearch_place(request.getfixturevalue("elasticsearch_url")) as place:
        changes = {"index_url": place.where, "namespace": place.name}
        made = Resources(settings.model_copy(update=changes))
        yield made
        made.index.close()


def made(name: str, **changes: Any) -> EnrichedArticle:
    """An article of now under the id of its URL."""
    url = f"https://news.example/{name}"
    now = datetime.now(UTC)
    values: dict[str, Any] = {"id": url_id(url), "url": url, "first_seen": now, "fetched_at": now}
    return article(name, **{**values, **changes})


def end(resources: Resources, url: str, outcome: Terminal) -> None:
    frontier = resources.stores.frontier
    frontier.accept([Link(url=Url(url), source="example", found_by=FoundBy.FEED)])
    lease = frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    frontier.finish(lease.batch, [(lease.url_ids[0], outcome)])


def indexed(resources: Resources, *names: str) -> list[EnrichedArticle]:
    articles = [made(name) for name in names]
    resources.index.put(articles)
    for each in articles:
        end(resources, each.url, Indexed(article=each.id))
    return articles


def lose_all(resources: Resources) -> None:
    """As if another, empty index had been configured, which costs less than to delete one."""
    resources.index.close()
    settings = resources.settings
    name = f"test-{uuid4().hex[:12]}"
    vars(resources)["index"] = open_index(
        settings.index_address, name=name, folder=settings.data_dir / name
    )
    vars(resources)["open_index"] = lambda: resources.index
    resources.index.prepare()


@pytest.mark.parametrize("archived", [True, False])
def test_what_agrees_is_said_to_agree(resources: Resources, *, archived: bool) -> None:
    indexed(resources, "1", "2", "3")
    resources.index.put([made("canonical", url="https://news.example/1?by=feed")])
    end(resources, "https://news.example/1?by=feed", Indexed(article=made("canonical").id))
    redirected = made("moved")
    resources.index.put([redirected])
    end(resources, "https://news.example/short", Indexed(article=redirected.id))
    if archived:
        archive_ended(resources)
    found = reconcile(resources, dry_run=False)
    assert found == Reconciliation(entries=5, articles=5)
    assert found.remaining == 0


@pytest.mark.parametrize("archived", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_the_index_lost_is_visited_again(
    resources: Resources, *, dry_run: bool, archived: bool
) -> None:
    articles = indexed(resources, "1", "2", "3")
    if archived:
        assert archive_ended(resources) == 3
    resources.stores.index_size.keep(3)
    lose_all(resources)
    resources.index.put(articles[:1])
    resources.stores.index_size.note_loss("a loss")

    found = reconcile(resources, dry_run=dry_run)
    assert (found.missing, found.remaining) == (2, 2)
    assert found.visited_again == (0 if dry_run else 2)
    totals = resources.stores.ledger.totals()
    assert (totals.queued, totals.indexed) == ((0, 3) if dry_run else (2, 1))
    assert resources.stores.index_size.known().noticed == "a loss"
    if dry_run:
        return

    again = reconcile(resources, dry_run=False)
    assert (again.missing, again.waiting, again.visited_again, again.remaining) == (2, 2, 0, 2)
    for each in articles[1:]:  # as the workers do
        lease = resources.stores.frontier.lease(1, default_delay=0, max_batches=9)
        assert lease is not None
        resources.index.put([each for each in articles if each.id in lease.url_ids])
        outcome = (lease.url_ids[0], Indexed(article=lease.url_ids[0]))
        resources.stores.frontier.finish(lease.batch, [outcome])
    assert reconcile(resources, dry_run=False).remaining == 0
    known = resources.stores.index_size.known()
    assert (known.most, known.noticed) == (3, None)
    assert resources.stores.ledger.totals().balanced


def test_what_the_archive_has_is_made_again_without_a_visit(
    resources: Resources, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    resources.settings = resources.settings.model_copy(update={"archive_dir": folder})
    archive = Archive(folder, resources.stores.keyspace)
    urls = [f"https://news.example/{number}" for number in range(3)]
    for number, url in enumerate(urls[:2]):
        for version in ("A", "B"):
            text = "".join(f"<p>{s.format(f'{version}{number}')}</p>" for s in SENTENCES * 2)
            page = f"<html><head><title>Ferry {number}</title></head><body><article>{text}"
            started = AT + timedelta(hours=number + 10 * (version == "B"))
            archive.keep([exchange(body=page.encode(), url=url, started=started)])
    archive.close()
    for url in urls:
        end(resources, url, Indexed(article=url_id(url)))
    of_worker = Page(
        url=Url(urls[0]),
        final_url=Url(urls[0]),
        status=200,
        content_type="text/html",
        content=b"<p>fetched just now",
        fetched_at=datetime.now(UTC),
    )
    resources.stores.pages.put(url_id(urls[0]), of_worker)

    found = reconcile(resources, dry_run=False)
    assert (found.missing, found.restored, found.visited_again) == (3, 2, 1)
    assert found.remaining == 1
    restored = resources.index.get(url_id(urls[0]))
    assert restored is not None
    assert "budget for ferry B0" in restored.body
    assert restored.source == "example"
    assert resources.stores.pages.get(url_id(urls[0])) == of_worker
    assert resources.stores.pages.get(url_id(urls[1])) is None


def test_what_only_the_index_has_is_entered_in_the_ledger(resources: Resources) -> None:
    gone = Rejected(reason=Reason.GONE, detail="410")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    resources.index.put(
        [made("unknown"), made("rejected"), made("old", first_seen=long_ago, fetched_at=long_ago)]
    )
    end(resources, made("rejected").url, gone)

    dry = reconcile(resources, dry_run=True)
    assert (dry.unknown, dry.ended_otherwise, dry.adopted, dry.remaining) == (1, 1, 0, 2)
    found = reconcile(resources, dry_run=False)
    assert (found.unknown, found.ended_otherwise, found.adopted) == (1, 1, 2)
    assert found.remaining == 0
    totals = resources.stores.ledger.totals()
    assert (totals.accepted, totals.indexed, totals.rejected) == (2, 2, 0)
    assert totals.balanced
    assert reconcile(resources, dry_run=True).remaining == 0


def test_a_dead_letter_stays_one_though_the_index_has_its_article(resources: Resources) -> None:
    dead = made("dead")
    resources.index.put([dead])
    end(resources, dead.url, Dead(error="given up"))

    found = reconcile(resources, dry_run=False)
    assert (found.dead, found.ended_otherwise, found.adopted, found.remaining) == (1, 0, 0, 0)
    [letter] = resources.stores.ledger.dead()
    assert letter.url_id == dead.id
    assert resources.stores.ledger.totals().balanced


def test_the_ledger_is_not_searched_for_articles_that_it_is_asked_for_by_id(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reconciliation.reconcile._MOST_DOUBTFUL", 1)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    old = [made(f"old-{number}", first_seen=long_ago, fetched_at=long_ago) for number in range(3)]
    moved = made("moved")
    resources.index.put([*old, moved])
    short = "https://news.example/short"
    printed = fingerprint(moved.body, title=moved.title)
    resources.stores.fingerprints.claim(url_id(short), moved, printed)
    end(resources, short, Indexed(article=moved.id))

    ledger, searches = resources.stores.ledger, []
    pages = ledger.pages

    def counted(*, ended_within: float, size: int) -> Iterator[list[Entry]]:
        searches.append(size)
        return pages(ended_within=ended_within, size=size)

    monkeypatch.setattr(ledger, "pages", counted)
    found = reconcile(resources, dry_run=True)
    assert (found.articles, found.remaining) == (4, 0)
    assert len(searches) == 1  # the ledger's own comparison with the index


def test_many_are_compared_a_page_at_a_time(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reconciliation.reconcile._PAGE", 3)
    monkeypatch.setattr("services.reconciliation.reconcile._MOST_DOUBTFUL", 4)
    indexed(resources, *(str(number) for number in range(40)))
    found = reconcile(resources, dry_run=True)
    assert (found.entries, found.articles, found.remaining) == (40, 40, 0)
