"""Asks one of the aliases."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from storage.elasticsearch.errors import patiently


def search(client: Elasticsearch, alias: str, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the client's own
    """An answer over all months; an empty one before the first article."""
    answer = patiently(
        lambda: client.search(
            index=alias, ignore_unavailable=True, allow_partial_search_results=False, **request
        )
    )
    return dict(answer)


def hits(answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The documents found."""
    found: Sequence[Mapping[str, Any]] = answer["hits"]["hits"]
    return found
