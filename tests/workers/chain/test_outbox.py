"""Changes in families of copies reach the index, also those that came while it was written to."""

from datetime import UTC, datetime, timedelta

from pipeline.deduplicate import fingerprint
from pipeline.enrich import enrich
from pipeline.records import Article, CopyOf, EnrichedArticle, Evidence
from pipeline.urls import Url, url_id
from storage.index import Stale, Stored
from workers.chain.outbox import enqueue_changes, flush
from workers.resources import Resources

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
BODY = " ".join(f"The harbour council met in room {number} and agreed." for number in range(40))


def article(path: str, *, hours: int) -> Article:
    url = Url(f"http://{path}.example/1")
    at = NOW + timedelta(hours=hours)
    return Article.model_validate(
        {
            "id": url_id(url),
            "url": url,
            "canonical_url": url,
            "source": path,
            "host": url.host,
            "title": "The council agrees",
            "body": BODY,
            "published": at,
            "published_evidence": (Evidence(provenance="json-ld", value=at),),
            "first_seen": at,
            "fetched_at": at,
        }
    )


def indexed(resources: Resources, one: Article, copy_of: CopyOf | None) -> EnrichedArticle:
    enriched = enrich(one, copy_of)
    resources.index.put([enriched])
    return enriched


def claim(resources: Resources, one: Article) -> CopyOf | None:
    printed = fingerprint(one.body, title=one.title, agency=one.agency)
    found = resources.stores.fingerprints.claim(one.id, one, printed)
    return found if isinstance(found, CopyOf) else None


def test_an_earlier_copy_that_comes_late_becomes_the_original_in_the_index(
    resources: Resources,
) -> None:
    late = article("late", hours=5)
    indexed(resources, late, claim(resources, late))
    early = article("early", hours=0)
    indexed(resources, early, claim(resources, early))

    assert flush(resources) >= 1

    marked = resources.index.get(late.id)
    original = resources.index.get(early.id)
    assert marked is not None
    assert marked.duplicate_of is not None
    assert marked.duplicate_of.article == early.id
    assert original is not None
    assert original.duplicate_of is None
    assert flush(resources) == 0


def test_a_change_that_came_before_the_write_is_found_after_it(resources: Resources) -> None:
    late = article("late", hours=5)
    on_its_way = enrich(late, claim(resources, late))
    early = article("early", hours=0)
    indexed(resources, early, claim(resources, early))
    flush(resources)  # finds nothing of the late one to mark
    [written] = resources.index.put([on_its_way])
    assert isinstance(written, Stored)

    enqueue_changes(resources, [on_its_way], [written])
    flush(resources)

    marked = resources.index.get(late.id)
    assert marked is not None
    assert marked.duplicate_of is not None
    assert marked.duplicate_of.article == early.id


def test_an_article_whose_family_did_not_change_is_not_written_again(resources: Resources) -> None:
    only = article("only", hours=0)
    enriched = indexed(resources, only, claim(resources, only))
    enqueue_changes(resources, [enriched], [Stored()])
    assert flush(resources) == 0
    enqueue_changes(resources, [enriched], [Stale()])
    assert flush(resources) == 1
