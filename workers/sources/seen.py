"""Which of a sitemap's entries without a date are new: only memory can tell."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import Link
from pipeline.urls import UrlId, url_id
from workers.resources import Resources

log = logging.getLogger("newsloom.polling")


@dataclass(frozen=True, slots=True)
class UnseenLinks:
    """What one look found without a date, judged.

    Attributes:
        links: new since the last look at their document, as many as may be taken at once.
        waiting: the documents of which others that are new have to wait.
        seen: of each document that was read, the ids of the entries that are not new at the next
            look.
    """

    links: Sequence[Link]
    waiting: frozenset[str]
    seen: Mapping[str, Sequence[UrlId]]


def unseen_among(
    resources: Resources, source: str, undated: Sequence[Link], documents: Sequence[str]
) -> UnseenLinks:
    """Judge the entries without a date. At the first look at a document none of its entries is new.

    Args:
        resources: of this process.
        source: its id.
        undated: the entries, each found in one of the documents.
        documents: all that were read, with or without such entries.
    """
    memory, most = resources.stores.seen, resources.settings.max_entries
    known = {
        document
        for document, there in zip(documents, memory.known(source, documents), strict=True)
        if there
    }
    by_document: dict[str | None, dict[UrlId, Link]] = defaultdict(dict)
    for link in undated:
        by_document[link.found_in][url_id(link.url)] = link
    there = {each: link for document in known for each, link in by_document[document].items()}
    fresh = memory.new(source, there) if there else []
    later = frozenset(fresh[most:])
    if later:
        log.warning("%s: %d entries without a date wait for the next look", source, len(later))
    if kept := len(undated) - len(there):
        log.warning("%s: %d entries without a date are remembered, not fetched", source, kept)
    return UnseenLinks(
        links=[there[each] for each in fresh[:most]],
        waiting=frozenset(
            document for document in known if not later.isdisjoint(by_document[document])
        ),
        seen={
            document: [each for each in by_document[document] if each not in later]
            for document in documents
        },
    )


def remember(resources: Resources, source: str, novelty: UnseenLinks) -> None:
    """Keep what a look found, once its links are taken in: should that fail, they are still new."""
    for document, ids in novelty.seen.items():
        if forgotten := resources.stores.seen.remember(source, document, ids):
            log.warning(
                "%s: %d sitemaps have to be forgotten, since all entries without a date are more than can be "
                "remembered; what is new in them is not noticed",
                source,
                forgotten,
            )
