"""Where the next page of a result begins, as an opaque text.

By date, a cursor names the last hit that was shown: nothing is shown twice or left out, whatever
arrives meanwhile. By relevance, every article that arrives moves all scores a little. So a cursor
goes back to a hit a little before the last one, whose score is looked up anew, and names those that
were shown since. What was there at the first page is then shown once, unless its score has moved,
against those of its neighbours, by more than ``MOST_SHOWN`` places.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, ValidationError

from pipeline.records import EnrichedArticle
from search.errors import QueryError
from search.request import SearchRequest

MOST_SHOWN = 50
"""Hits that a cursor by relevance names."""

LONGEST = 4000
"""Characters of a cursor."""

MOST_COUNTED = 1_000_000
"""Hits up to which a cursor counts: it says how many to fetch at once, and can be made up."""

_CHECK_BYTES = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1900, 9001)
"""Newness is reckoned from a cursor's moment, some days back and ahead."""

_MOST_SCORE = 3e38
"""Scores are numbers of 32 bits, and never negative."""


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _plausible(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError(f"no moment of the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


_Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
_Score = Annotated[float, Field(ge=0, le=_MOST_SCORE)]
_Published = Annotated[
    int,
    Field(
        ge=_milliseconds(datetime.min.replace(tzinfo=UTC)),
        le=_milliseconds(datetime.max.replace(tzinfo=UTC)),
    ),
]
_Id = Annotated[str, Field(min_length=1)]
_Count = Annotated[int, Field(ge=0, le=MOST_COUNTED)]
_Content = tuple[
    str, _Moment | None, tuple[_Score, _Published | None, _Id] | None, _Count, tuple[str, ...]
]
_CONTENT: TypeAdapter[_Content] = TypeAdapter(_Content)
"""What a query's text, its moment, a place, the hits up to it and those shown are written as."""

_DAMAGED = "This is no place in a result, or it is damaged; begin again with the first page."


@dataclass(frozen=True, slots=True)
class Place:
    """What orders one hit: its score, its date in milliseconds since 1970, and its id."""

    score: float
    published: int | None
    id: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins.

    Attributes:
        place: the page begins after this hit; None before the first.
        count: hits up to it, with it; ``MOST_COUNTED`` for more.
        shown: short hashes of hits after it that were shown already.
    """

    place: Place | None = None
    count: int = 0
    shown: tuple[str, ...] = ()

    def size(self, limit: int) -> int:
        """How many hits after ``place`` to fetch for a page of ``limit``."""
        is_first = self.place is None and not self.shown
        return limit if is_first else limit + len(self.shown) + 1

    def page(self, places: Sequence[Place], limit: int) -> list[int]:
        """Which of the hits after ``place`` make the page: the first that were not shown yet."""
        new = [at for at, place in enumerate(places) if _short(place.id) not in self.shown]
        return new[:limit]

    def following(self, places: Sequence[Place], *, by_score: bool) -> "Cursor":
        """The cursor after a page.

        Args:
            places: all from ``place`` to the last hit of the page, in order.
            by_score: whether scores order them, which move when articles arrive.
        """
        passed = max(0, len(places) - MOST_SHOWN) if by_score else len(places)
        hashes = [_short(place.id) for place in places]
        # Some that were shown may have come to rank after the page. The hit at the place is one of
        # those shown, as its own score may differ in the last digit.
        missed = [each for each in self.shown if each not in hashes]
        shown = [*missed, *hashes[max(0, passed - 1) :]] if by_score else []
        return Cursor(
            places[passed - 1] if passed else self.place,
            min(self.count + passed, MOST_COUNTED),
            tuple(shown[-2 * MOST_SHOWN :]),
        )


def next_of(
    request: SearchRequest, begun: Cursor, places: Sequence[Place], total: int, *, by_score: bool
) -> str | None:
    """``SearchResult.next``; None after the last page.

    Args:
        request: what was asked for.
        begun: where its page began.
        places: the hits that were fetched, ``begun.size`` at most.
        total: all that match.
        by_score: whether scores order them.
    """
    chosen = begun.page(places, request.limit)
    if not chosen:
        return None
    if begun.size(request.limit) == request.limit:
        more = request.offset + len(chosen) < total
    else:
        more = len(begun.page(places, request.limit + 1)) > len(chosen)
    if not more:
        return None
    begun = replace(begun, count=min(begun.count + request.offset, MOST_COUNTED))
    # After an offset, what was passed over is not known by name.
    moves = by_score and not request.offset
    return write(begun.following(places[: chosen[-1] + 1], by_score=moves), request)


def place_of(article: EnrichedArticle, score: float) -> Place:
    """What orders an article that was found with this score."""
    published = article.published
    return Place(score, None if published is None else _milliseconds(published), article.id)


def read(request: SearchRequest) -> Cursor:
    """Where the page of a request begins.

    Raises:
        QueryError: the cursor is damaged, or belongs to another query or order.
    """
    if request.after is None:
        return Cursor()
    asked, _, place, count, shown = _decoded(request.after)
    if asked != _asked(request):
        raise QueryError(
            "This place belongs to another query, order or set of sources; "
            "begin again with the first page."
        )
    return Cursor(None if place is None else Place(*place), count, shown)


def write(cursor: Cursor, request: SearchRequest) -> str:
    """The cursor of a request's result as a text for addresses."""
    place = None if cursor.place is None else list(astuple(cursor.place))
    moment = request.moment.isoformat() if request.moment else None
    content = json.dumps(
        [_asked(request), moment, place, cursor.count, list(cursor.shown)], separators=(",", ":")
    ).encode()
    return urlsafe_b64encode(_check(content) + content).decode().rstrip("=")


def moment_of(after: str | None) -> datetime | None:
    """When the query of a cursor was parsed first: parse it again as of then.

    Raises:
        QueryError: the cursor is damaged.
    """
    if after is None:
        return None
    return _decoded(after)[1]


def _decoded(text: str) -> _Content:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
    except ValueError:
        raise QueryError(_DAMAGED) from None
    check, content = data[:_CHECK_BYTES], data[_CHECK_BYTES:]
    if not content or check != _check(content):
        raise QueryError(_DAMAGED)
    try:
        return _CONTENT.validate_json(content)
    except ValidationError:  # the check is no secret, so that content can be made up
        raise QueryError(_DAMAGED) from None


def _check(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECK_BYTES, person=b"newsloom-cursor1").digest()


def _asked(request: SearchRequest) -> str:
    """What a cursor belongs to: the same query in the same order."""
    asked = repr((request.query, request.sort.value, request.copies))
    return blake2b(asked.encode(errors="replace"), digest_size=8).hexdigest()


def _short(article_id: str) -> str:
    return blake2b(article_id.encode(errors="replace"), digest_size=4).hexdigest()
