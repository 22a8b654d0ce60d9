"""Archived pages read again, over real stores and a small archive of own pages."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.deduplicate import fingerprint
from pipeline.enrich import enrich
from pipeline.extract import extract
from pipeline.outcome import Indexed, Reason, Rejected, Terminal
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url, UrlId, url_id
from services.errors import InvalidRangeError, RequestError
from services.reconciliation.rebuild import rebuild_from_archive
from services.reprocessing.compare import Chosen
from services.reprocessing.report import Change, Effect, Reprocessing
from services.reprocessing.reprocess import chosen_of, reprocess
from storage.archive.archive import Archive
from tests.support.data.articles import article
from tests.support.data.exchanges import exchange
from workers.chain.archiving import archive_ended
from workers.resources import Resources

STARTED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
SENTENCES = (
    "The harbour council met on Tuesday evening and agreed on a budget for boats.",
    "Members had asked for more money for these, as most were late on every second day of winter.",
    "The mayor said that their timetable would be shown to the public before the month ends.",
    "Two of the boats will be repaired in the yard across the bay, and a third one is sold.",
)
SHORT = 4

BEFORE = "sources: []\n"
AFTER = """
sources:
  - id: example
    feed: https://news.example/feed
    extract:
      title: h2.real
      remove: [.addendum]
