"""Defects that the soak must find. Each takes one promise away.

A soak that passes with one of these proves nothing.
"""

from collections.abc import Callable, Mapping, Sequence

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import Stored, Verdict
from storage.ledger_archive.archive import ArchivedEntry
from storage.ledger_archive.elasticsearch import ElasticsearchLedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.redis import connection
from storage.redis.frontier import Frontier
from storage.tantivy.index import TantivyIndex
from workers.chain import dispatch

_HELD = 'if redis.call("SREM", members, one.id) == 1 then'


def no_fencing() -> None:
    """A stage goes on without the lease, and writes outcomes of URLs that it does not hold."""
    advance, source = Frontier.advance, connection.script_source

    def always(frontier: Frontier, batch: str, stage: int, name: str) -> bool:
        advance(frontier, batch, stage, name)
        return True

    def unfenced(name: str) -> str:
        text = source(name)
        if name != "frontier/finish":
            return text
        if _HELD not in text:
            raise ValueError("finish.lua has no check of the lease any more; adapt the mutation")
        return text.replace(_HELD, f"{_HELD.removesuffix('then')} or true then")

    vars(connection)["script_source"] = unfenced
    setattr(Frontier, "advance", always)  # noqa: B010 - a method of another shape for mypy


def no_reaper() -> None:
    """Expired leases are never taken back."""
    dispatch.reap = lambda *_: 0


def indexed_before_durable() -> None:
    """An article is called indexed when its batch is in memory; the next batch writes it."""
    for kind in (TantivyIndex, ElasticsearchIndex):
        put = kind.put
        held: list[EnrichedArticle] = []

        def early(
            index: TantivyIndex | ElasticsearchIndex,
            articles: Sequence[EnrichedArticle],
            put: Callable[..., list[Verdict]] = put,
            held: list[EnrichedArticle] = held,
        ) -> list[Verdict]:
            waiting = [*held]
            held[:] = articles
            if waiting:
                put(index, waiting)
            return [Stored() for _ in articles]

        setattr(kind, "put", early)  # noqa: B010 - as above


def compacted_before_durable() -> None:
    """An ended entry is replaced when it is in memory; the next batch archives it."""
    for kind in (SqliteLedgerArchive, ElasticsearchLedgerArchive):
        put = kind.put
        held: list[ArchivedEntry] = []

        def early(
            archive: SqliteLedgerArchive | ElasticsearchLedgerArchive,
            entries: Sequence[ArchivedEntry],
            put: Callable[..., set[UrlId]] = put,
            held: list[ArchivedEntry] = held,
        ) -> set[UrlId]:
            waiting = [*held]
            held[:] = entries
            if waiting:
                put(archive, waiting)
            return {entry.url_id for entry in entries}

        setattr(kind, "put", early)  # noqa: B010 - as above


MUTATIONS: Mapping[str, Callable[[], None]] = {
    "no-fencing": no_fencing,
    "no-reaper": no_reaper,
    "indexed-before-durable": indexed_before_durable,
    "compacted-before-durable": compacted_before_durable,
}
