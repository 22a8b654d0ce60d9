"""Writes a batch and turns Elasticsearch's answer for each item into a verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from pipeline.records import EnrichedArticle
from storage.documents import cleaned, version
from storage.elasticsearch.errors import unavailable
from storage.index import Postponed, Refused, Stale, Stored, Verdict

_CREATED_OR_UPDATED = range(200, 300)
_CONFLICT = 409
_NOT_FOR_US = frozenset({400, 413})
"""Statuses that blame the document: malformed, too large."""

_BUSY = (429, 502, 503, 504)
_BULK: dict[str, Any] = {
    "chunk_size": 500,
    "max_chunk_bytes": 10_000_000,
    "raise_on_error": False,
    "raise_on_exception": False,
    "max_retries": 3,
    "initial_backoff": 0.2,
    "max_backoff": 2.0,
    "retry_on_status": _BUSY,
    # Searchable on return. "wait_for" would add up to the refresh interval of one second to each batch, and batches are
    # few: they grow under load, so that there are no more refreshes when there are more articles.
    "refresh": True,
}


def write(client: Elasticsearch, articles: Sequence[EnrichedArticle], indices: Mapping[str, str]) -> dict[str, Verdict]:
    """Write articles of different ids, each to its index; the verdict by id.

    Raises:
        IndexUnavailable: Elasticsearch cannot be reached, or refuses whole requests for reasons that pass.
    """
    verdicts: dict[str, Verdict] = {}
    actions = (_action(article, indices[article.id]) for article in articles)
    failed: dict[str, ApiError] = {}
    for _, answer in streaming_bulk(client, actions, **_BULK):
        item = answer["index"]
        if isinstance(item.get("exception"), ApiError):
            failed[item["_id"]] = item["exception"]
        else:
            verdicts[item["_id"]] = _verdict(item)
    return verdicts | _one_by_one(client, articles, indices, failed)


def _one_by_one(
    client: Elasticsearch,
    articles: Sequence[EnrichedArticle],
    indices: Mapping[str, str],
    failed: Mapping[str, ApiError],
) -> dict[str, Verdict]:
    """Some documents make Elasticsearch refuse the whole request that has them; their neighbours must not suffer."""
    for error in failed.values():
        if error.status_code not in _NOT_FOR_US:
            raise unavailable(error)
    again = [article for article in articles if article.id in failed]
    if len(articles) == 1:
        return {article.id: Refused(str(failed[article.id])) for article in again}
    return {key: verdict for article in again for key, verdict in write(client, [article], indices).items()}


def _action(article: EnrichedArticle, index: str) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_index": index,
        "_id": article.id,
        "version": version(article),
        "version_type": "external",
        "_source": cleaned(article).model_dump(mode="json"),
    }


def _verdict(item: Mapping[str, Any]) -> Verdict:
    status = int(item["status"])
    if status in _CREATED_OR_UPDATED:
        return Stored()
    if status == _CONFLICT:
        return Stale()
    error = _sentence(item.get("error"))
    return Refused(error) if status in _NOT_FOR_US else Postponed(error)


def _sentence(error: object) -> str:
    """Elasticsearch's error with its cause, which is where the field and the value are named."""
    if not isinstance(error, Mapping):
        return str(error)
    text = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    return f"{text}; {_sentence(cause)}" if cause else text
