"""The outbox of duplicate updates: which articles are copies may change after they were indexed.

An earlier copy arrives late and becomes the first publisher, or an operator regroups a family. The
change and the note that the index must be updated are one step in Redis, so a crash loses neither
(the transactional outbox pattern).
"""

from collections.abc import Sequence

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from storage.index import Stale, Stored, Verdict
from storage.redis.fingerprints import from_json
from workers.resources import Resources

_AT_ONCE = 500


def enqueue_changes(
    resources: Resources, articles: Sequence[EnrichedArticle], written: Sequence[Verdict]
) -> None:
    """After a write, note the articles whose family changed while they were on their way.

    A change that came before the write found nothing to mark in the index; this finds it.
    """
    fingerprints = resources.stores.fingerprints
    in_index = [
        (article, outcome)
        for article, outcome in zip(articles, written, strict=True)
        if isinstance(outcome, Stored | Stale)
    ]
    truth = fingerprints.verdicts([article.id for article, _ in in_index])
    changed: dict[UrlId, CopyOf | None] = {}
    for article, outcome in in_index:
        if article.id not in truth:
            continue
        if isinstance(outcome, Stale) or truth[article.id] != article.duplicate_of:
            changed[article.id] = truth[article.id]
    fingerprints.enqueue_changes(changed)


def flush(resources: Resources) -> int:
    """Write noted changes into the index; how many. Safe from several processes at once.

    Raises:
        IndexUnavailable: they stay noted.
    """
    fingerprints, written = resources.stores.fingerprints, 0
    while changes := fingerprints.pending_changes(_AT_ONCE):
        marks = {article: from_json(mark) for article, mark in changes.items()}
        resources.index.mark(marks)
        fingerprints.drop_changes(changes)
        # Another process may have written newer ones before.
        truth = fingerprints.verdicts(marks)
        differing = {article: mark for article, mark in truth.items() if mark != marks[article]}
        fingerprints.enqueue_changes(differing)
        written += len(marks)
    return written
