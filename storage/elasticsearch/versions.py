"""Older versions of articles, in indices of their own, so that no search meets them."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from hashlib import blake2b

from elasticsearch import Elasticsearch

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.elasticsearch import template
from storage.elasticsearch.bulk import Action, BulkResult, send
from storage.elasticsearch.reading import hits, search

_PAGE = 100


def keep(
    client: Elasticsearch, name: str, versions: Sequence[EnrichedArticle]
) -> dict[str, BulkResult]:
    """Add versions, each to the index of its article's month.

    One that is there already is written over.

    Returns:
        By article id, the answers for what could not be kept.
    """
    actions = {_id(each): _action(name, each) for each in versions}
    answers = send(client, list(actions.values())) if actions else {}
    return {each.id: answers[_id(each)] for each in versions if not answers[_id(each)].done}


def kept(client: Elasticsearch, name: str, article_id: UrlId) -> Iterator[EnrichedArticle]:
    """The versions kept of an article, the oldest first."""
    after: list[int] | None = None
    while True:
        answer = search(
            client,
            f"{name}-history",
            query={"term": {"article": article_id}},
            sort=[{"version": {"order": "asc", "unmapped_type": "integer"}}],
            size=_PAGE,
            search_after=after,
        )
        found = hits(answer)
        for hit in found:
            yield EnrichedArticle.model_validate(hit["_source"]["content"])
        if len(found) < _PAGE:
            return
        after = found[-1]["sort"]


def _id(version: EnrichedArticle) -> str:
    """From the article and the number.

    Hashed, as an article's id alone may be as long as Elasticsearch allows.
    """
    return blake2b(
        f"{version.version}:{version.id}".encode(errors="replace"), digest_size=16
    ).hexdigest()


def _action(name: str, version: EnrichedArticle) -> Action:
    month = f"{version.first_seen.astimezone(UTC):%Y.%m}"
    return {
        "_op_type": "index",
        "_index": f"{name}-history-v{template.HISTORY_VERSION}-{month}",
        "_id": _id(version),
        "_source": {
            "article": version.id,
            "version": version.version,
            "fetched_at": version.fetched_at.isoformat(),
            "content": version.model_dump(mode="json"),
        },
    }
