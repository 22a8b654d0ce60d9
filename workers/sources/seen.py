"""Which of a sitemap's entries without a date are new: only memory can tell."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.logging import LogFields
from pipeline.records import Link
from pipeline.urls import UrlId, url_id
from workers.resources import Resources

log = logging.getLogger("newsloom.polling")


@dataclass(frozen=True, slots=True)
class UnseenLinks:
    """What one poll found without a date.

    Attributes:
        links: new since the last poll of their document, as many as may be taken at once.
        waiting: the documents of which others that are new have to wait.
        seen: of each document that was read, the ids of the entries that are not new at the next
            poll.
    """

    links: Sequence[Link]
    waiting: frozenset[str]
    seen: Mapping[str, Sequence[UrlId]]


def unseen_among(
    resources: Resources, source: str, undated: Sequence[Link], documents: Sequence[str]
) -> UnseenLinks:
    """Which entries without a date are new. At the first poll of a document none of them is.

    Args:
        resources: of this process.
        source: its id.
        undated: the entries, each found in one of the documents.
        documents: all that were read, with or without such entries.
    """
    seen_set, most = resources.stores.seen, resources.settings.max_entries
    by_document = _by_document(undated)
    known = _read_before(resources, source, documents)
    comparable: dict[UrlId, Link] = {}
    for document in known:
        comparable.update(by_document[document])
    fresh = [UrlId(one) for one in seen_set.new(source, comparable)] if comparable else []
    later = frozenset(fresh[most:])
    _log_left_out(source, waiting=len(later), remembered=len(undated) - len(comparable))
    waiting = {name for name in known if not later.isdisjoint(by_document[name])}
    seen = {name: [one for one in by_document[name] if one not in later] for name in documents}
    return UnseenLinks(
        links=[comparable[each] for each in fresh[:most]], waiting=frozenset(waiting), seen=seen
    )


def _by_document(links: Sequence[Link]) -> Mapping[str | None, Mapping[UrlId, Link]]:
    """Links by the document each was found in; a document without any has none."""
    by_document: dict[str | None, dict[UrlId, Link]] = defaultdict(dict)
    for link in links:
        by_document[link.found_in][url_id(link.url)] = link
    return by_document


def _read_before(resources: Resources, source: str, documents: Sequence[str]) -> list[str]:
    were_read = resources.stores.seen.known(source, documents)
    return [name for name, was_read in zip(documents, were_read, strict=True) if was_read]


def _log_left_out(source: str, *, waiting: int, remembered: int) -> None:
    if waiting:
        log.warning(
            "%s: %d entries without a date wait for the next look",
            source,
            waiting,
            extra=LogFields(event="entries_wait", source=source),
        )
    if remembered:
        log.warning(
            "%s: %d entries without a date are remembered, not fetched",
            source,
            remembered,
            extra=LogFields(event="entries_remembered", source=source),
        )


def remember(resources: Resources, source: str, unseen: UnseenLinks) -> None:
    """Keep what a poll found, once its links are taken in: should that fail, they are still new."""
    for document, ids in unseen.seen.items():
        if forgotten := resources.stores.seen.remember(source, document, ids):
            log.warning(
                "%s: %d sitemaps have to be forgotten, since all entries without a date are more"
                " than can be remembered; what is new in them is not noticed",
                source,
                forgotten,
                extra=LogFields(event="sitemaps_forgotten", source=source),
            )
