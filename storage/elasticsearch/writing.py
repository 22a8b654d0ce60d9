"""Writes articles and marks: read what is there, decide, write if it still is there.

The last step is Elasticsearch's optimistic concurrency control: a new article is created, one that
is there is replaced under the sequence number that was read, and whoever comes second reads again.
External versions would order the versions of an article as well, but could not tell which of them
was replaced (two workers might both keep the first and lose the second), and a partial update
counts them up.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from storage.documents import Replacement, replacement
from storage.elasticsearch import template
from storage.elasticsearch import versions as history
from storage.elasticsearch.bulk import Action, BulkResult, send
from storage.elasticsearch.reading import hits, search
from storage.index import (
    DocumentPostponed,
    DocumentRefused,
    IndexUnavailable,
    Stale,
    Stored,
    Verdict,
)

_ATTEMPTS = 10
"""How often an article is read again that others write at the same time."""

_BLOCK = "index write (api)"
"""In the error of an index that a setting blocks for writing, and not its full disk."""

_BLOCK_PAUSE = 0.3
"""Seconds before an article is written again whose month takes no writes."""

_MOST_ASKED = 1000
"""Articles asked for by one request."""

_NO_ARTICLE = "(no article)"
"""No article has this id."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An article that is there, and what its next write must find unchanged."""

    index: str
    article: EnrichedArticle
    unchanged: Mapping[str, int]


def put(
    client: Elasticsearch, name: str, versions: Mapping[UrlId, Sequence[EnrichedArticle]]
) -> dict[UrlId, Verdict]:
    """Write the latest of each article's versions, given by id in the order they were fetched.

    Returns:
        The verdicts by id.

    Raises:
        IndexUnavailable: it takes no article at all.
    """
    verdicts: dict[UrlId, Verdict] = {}
    waiting = dict(versions)
    for attempt in range(_ATTEMPTS):
        if attempt:
            client.indices.refresh(index=name)  # shows what the others have written
        answers = _put_once(client, name, waiting)
        verdicts |= {key: verdict for key, verdict in answers.items() if verdict is not None}
        waiting = {key: waiting[key] for key in _to_repeat(answers)}
        if not waiting:
            break
    written_by_others = DocumentPostponed("others are writing it at the same time")
    verdicts = {**dict.fromkeys(waiting, written_by_others), **verdicts}
    _check_outage(client, name, list(verdicts.values()))
    return verdicts


def _to_repeat(answers: Mapping[UrlId, Verdict | None]) -> list[UrlId]:
    """The articles to be written again; after a pause when their month takes no writes."""
    if any(map(_is_blocked, answers.values())):
        time.sleep(_BLOCK_PAUSE)
    return [key for key, verdict in answers.items() if verdict is None or _is_blocked(verdict)]


def _is_blocked(verdict: Verdict | None) -> bool:
    """Whether the month takes no writes, as for a moment at the end of a rebuild."""
    return isinstance(verdict, DocumentPostponed) and _BLOCK in verdict.error


def _check_outage(client: Elasticsearch, name: str, verdicts: Sequence[Verdict]) -> None:
    """Tell an index that takes no article from one that postpones some.

    Raises:
        IndexUnavailable: all were postponed, and so would others be.
    """
    postponed = [verdict for verdict in verdicts if isinstance(verdict, DocumentPostponed)]
    if postponed and len(postponed) == len(verdicts) and not _takes_new(client, name):
        raise IndexUnavailable(f"Elasticsearch takes no articles: {postponed[0].error}")


def _takes_new(client: Elasticsearch, name: str) -> bool:
    """Whether the newest month can be written, which is where new articles go.

    An update of an article that is not there changes nothing. A month that can be written answers
    that the article is missing.
    """
    by_month = [{"first_seen": {"order": "desc", "unmapped_type": "date"}}]
    newest = hits(search(client, name, size=1, sort=by_month, source=False))
    if not newest:
        return False
    update = {"_op_type": "update", "_index": newest[0]["_index"], "_id": _NO_ARTICLE, "doc": {}}
    return send(client, [update])[_NO_ARTICLE].missing


def known(client: Elasticsearch, name: str, ids: Collection[UrlId]) -> set[UrlId]:
    """See ``Index.known``."""
    return {UrlId(hit["_id"]) for hit in _find(client, name, ids, source=False)}


