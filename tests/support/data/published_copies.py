"""Articles of one story as the pipeline leaves them: in Redis, and in the index."""

from datetime import UTC, datetime, timedelta

from pipeline.deduplicate import fingerprint
from pipeline.records import CopyOf, EnrichedArticle, Evidence
from pipeline.urls import url_id
from storage.index import Stored
from tests.support.data.articles import article
from workers.chain.outbox import enqueue_changes, flush
from workers.resources import Resources

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
STORY = " ".join(f"word{number}" for number in range(120))


def publish(resources: Resources, name: str, hours: float, body: str = STORY) -> str:
    """An article as the deduplicate and index stages leave it; its id."""
    moment = NOON + timedelta(hours=hours)
    address = f"https://{name}.example/story"
    made = article(
        name,
        id=url_id(address),
        url=address,
        source=name,
        title=f"The story at {name}",
        body=body,
        published=moment,
        published_evidence=(Evidence(provenance="meta", value=moment),),
    )
    found = resources.stores.fingerprints.claim(
        made.id, made, fingerprint(made.body, title=made.title)
    )
    indexed = EnrichedArticle(
        **{**made.model_dump(), "duplicate_of": found if isinstance(found, CopyOf) else None}
    )
    written = resources.index.put([indexed])
    assert written == [Stored()]
    enqueue_changes(resources, [indexed], written)
    flush(resources)
    return made.id


def three_copies(resources: Resources) -> list[str]:
    """The ids of three articles of one story; the one published first came last."""
    return [
        publish(resources, "late", 2),
        publish(resources, "middle", 1, f"{STORY} end"),
        publish(resources, "early", 0),
    ]
