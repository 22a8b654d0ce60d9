"""Asks one of the aliases."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from storage.elasticsearch.errors import patiently

_BLOCKS = ("read_only_allow_delete", "read_only", "write")


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


def blocked(client: Elasticsearch, alias: str) -> str | None:
    """That indices cannot be written, as a sentence; None when all can."""
    answer = client.indices.get_settings(
        index=f"{alias}-v*", name="index.blocks.*", flat_settings=True
    )
    names = sorted(
        name
        for name, given in answer.items()
        if any(given["settings"].get(f"index.blocks.{block}") == "true" for block in _BLOCKS)
    )
    if not names:
        return None
    return (
        f"Elasticsearch has blocked {len(names)} indices for writing, such as {names[0]}: its disk"
        " is full, or somebody did so; make room there, or lift index.blocks of these"
    )
