"""Copies a month's index into another one while people write to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.records import EnrichedArticle
from storage.elasticsearch.bulk import Action, send
from storage.elasticsearch.reading import hits, search
from storage.elasticsearch.writing import document
from storage.index import IndexUnavailable, Rebuilt
from storage.rebuilding import catch_up

_PAGE = 500
"""Documents read at once."""

_KEPT_ALIVE = "5m"
Shards = Mapping[str, int]
"""By shard, the sequence number up to which everything is copied."""


def fill(
    client: Elasticsearch, source: str, target: str, progress: Callable[[int], None]
) -> Rebuilt:
    """Copy everything; on return ``source`` takes no writes, and both have the same articles.

    Args:
        client: whose user may block the index for writing.
        source: an index that others write to.
        target: one that nobody else writes to.
        progress: called with the number of articles copied so far.

    Raises:
        IndexUnavailable: the target does not take an article, or the source cannot be blocked.
    """
    done = _checkpoints(client, source)

    def copy_changes() -> int:
        nonlocal done
        done, found = _copy_since(client, source, target, done)
        return found

    copied = 0
    for page in _pages(client, source):
        _write(client, target, page)
        copied += len(page)
        progress(copied)
    changed = catch_up(copy_changes)
    _block(client, source)
    changed += copy_changes()
    _remove_what_is_gone(client, source, target)
    return Rebuilt(articles=copied, changed=changed)


def _checkpoints(client: Elasticsearch, index: str) -> Shards:
    """What each shard has done. It is refreshed, so that searches find it."""
    answer = client.indices.stats(index=index, level="shards", metric="docs")
    of_shards = answer["indices"][index]["shards"].items()
    done = {
        shard: min(int(copy["seq_no"]["local_checkpoint"]) for copy in copies)
        for shard, copies in of_shards
    }
    client.indices.refresh(index=index)
    return done


def _pages(
    client: Elasticsearch, index: str, *, content: bool = True
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """All documents as they are now, a page at a time."""
    point = client.open_point_in_time(index=index, keep_alive=_KEPT_ALIVE)["id"]
    try:
        after: list[Any] | None = None
        while True:
            answer = client.search(
                pit={"id": point, "keep_alive": _KEPT_ALIVE},
                sort=["_shard_doc"],
                size=_PAGE,
                search_after=after,
                source=content,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
            found = hits(dict(answer))
            if not found:
                return
            yield found
            after = found[-1]["sort"]
    finally:
        client.close_point_in_time(id=point)


def _copy_since(
    client: Elasticsearch, source: str, target: str, done: Shards
) -> tuple[Shards, int]:
    """Copy what was written since; up to where that is, and how many documents it was."""
    until, found = _checkpoints(client, source), 0
    for shard, last in done.items():
        for page in _written_since(client, source, shard, last):
            _write(client, target, page)
            found += len(page)
    return until, found


def _written_since(
    client: Elasticsearch, index: str, shard: str, last: int
) -> Iterator[Sequence[Mapping[str, Any]]]:
    after = last
    while True:
        answer = search(
            client,
            index,
            preference=f"_shards:{shard}",
            query={"range": {"_seq_no": {"gt": after}}},
            sort=[{"_seq_no": "asc"}],
            size=_PAGE,
        )
        page = hits(answer)
        if not page:
            return
        yield page
        after = int(page[-1]["sort"][0])


def _write(client: Elasticsearch, target: str, page: Sequence[Mapping[str, Any]]) -> None:
    """Only the rebuild writes there: what comes later is the later one."""
    _do(
        client,
        [
            {
                "_op_type": "index",
                "_index": target,
                "_id": hit["_id"],
                "_source": document(EnrichedArticle.model_validate(hit["_source"])),
            }
            for hit in page
        ],
    )


def _do(client: Elasticsearch, actions: Sequence[Action]) -> None:
    for key, answer in send(client, actions, refresh=False).items():
        if not answer.done:
            raise IndexUnavailable(
                f"the new index does not take the article {key}: {answer.error};"
                " the old index stays in use"
            )


def _block(client: Elasticsearch, index: str) -> None:
    """No write is under way on return."""
    answer = client.indices.add_block(index=index, block="write")
    if not answer["shards_acknowledged"]:
        raise IndexUnavailable(f"Elasticsearch could not block {index} for writing in time")


def _remove_what_is_gone(client: Elasticsearch, source: str, target: str) -> None:
    """Newsloom removes whole months only; whoever removes single documents is followed too."""
    client.indices.refresh(index=target)
    if _count(client, target) == _count(client, source):
        return
    for page in _pages(client, target, content=False):
        ids = [hit["_id"] for hit in page]
        answer = search(client, source, query={"ids": {"values": ids}}, size=len(ids), source=False)
        gone = set(ids) - {hit["_id"] for hit in hits(answer)}
        _do(client, [{"_op_type": "delete", "_index": target, "_id": key} for key in gone])
    client.indices.refresh(index=target)


def _count(client: Elasticsearch, index: str) -> int:
    return int(client.count(index=index)["count"])
