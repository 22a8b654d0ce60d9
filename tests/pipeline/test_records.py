"""The records that travel through the pipeline."""

from datetime import UTC, datetime

from pipeline.records import Article, Evidence, FoundBy, Link
from pipeline.urls import Url

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EARLIER = datetime(2026, 11, 23, tzinfo=UTC)


def link(**changes: object) -> Link:
    fields = {"url": Url("https://a.example/1"), "source": "a", "found_by": FoundBy.FEED}
    return Link.model_validate({**fields, **changes})


def test_a_link_changed_when_it_was_modified_else_published() -> None:
    assert link().changed is None
    assert link(published=EARLIER).changed == EARLIER
    assert link(published=EARLIER, modified=NOW).changed == NOW


def test_a_link_survives_json() -> None:
    full = link(found_in="https://a.example/feed", title="x", published=NOW, language="en")
    assert Link.model_validate_json(full.model_dump_json()) == full


def test_provenance_is_called_witness_in_json() -> None:
    evidence = Evidence(provenance="meta", value=NOW)
    assert evidence.model_dump(mode="json")["witness"] == "meta"
    assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence
    article = Article.model_validate(
        {
            "id": "1",
            "url": "https://a.example/1",
            "canonical_url": "https://a.example/1",
            "source": "a",
            "host": "a.example",
            "title": "x",
            "body": "y",
            "published_evidence": [{"witness": "meta", "value": NOW}],
            "first_seen": NOW,
            "fetched_at": NOW,
        }
    )
    assert article.published_evidence == (evidence,)
    assert '"published_evidence":[{"witness":"meta",' in article.model_dump_json()
