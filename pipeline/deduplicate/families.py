"""Who published a story first, and the stage over a file: families of copies without a store."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from typing import NamedTuple

from pipeline.deduplicate.fingerprint import Fingerprint
from pipeline.deduplicate.matching import CONTAINMENT, Candidate, match_copy
from pipeline.records import CopyOf, Evidence

CANONICAL_URL = "canonical_url"
"""The rule by which two URLs are one page."""

DATE_ONLY = ("url", "text")
"""Provenances of dates that tell the day, not the time."""

_MIDNIGHT = time(0)
_DAY_ANYWHERE = (timedelta(hours=-14), timedelta(hours=36))
"""When a day begins and ends, from its midnight in UTC, somewhere on Earth (UTC+14 to UTC-12)."""

BUCKET = 8
"""Articles kept under one key, the newest: a key that more share is a common phrase."""

MOST_CANDIDATES = 16
"""Candidates compared, those with the most keys in common: it bounds the cost of a lookup."""


class PublishedSpan(NamedTuple):
    """The time between which an article was published, in seconds since 1970."""

    earliest: float
    latest: float

    def surely_before(self, other: "PublishedSpan | None") -> bool:
        """Whether this article came first, whatever the times of day that are not known."""
        return other is not None and self.latest < other.earliest


def published_span(evidence: Iterable[Evidence]) -> PublishedSpan | None:
    """When an article was published, by its most trusted date that has a time of day.

    Else by its day; None without a date.
    """
    dates = list(evidence)
    for date in dates:
        if date.provenance not in DATE_ONLY and date.value.time() != _MIDNIGHT:
            at = date.value.timestamp()
            return PublishedSpan(at, at)
    if not dates:
        return None
    first, last = (dates[0].value + shift for shift in _DAY_ANYWHERE)
    return PublishedSpan(first.timestamp(), last.timestamp())


class _KnownArticle(NamedTuple):
    article: str
    source: str
    fingerprint: Fingerprint
    span: PublishedSpan | None


class Families:
    """Families among articles that are given one after the other.

    What ``storage.redis.fingerprints`` does, in memory.

    A family is a tree: each article agrees with one that was known before. Its root is the first
    publisher; an earlier one that arrives late becomes the root, and the links on its way to the
    old root are reversed.
    """

    def __init__(self, *, threshold: float = CONTAINMENT) -> None:
        self._threshold = threshold
        self._known: list[_KnownArticle] = []
        self._buckets: dict[bytes, list[int]] = {}
        self._addresses: dict[str, int] = {}
        self._links: dict[int, CopyOf] = {}
        self._first: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def add(
        self,
        article: str,
        found: Fingerprint,
        *,
        source: str = "",
        span: PublishedSpan | None = None,
        address: str | None = None,
    ) -> None:
        """Match an article against all before it.

        ``address`` is its ``url_id``, when it has one.
        """
        place = len(self._known)
        self._known.append(_KnownArticle(article, source, found._replace(keys=()), span))
        same_page = self._addresses.setdefault(address, place) if address else place
        if same_page != place:
            match: CopyOf | None = CopyOf(article=str(same_page), rule=CANONICAL_URL, score=1.0)
        else:
            match = match_copy(
                found, self._candidates(found), source=source, threshold=self._threshold
            )
        for key in found.stored_keys:
            bucket = self._buckets.setdefault(key, [])
            bucket.append(place)
            del bucket[:-BUCKET]
        if match:
            self._join(place, match)

    def matches(self) -> Iterator[tuple[str, CopyOf | None]]:
        """Each article with what it is a copy of, in the order they were given."""
        for place, known in enumerate(self._known):
            link = self._links.get(place)
            if link is None:
                yield known.article, None
                continue
            first = self._known[self._first[place]].article
            matched = self._known[int(link.article)].article
            other = None if matched == first else matched
            yield known.article, link.model_copy(update={"article": first, "matched": other})

    def _candidates(self, found: Fingerprint) -> list[Candidate]:
        shared: Counter[int] = Counter()
        for key in found.keys:
            shared.update(self._buckets.get(key, ()))
        return [
            Candidate(
                article=str(at),
                source=self._known[at].source,
                fingerprint=self._known[at].fingerprint,
            )
            for at, _ in shared.most_common(MOST_CANDIDATES)
        ]

    def _join(self, place: int, match: CopyOf) -> None:
        matched = int(match.article)
        first = self._first.setdefault(matched, matched)
        members = self._members.setdefault(first, [first])
        members.append(place)
        self._first[place] = first
        span = self._known[place].span
        if span is None or not span.surely_before(self._known[first].span):
            self._links[place] = match
            return
        self._reverse(matched, match.model_copy(update={"article": str(place)}))
        self._members[place] = self._members.pop(first)
        self._first.update(dict.fromkeys(members, place))

    def _reverse(self, at: int, link: CopyOf) -> None:
        """Turn round the links from an article to its root, which then leads over ``link``."""
        while (old := self._links.get(at)) is not None:
            self._links[at] = link
            link, at = old.model_copy(update={"article": str(at)}), int(old.article)
        self._links[at] = link
