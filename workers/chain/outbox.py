"""Keeps the index true to the families of copies: verdicts change after articles were indexed.

An earlier copy arrives late and becomes the first publisher, or an operator regroups a family. The
change and the note that the index must hear of it are one step in Redis, so a crash loses neither.
"""

from collections.abc import Mapping, Sequence

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from storage.index import Stale, Stored, Verdict
from storage.redis.fingerprints import from_json
from workers.resources import Resources

_AT_ONCE = 500


def enqueue_changes(
    resources: Resources, articles: Sequence[EnrichedArticle], written: Sequence[Verdict]
) -> None:
    """After a write, find articles whose family changed while they were on their way, and note them.

    A change that came before the write found nothing to mark in the index; this finds it.
    """
    prints = resources.stores.fingerprints
    there = [
        (a, v) for a, v in zip(articles, written, strict=True) if isinstance(v, Stored | Stale)
    ]
    truth = prints.verdicts([article.id for article, _ in there])
    prints.enqueue_changes(
        {
            article.id: truth[article.id]
            for article, verdict in there
            if article.id in truth
            and (isinstance(verdict, Stale) or truth[article.id] != article.duplicate_of)
        }
    )


def flush(resources: Resources) -> int:
    """Write noted verdicts into the index; how many. Safe from several processes at once.

    Raises:
        IndexUnavailable: they stay noted.
    """
    prints, told = resources.stores.fingerprints, 0
    while changes := prints.pending_changes(_AT_ONCE):
        verdicts = {article: from_json(verdict) for article, verdict in changes.items()}
        resources.index.mark(verdicts)
        prints.drop_changes(changes)
        # Somebody else may have told newer ones before.
        prints.enqueue_changes(_differing(prints.verdicts(verdicts), verdicts))
        told += len(verdicts)
    return told


def _differing(
    truth: Mapping[UrlId, CopyOf | None], told: Mapping[UrlId, CopyOf | None]
) -> dict[UrlId, CopyOf | None]:
    return {article: verdict for article, verdict in truth.items() if verdict != told[article]}
