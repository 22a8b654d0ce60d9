"""Builds the months' indices anew, each beside the one in use, and swaps them.

A month is built anew in four steps: copy what the index in use has; copy again what was written
meanwhile, by the sequence numbers of its shards; block the index for writing and do so a last time;
swap both in one change of the aliases. The month's usual name becomes an alias of the new index, so
that whoever creates an article there meets those that exist.

A writer may have read an article before the swap and write it afterwards, under the sequence number
and primary term that it has read. The new index therefore begins with a higher primary term than
the old one has: such a write is a conflict and the writer reads again. Elasticsearch raises the
term when an index is closed and opened.
"""

import contextlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from elasticsearch import Elasticsearch, NotFoundError

from storage.elasticsearch import template
from storage.elasticsearch.indices import put_templates
from storage.elasticsearch.rebuilding.copying import fill
from storage.index import Rebuilt

_MONTH = re.compile(r"-v\d+(?:r(\d+))?-(\d{4}\.\d{2})$")


@dataclass(frozen=True, slots=True)
class _Month:
    """The index in use, the one that takes its place, and the month's usual name."""

    source: str
    target: str
    usual: str


def rebuild(
    client: Elasticsearch, name: str, shards: int, progress: Callable[[int], None]
) -> Rebuilt:
    """Build every month of ``name`` anew, one after the other, and delete the old indices.

    One rebuild at a time; the caller sees to that.

    Args:
        client: whose user has ``manage`` on the indices and ``monitor`` on the cluster.
        name: of the alias.
        shards: primary shards of each new index.
        progress: called with the number of articles copied so far.

    Raises:
        IndexUnavailable: Elasticsearch fails, or does not take an article. The months that are
            done stay, and the others are in use as they were.
    """
    put_templates(client, name, shards)
    in_use = sorted(_in_use(client, name))
    _clean_up(client, name, in_use)
    copied = changed = 0
    for source in in_use:
        month = _month(name, source)
        if month is None:
            continue
        done = _rebuild_month(client, name, shards, month, _from(copied, progress))
        copied += done.articles
        changed += done.changed
    return Rebuilt(articles=copied, changed=changed)


def _from(before: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    return lambda copied: progress(before + copied)


def _in_use(client: Elasticsearch, name: str) -> list[str]:
    try:
        return list(client.indices.get_alias(name=name))
    except NotFoundError:
        return []


def _month(name: str, source: str) -> _Month | None:
    """None for an index that somebody else has put behind the alias."""
    found = _MONTH.search(source)
    if found is None:
        return None
    number, month = int(found[1] or 0) + 1, found[2]
    return _Month(
        source=source,
        target=f"{name}-v{template.VERSION}r{number}-{month}",
        usual=f"{name}-v{template.VERSION}-{month}",
    )


def _clean_up(client: Elasticsearch, name: str, in_use: Collection[str]) -> None:
    """Remove what a rebuild has left that was killed, and let its months be written again."""
    there = client.indices.get(index=template.rebuilt_pattern(name), features="aliases")
    left = set(there) - set(in_use)
    for source in in_use:
        month = _month(name, source)
        if month and month.target in left:
            _unblock(client, source)
    for target in left:
        client.indices.delete(index=target, ignore_unavailable=True)


def _unblock(client: Elasticsearch, index: str) -> None:
    with contextlib.suppress(NotFoundError):
        client.indices.put_settings(index=index, settings={"index.blocks.write": None})


def _rebuild_month(
    client: Elasticsearch,
    name: str,
    shards: int,
    month: _Month,
    progress: Callable[[int], None],
) -> Rebuilt:
    """Nothing is tidied when the swap fails: without an answer it may have been done."""
    try:
        _create(client, name, shards, month)
        done = fill(client, month.source, month.target, progress)
    except BaseException as error:
        # The target last: it is the sign that the source may be blocked.
        _unblock(client, month.source)
        client.indices.delete(index=month.target, ignore_unavailable=True)
        is_missing = isinstance(error, NotFoundError)
        if is_missing and not client.indices.exists(index=month.source):
            return Rebuilt(articles=0, changed=0)  # removed meanwhile, by retention
        raise
    _swap(client, name, month)
    return done


def _create(client: Elasticsearch, name: str, shards: int, month: _Month) -> None:
    """The new index, empty, behind no alias, and with a higher primary term than the old one."""
    built = template.build(name, shards)["template"]
    client.indices.create(
        index=month.target, settings=built["settings"], mappings=built["mappings"]
    )
    while _primary_term(client, month.target, min) <= _primary_term(client, month.source, max):
        client.indices.close(index=month.target)
        client.indices.open(index=month.target, wait_for_active_shards="1")


def _primary_term(client: Elasticsearch, index: str, choose: Callable[[Sequence[int]], int]) -> int:
    path = "metadata.indices.*.primary_terms"
    answer = client.cluster.state(metric="metadata", index=index, filter_path=path)
    return choose(list(answer["metadata"]["indices"][index]["primary_terms"].values()))


def _swap(client: Elasticsearch, name: str, month: _Month) -> None:
    client.indices.update_aliases(
        actions=[
            {"remove_index": {"index": month.source}},
            {"add": {"index": month.target, "alias": name}},
            {"add": {"index": month.target, "alias": month.usual}},
        ]
    )