"""


def url_of(name: str) -> Url:
    return Url(f"https://news.example/{name}")


def text(name: str) -> list[str]:
    """Sentences that have few words in common with those of other names."""
    return [
        " ".join(word if len(word) < SHORT else f"{name}{word}" for word in sentence.split())
        for sentence in SENTENCES
    ]


def page(name: str, *, more: str = "", head: str = "") -> bytes:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in text(name))
    return (
        f"<html><head><title>News of {name}</title>{head}</head>"
        f"<body><article><h1>News of {name}</h1>{paragraphs}{more}</article></body></html>"
    ).encode()


PAGES = {
    "alpha": page("alpha"),
    "bravo": page("bravo", more="<h2 class=real>Bravo at last</h2>"),
    "charlie": page("charlie", more=f"<p class=addendum>{text('letter')[1]}</p>"),
    "delta": page("delta"),
}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"archive_dir": tmp_path / "archive"})


@pytest.fixture
def resources(settings: Settings) -> Iterator[Resources]:
    """With the pages in the archive, and the articles that came from them."""
    settings.sources.write_text(BEFORE)
    made = Resources(settings)
    for name, body in PAGES.items():
        keep(made, name, body)
        end(made, name, Indexed(article=url_id(url_of(name))))
    assert rebuild_from_archive(made) == len(PAGES)
    yield made
    made.index.close()


def keep(resources: Resources, name: str, body: bytes, *, hours: int = 0) -> None:
    assert resources.settings.archive_dir
    folder, keyspace = resources.settings.archive_dir, resources.stores.keyspace
    archive = Archive(folder, keyspace, prefix=f"{name}{hours}")
    started = STARTED + timedelta(hours=hours)
    archive.keep([exchange(body=body, url=url_of(name), started=started)])
    archive.close()


def end(resources: Resources, name: str, outcome: Terminal) -> None:
    frontier = resources.stores.frontier
    frontier.accept([Link(url=url_of(name), source="example", found_by=FoundBy.FEED)])
    lease = frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    frontier.finish(lease.batch, [(lease.url_ids[0], outcome)])


def change_the_rules(resources: Resources) -> Resources:
    resources.settings.sources.write_text(AFTER)
    return Resources(resources.settings)


def run(
    resources: Resources, *, apply: bool = False, chosen: Chosen | None = None
) -> tuple[Reprocessing, dict[str, Change]]:
    told: list[Change] = []
    tally = reprocess(resources, chosen or Chosen(), apply=apply, told=told.append)
    return tally, {change.url.rsplit("/", 1)[1]: change for change in told}


def everything(resources: Resources) -> list[object]:
    ids = resources.index.starting_with("", 100)
    return [resources.index.history(each) for each in ids]


def test_with_the_same_rules_nothing_differs(resources: Resources) -> None:
    tally, told = run(resources)
    assert told == {}
    assert (tally.pages, tally.same) == (4, 4)
    applied, told = run(resources, apply=True)
    assert (applied.applied, told) == (0, {})


def test_a_rehearsal_names_exactly_the_articles_that_a_changed_rule_changes(
    resources: Resources,
) -> None:
    before = everything(resources)
    tally, told = run(change_the_rules(resources))
    assert {name: change.effect for name, change in told.items()} == {
        "bravo": Effect.CHANGED,
        "charlie": Effect.CHANGED,
    }
    assert told["bravo"].fields["title"] == ("News of bravo", "Bravo at last")
    assert "body" in told["charlie"].fields
    assert "title" not in told["charlie"].fields
    assert (tally.pages, tally.same, tally.effects) == (4, 2, {"changed": 2})
    assert (tally.fields["title"], tally.fields["body"]) == (1, 1)
    assert everything(resources) == before
    assert resources.stores.ledger.totals().indexed == 4


def test_what_was_rehearsed_is_applied_once(resources: Resources) -> None:
    changed = change_the_rules(resources)
    _, rehearsed = run(changed)
    before = {name: resources.index.get(url_id(url_of(name))) for name in PAGES}
    tally, told = run(changed, apply=True)
    assert told == rehearsed
    assert (tally.applied, sum(tally.not_applied.values())) == (2, 0)
    after = {name: resources.index.get(url_id(url_of(name))) for name in PAGES}
    assert {name for name in PAGES if before[name] != after[name]} == {"bravo", "charlie"}
    first, second = resources.index.history(url_id(url_of("bravo")))
    assert (first.title, first.version) == ("News of bravo", 1)
    assert (second.title, second.version) == ("Bravo at last", 2)
    assert second.fetched_at - first.fetched_at == timedelta(microseconds=1)
    assert resources.index.count() == 4

    again, told = run(changed, apply=True)
    assert (again.applied, told, again.same) == (0, {}, 4)
    totals = resources.stores.ledger.totals()
    assert (totals.indexed, totals.balanced) == (4, True)


def test_a_page_that_was_refused_and_is_an_article_now_is_added(resources: Resources) -> None:
    keep(resources, "echo", page("echo"))
    end(resources, "echo", Rejected(reason=Reason.NOT_AN_ARTICLE, detail="no text"))
    archive_ended(resources)
    tally, told = run(resources)
    assert {name: change.effect for name, change in told.items()} == {"echo": Effect.ADDED}
    assert resources.index.count() == 4
    tally, _ = run(resources, apply=True)
    assert tally.applied == 1
    assert resources.index.count() == 5
    totals = resources.stores.ledger.totals()
    assert (totals.indexed, totals.rejected, totals.balanced) == (5, 0, True)
    assert run(resources, apply=True)[0].applied == 0


def test_no_article_is_taken_away(resources: Resources) -> None:
    """One page is none of an article now, and the address of another has changed."""
    canonical = '<link rel=canonical href="https://news.example/elsewhere">'
    keep(resources, "foxtrot", b"<html><title>Front page</title><body><a href=/1>One</a>")
    keep(resources, "golf", page("golf", head=canonical))
    for name in ("foxtrot", "golf"):
        known = article(name, id=url_id(url_of(name)), fetched_at=STARTED, first_seen=STARTED)
        resources.index.put([known])
        end(resources, name, Indexed(article=known.id))
    before = everything(resources)
    tally, told = run(resources, apply=True)
    assert {name: change.effect for name, change in told.items()} == {
        "foxtrot": Effect.REFUSED,
        "golf": Effect.MOVED,
    }
    assert told["foxtrot"].fields["verdict"][0] == "indexed"
    assert tally.applied == 0
    assert tally.not_applied == {"refused": 1, "moved": 1}
    assert everything(resources) == before
    assert resources.stores.ledger.totals().balanced


def test_an_older_capture_and_a_page_under_way_are_passed_over(resources: Resources) -> None:
    keep(resources, "alpha", page("older"), hours=-5)
    link = Link(url=url_of("bravo"), source="example", found_by=FoundBy.FEED)
    resources.stores.frontier.accept([link], reopen=True)
    keep(resources, "unknown", page("unknown"))
    tally, told = run(change_the_rules(resources))
    assert set(told) == {"charlie"}
    assert {why: count for why, count in tally.passed_over.items() if count} == {
        "superseded": 1,
        "in flight": 1,
        "unknown to the ledger": 1,
    }


def test_a_newer_fetch_is_not_written_over(resources: Resources) -> None:
    changed = change_the_rules(resources)
    key = UrlId(url_id(url_of("bravo")))
    there = resources.index.get(key)
    assert there is not None
    newer = there.model_copy(update={"title": "Fetched now", "fetched_at": datetime.now(UTC)})

    def told(_change: Change) -> None:
        resources.index.put([newer])

    reprocess(changed, Chosen(), apply=True, told=told)
    current = resources.index.get(key)
    assert current is not None
    assert current.title == "Fetched now"


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (Chosen(since=STARTED), 4),
        (Chosen(since=STARTED + timedelta(seconds=1)), 0),
        (Chosen(until=STARTED), 0),
        (Chosen(until=STARTED + timedelta(seconds=1)), 4),
        (Chosen(source="example"), 4),
        (Chosen(source="other"), 0),
    ],
)
def test_pages_are_chosen_by_time_and_source(
    resources: Resources, chosen: Chosen, count: int
) -> None:
    assert run(resources, chosen=chosen)[0].pages == count


def test_times_are_read() -> None:
    now = datetime(2026, 11, 9, tzinfo=UTC)
    assert chosen_of("now-7d", "2026-11-08", "x", now=now) == Chosen(
        datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC), "x"
    )
    with pytest.raises(InvalidRangeError, match="soon is no time"):
        chosen_of("soon", None, None)


def test_without_an_archive_it_says_so(settings: Settings) -> None:
    without = Resources(settings.model_copy(update={"archive_dir": None}))
    with pytest.raises(RequestError, match="NEWSLOOM_ARCHIVE_DIR"):
        run(without)


def test_a_damaged_file_is_passed_over(resources: Resources) -> None:
    assert resources.settings.archive_dir
    (resources.settings.archive_dir / "a.warc.gz").write_bytes(b"no archive")
    assert run(resources)[0].pages == 4
    shutil.rmtree(resources.settings.archive_dir)
    assert run(resources)[0].pages == 0


def test_a_page_that_a_redirect_led_to_belongs_to_the_url_that_was_announced(
    resources: Resources,
) -> None:
    keep(resources, "hotel", page("hotel", more="<h2 class=real>Hotel at last</h2>"))
    final = Page(
        url=url_of("short"),
        final_url=url_of("hotel"),
        status=200,
        content_type="text/html",
        content=page("hotel", more="<h2 class=real>Hotel at last</h2>"),
        fetched_at=STARTED,
    )
    link = Link(url=url_of("short"), source="example", found_by=FoundBy.FEED)
    extracted = extract(final, link=link, first_seen=STARTED)
    assert isinstance(extracted, Article)
    printed = fingerprint(extracted.body, title=extracted.title)
    resources.stores.fingerprints.claim(url_id(url_of("short")), extracted, printed)
    resources.index.put([enrich(extracted, None)])
    end(resources, "short", Indexed(article=extracted.id))
    _, told = run(change_the_rules(resources))
    assert told["hotel"].effect is Effect.CHANGED
    assert told["hotel"].fields["title"][1] == "Hotel at last"
