"""The family of an article and its copies, and an operator's changes to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from search.language.query import parse
from search.request import SearchRequest, Sort
from services.errors import NothingToChangeError
from storage.index import Index
from workers.chain.outbox import flush
from workers.resources import Resources

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Family:
    """An article and its copies: the first publisher, then the others, oldest first."""

    members: tuple[EnrichedArticle, ...]

    @property
    def first(self) -> EnrichedArticle:
        """The first publisher."""
        return self.members[0]

    def without(self, article: EnrichedArticle) -> list[EnrichedArticle]:
        """The other members."""
        return [member for member in self.members if member.id != article.id]


def family_of(index: Index, article: EnrichedArticle) -> Family:
    """The family that an article belongs to; it alone when it has no copies and is none."""
    first_id = UrlId(article.duplicate_of.article) if article.duplicate_of else article.id
    ids = dict.fromkeys([first_id, *_copies_of(index, first_id)])
    members = [member for member in map(index.get, ids) if member]
    return Family(tuple(members or [article]))


def pin_article(resources: Resources, index: Index, article: EnrichedArticle) -> Family:
    """Make an article the first publisher of its family, whatever the dates say.

    Raises:
        NothingToChangeError: it has no copies and is none.
    """
    family = _family_with_copies(index, article)
    resources.stores.fingerprints.pin(article.id, _led_by(article, family.members))
    return _changed_family(resources, index, article)


def split_article(resources: Resources, index: Index, article: EnrichedArticle) -> Family:
    """Take an article out of its family, and never match it with these members again.

    Raises:
        NothingToChangeError: it has no copies and is none.
    """
    others = _family_with_copies(index, article).without(article)
    is_first = article.duplicate_of is None
    resources.stores.fingerprints.split(
        article.id, [member.id for member in others], heir=others[0].id if is_first else None
    )
    return _changed_family(resources, index, article)


def _copies_of(index: Index, first_id: UrlId) -> list[UrlId]:
    query, ids = parse(f"duplicate_of:{first_id}"), list[UrlId]()
    while True:
        request = SearchRequest(
            query=query, limit=_PAGE, offset=len(ids), sort=Sort.OLDEST, copies=True, facet_size=0
        )
        page = index.search(request)
        ids += [hit.id for hit in page.hits]
        if not page.hits or len(ids) >= page.total:
            return ids


def _family_with_copies(index: Index, article: EnrichedArticle) -> Family:
    family = family_of(index, article)
    if not family.without(article):
        raise NothingToChangeError(f"{article.id} has no copies and is none; nothing to change.")
    return family


def _changed_family(resources: Resources, index: Index, article: EnrichedArticle) -> Family:
    """The family after a change, which the index has by then."""
    flush(resources)
    return family_of(index, index.get(article.id) or article)


def _led_by(
    chosen: EnrichedArticle, members: Sequence[EnrichedArticle]
) -> dict[UrlId, CopyOf | None]:
    """What every member is a copy of when ``chosen`` is the first publisher.

    The old first publisher takes the match that ``chosen`` had with it.
    """
    verdicts: dict[UrlId, CopyOf | None] = {}
    for member in members:
        match = member.duplicate_of or chosen.duplicate_of
        if member.id == chosen.id or match is None:
            verdicts[member.id] = None
        else:
            verdicts[member.id] = match.model_copy(update={"article": chosen.id})
    return verdicts