def mark(client: Elasticsearch, name: str, verdicts: Mapping[UrlId, CopyOf | None]) -> set[UrlId]:
    """See ``Index.mark``."""
    found: set[UrlId] = set()
    waiting = dict(verdicts)
    for attempt in range(_ATTEMPTS):
        if attempt:
            client.indices.refresh(index=name)  # shows what the others have written
        known = [_known(hit) for hit in _find(client, name, waiting, seq_no_primary_term=True)]
        found |= {each.article.id for each in known}
        again = _mark_once(client, known, waiting)
        if not again:
            return found
        waiting = {key: waiting[key] for key in again}
    raise IndexUnavailable("Elasticsearch could not mark an article: others are writing it")


def _mark_once(
    client: Elasticsearch, known: Sequence[_Known], verdicts: Mapping[UrlId, CopyOf | None]
) -> list[UrlId]:
    """Write the marks that differ; the ids of articles that somebody else has written since."""
    actions = [
        _marking(each, verdicts[each.article.id])
        for each in known
        if each.article.duplicate_of != verdicts[each.article.id]
    ]
    answers = send(client, actions) if actions else {}
    for answer in answers.values():
        if not (answer.done or answer.conflict):
            raise IndexUnavailable(f"Elasticsearch could not mark an article: {answer.error}")
    return [UrlId(key) for key, answer in answers.items() if answer.conflict]


def _put_once(
    client: Elasticsearch, name: str, versions: Mapping[UrlId, Sequence[EnrichedArticle]]
) -> dict[UrlId, Verdict | None]:
    """A verdict for each article; None for one that somebody else has written in between."""
    found = _find(client, name, versions, seq_no_primary_term=True)
    known = {hit["_id"]: _known(hit) for hit in found}
    wanted: dict[UrlId, Replacement] = {}
    verdicts: dict[UrlId, Verdict | None] = {}
    for key, each in versions.items():
        replaced = replacement(known[key].article if key in known else None, each)
        if replaced is None:
            verdicts[key] = Stale()
        else:
            wanted[key] = replaced
    # First, so that a crash between the two loses nothing; what is kept too early is passed over.
    postponed = _keep_older(client, name, wanted.values())
    actions = [
        _action(name, each, known.get(key)) for key, each in wanted.items() if key not in postponed
    ]
    answers = send(client, actions) if actions else {}
    return {
        **verdicts,
        **postponed,
        **{UrlId(key): _verdict(each) for key, each in answers.items()},
    }


def _keep_older(
    client: Elasticsearch, name: str, wanted: Iterable[Replacement]
) -> dict[UrlId, DocumentPostponed]:
    """Keep the versions that are replaced; by article id, those that could not be."""
    older = [version for each in wanted for version in each.kept]
    failed = history.keep(client, name, older)
    return {
        UrlId(key): DocumentPostponed(f"its older version could not be kept: {answer.error}")
        for key, answer in failed.items()
    }


def _find(
    client: Elasticsearch,
    name: str,
    ids: Collection[str],
    **options: Any,  # noqa: ANN401 - the client's own
) -> Iterator[Mapping[str, Any]]:
    """The documents that are there."""
    wanted = list(ids)
    for start in range(0, len(wanted), _MOST_ASKED):
        some = wanted[start : start + _MOST_ASKED]
        yield from hits(
            search(client, name, query={"ids": {"values": some}}, size=len(some), **options)
        )


def _known(hit: Mapping[str, Any]) -> _Known:
    return _Known(
        index=hit["_index"],
        article=EnrichedArticle.model_validate(hit["_source"]),
        unchanged={"if_seq_no": hit["_seq_no"], "if_primary_term": hit["_primary_term"]},
    )


def _action(name: str, wanted: Replacement, known: _Known | None) -> Action:
    """A replaced article stays in its index.

    A new one goes to that of the month it was first seen.
    """
    article = wanted.article
    month = f"{name}-v{template.VERSION}-{article.first_seen.astimezone(UTC):%Y.%m}"
    return {
        "_op_type": "index" if known else "create",
        "_index": known.index if known else month,
        "_id": article.id,
        "_source": document(article),
        **(known.unchanged if known else {}),
    }


def _marking(known: _Known, copy_of: CopyOf | None) -> Action:
    """All of the article again: what is derived from it is not kept, and would be lost."""
    article = known.article.model_copy(update={"duplicate_of": copy_of})
    return {
        "_op_type": "index",
        "_index": known.index,
        "_id": article.id,
        "_source": document(article),
        **known.unchanged,
    }


def document(article: EnrichedArticle) -> dict[str, Any]:
    """An article as it is kept."""
    return article.model_dump(mode="json") | template.derived(article)


def _verdict(answer: BulkResult) -> Verdict | None:
    """None when somebody else has written the article since it was read."""
    if answer.conflict:
        return None
    if answer.done:
        return Stored()
    return DocumentRefused(answer.error) if answer.refused else DocumentPostponed(answer.error)
