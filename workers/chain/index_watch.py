"""Notices that the index has lost articles."""

import logging

from config.logging import LogFields
from workers.resources import Resources

log = logging.getLogger("newsloom.index")


def watch_index(resources: Resources) -> None:
    """Compare the index with what it had; a loss is logged once.

    Raises:
        IndexUnavailable: it does not answer.
        IndexIncompatible: another version wrote it.
    """
    stores = resources.stores
    # Before the articles are counted: those that end meanwhile are there already.
    known, indexed = stores.index_size.known(), stores.ledger.totals().indexed
    articles = resources.index.count()
    loss = known.loss(articles, indexed)
    if loss is None:
        stores.index_size.keep(articles)
    elif stores.index_size.note_loss(loss):
        log.error(loss, extra=LogFields(event="articles_lost", reason=loss))
