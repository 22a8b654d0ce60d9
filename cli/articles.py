"""Finds the article that a person names."""

from cli.output import clean, err
from pipeline.outcome import Duplicate, Indexed
from pipeline.records import EnrichedArticle
from pipeline.urls import BadUrl, UrlId, normalise, url_id
from search.query import parse
from search.request import SearchRequest
from storage.index import Index
from workers.resources import Resources


def named_article(resources: Resources, index: Index, name: str) -> EnrichedArticle:
    """The article with this id, or the one that this address became.

    The command ends when there is none.
    """
    found = _find(resources, index, name)
    if found is None:
        err().print(f"{clean(name)} is not among the articles.", markup=False)
        raise SystemExit(1)
    return found


def _find(resources: Resources, index: Index, name: str) -> EnrichedArticle | None:
    """By its id or address; the canonical address, which makes the id, may be another."""
    if found := index.get(UrlId(name)):
        return found
    try:
        known, url = url_id(name), normalise(name)
    except BadUrl:
        return None
    entry = resources.stores.ledger.entry(known)
    outcome = entry.outcome if entry else None
    if isinstance(outcome, Indexed | Duplicate):
        known = UrlId(outcome.article)
    found = index.get(known)
    if found is None:  # the ledger forgets, the index does not
        hits = index.search(
            SearchRequest(query=parse(f'url:"{url}"'), limit=1, copies=True, facet_size=0)
        ).hits
        found = index.get(hits[0].id) if hits else None
    return found
