"""A random sample of what a query finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from pipeline.base import Record
from search.counting import CountRequest, dimensions
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.nodes import And, Exists, MatchAll, Node, Not, Range, Term
from search.request import MAX_WINDOW, SearchRequest, Sort
from search.results import Hit
from services.errors import InvalidRangeError
from storage.index import Index

MOST = 1_000
"""Articles that a sample can have."""

_DATE, _SOURCE = "published", "source"


class Sample(Record):
    """Articles that were drawn.

    Attributes:
        total: articles that match, of which each was as likely to be drawn.
        seed: draws the same articles again, while the index and the query do not change.
        hits: in random order.
    """

    total: int
    seed: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Articles that one search can reach by their places, and how many there are."""

    query: Node
    count: int


def sample(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    *,
    size: int,
    seed: int,
    copies: bool = False,
    groups: Groups = NO_GROUPS,
    now: datetime | None = None,
) -> Sample:
    """Draw articles at random from all that match, without replacement.

    Places in the whole result are drawn, and then looked up day by day: no article is read that was
    not drawn, and none is out of reach in a large result.

    Args:
        index: what is searched.
        query: the text of the query.
        size: how many, 1 to 1,000; all where fewer match.
        seed: of the random numbers (Mersenne Twister).
        copies: also draw near-copies.
        groups: the tags and collections of sources that the query can name.
        now: what relative dates are reckoned from; the present by default.

    Raises:
        InvalidRangeError: the size does not fit, or a day has too many articles of one source.
        QueryError: the query cannot be read.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    if not 1 <= size <= MOST:
        raise InvalidRangeError(f"A sample has 1 to {MOST} articles, not {size}.")
    asked = parse(query, groups, now=now or datetime.now(UTC))
    strata = list(_strata(index, asked, copies=copies))
    total = sum(each.count for each in strata)
    random = Random(seed)  # noqa: S311 - not for secrets
    places = random.sample(range(total), min(size, total))
    found = dict(_at(index, strata, sorted(places), copies=copies))
    # An article may have gone to another day since it was counted.
    hits = tuple(found[place] for place in places if place in found)
    return Sample(total=total, seed=seed, hits=hits)


def _strata(index: Index, query: Node, *, copies: bool) -> Iterator[_Stratum]:
    for day, count in _counts(index, query, f"{_DATE}.day", copies=copies):
        of_day = And((query, _on(day)))
        if count <= MAX_WINDOW:
            yield _Stratum(of_day, count)
            continue
        for source, part in _counts(index, of_day, _SOURCE, copies=copies):
            if part > MAX_WINDOW:
                raise InvalidRangeError(
                    f"{part} articles of {source} are of one day ({day or 'no date'}), more than"
                    f" the {MAX_WINDOW} that can be drawn from; make the query narrower."
                )
            yield _Stratum(And((of_day, Term(_SOURCE, source or ""))), part)


def _counts(
    index: Index, query: Node, by: str, *, copies: bool
) -> Sequence[tuple[str | None, int]]:
    request = CountRequest(query, dimensions([by], NO_GROUPS), copies)
    return [(cell.values[0], cell.count) for cell in index.count_by(request).cells]


def _on(day: str | None) -> Node:
    if day is None:
        return And((MatchAll(), Not(Exists(_DATE))))
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Range(_DATE, begin, begin + timedelta(days=1))


def _at(
    index: Index, strata: Sequence[_Stratum], places: Sequence[int], *, copies: bool
) -> Iterator[tuple[int, Hit]]:
    """The articles at some places of all strata in a row; places come in order."""
    rest, start = list(places), 0
    for stratum in strata:
        end = start + stratum.count
        while rest and rest[0] < end:
            place = rest.pop(0)
            request = SearchRequest(
                query=stratum.query,
                limit=1,
                offset=place - start,
                sort=Sort.OLDEST,
                copies=copies,
                facets=(),
            )
            yield from ((place, hit) for hit in index.search(request).hits)
        start = end
