"""Who published a story first, and the stage over a file: families of copies without a store."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from pipeline.deduplicate.fingerprint import Fingerprint
from pipeline.deduplicate.matching import CONTAINMENT, Candidate, match_copy
from pipeline.records import CopyOf, Evidence

CANONICAL_URL = "canonical_url"
"""The rule by which two addresses are one page."""

DATE_ONLY = ("url", "text")
"""Witnesses that know the day, not the time."""

_DAY_ANYWHERE = (timedelta(hours=-14), timedelta(hours=36))
"""When a day begins and ends, from its midnight in UTC, somewhere on Earth (UTC+14 to UTC-12)."""

BUCKET = 8
"""Articles kept under one key, the newest: a key that more share is a phrase, and says nothing."""

MOST_CANDIDATES = 16
"""Candidates judged, those with the most keys in common: it keeps the cost of a lookup flat."""


class PublishedSpan(NamedTuple):
    """The time between which an article was published, in seconds since 1970."""

    earliest: float
    latest: float

    def surely_before(self, other: "PublishedSpan | None") -> bool:
        """Whether this article came first, whatever the times of day that are not known."""
        return other is not None and self.latest < other.earliest


def published_span(evidence: Iterable[Evidence]) -> PublishedSpan | None:
    """When an article was published, by its most trusted witness that tells a time of day.

    Else by its day.
    """
    witnesses = list(evidence)
    for witness in witnesses:
        clock = witness.value.timetz().replace(tzinfo=None)
        if witness.witness not in DATE_ONLY and clock.isoformat() != "00:00:00":
            moment = witness.value.timestamp()
            return PublishedSpan(moment, moment)
    if not witnesses:
        return None
    first, last = (witnesses[0].value + shift for shift in _DAY_ANYWHERE)
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
    old root turn round.
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
        """Judge an article against all before it.

        ``address`` is its ``url_id``, when it has one.
        """
        place = len(self._known)
        self._known.append(_KnownArticle(article, source, found._replace(keys=()), span))
        same_page = self._addresses.setdefault(address, place) if address else place
        if same_page != place:
            verdict: CopyOf | None = CopyOf(article=str(same_page), rule=CANONICAL_URL, score=1.0)
        else:
            verdict = match_copy(
                found, self._candidates(found), source=source, threshold=self._threshold
            )
        for key in found.stored_keys:
            bucket = self._buckets.setdefault(key, [])
            bucket.append(place)
            del bucket[:-BUCKET]
        if verdict:
            self._join(place, verdict)

    def verdicts(self) -> Iterator[tuple[str, CopyOf | None]]:
        """Each article with what it is a copy of, in the order they were given."""
        for place, known in enumerate(self._known):
            link = self._links.get(place)
            if link is None:
                yield known.article, None
                continue
            first = self._known[self._first[place]].article
            matched = self._known[int(link.article)].article
            yield (
                known.article,
                link.model_copy(
                    update={"article": first, "matched": None if matched == first else matched}
                ),
            )

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

    def _join(self, place: int, verdict: CopyOf) -> None:
        matched = int(verdict.article)
        first = self._first.setdefault(matched, matched)
        members = self._members.setdefault(first, [first])
        members.append(place)
        self._first[place] = first
        span = self._known[place].span
        if span is None or not span.surely_before(self._known[first].span):
            self._links[place] = verdict
            return
        towards, at = verdict.model_copy(update={"article": str(place)}), matched
        while (old := self._links.get(at)) is not None:
            self._links[at], towards, at = (
                towards,
                old.model_copy(update={"article": str(at)}),
                int(old.article),
            )
        self._links[at] = towards
        self._members[place] = self._members.pop(first)
        self._first.update(dict.fromkeys(members, place))
