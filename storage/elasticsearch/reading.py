"""Asks one of the aliases."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import AuthorizationException, Elasticsearch, NotFoundError

from storage.elasticsearch.errors import patiently
from storage.elasticsearch.template import VERSION, is_current
from storage.index import IndexIncompatible, IndexSystem

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


def check_version(client: Elasticsearch, alias: str) -> None:
    """Look whether another version of Newsloom wrote an index.

    Raises:
        IndexIncompatible: it did.
    """
    try:
        names = sorted(client.indices.get_alias(name=alias))
    except NotFoundError:
        return  # no month yet
    except AuthorizationException:
        return  # a key for writing only; whoever upgrades has one that may look
    for name in names:
        if not is_current(alias, name):
            raise IndexIncompatible(
                f"The index {name} in Elasticsearch was written by another version of Newsloom; "
                f"this one writes {alias}-v{VERSION}-*. "
                "`newsloom index rebuild` makes them anew while people search."
            )


def about(client: Elasticsearch, alias: str) -> IndexSystem:
    """Its version, and whether shards of the alias are missing, where the key may look."""
    number = client.info()["version"]["number"]
    name = f"Elasticsearch {number}"
    try:
        answer = client.cluster.health(index=f"{alias}-v*", level="indices")
    except AuthorizationException:  # a key for less
        return IndexSystem(name)
    red = sorted(each for each, health in answer["indices"].items() if health["status"] == "red")
    if not red:
        return IndexSystem(name)
    return IndexSystem(
        name,
        f"shards of {len(red)} indices in Elasticsearch are missing, such as of {red[0]}:"
        " `GET _cluster/allocation/explain` says why",
    )
