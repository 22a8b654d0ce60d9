"""Whether an article is a copy of one that is there already.

Pure: the store of fingerprints finds the candidates.

Two texts are copies when one holds most of the other, so that one with other boilerplate, a cut one
or one with a lead of its own is recognised. They are not when

* each has a long passage that the other lacks: another story in the same template, or another
  author's story that quotes the same people. (A cut copy, or one with an added lead, has no more
  than one such side.) The same title, or credit to the same agency, outweighs this: papers do cut
  agency stories and put a lead of their own before them;
* the words agree but each has numbers and names that the other lacks: another report from the same
  form, or other news before the same paragraphs about a company. In a copy, one side has them, or
  a corrected place does.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.base import Record
from pipeline.deduplicate.boilerplate import boilerplate_of
from pipeline.deduplicate.fingerprint import Fingerprint
from pipeline.deduplicate.sketch import Overlap, overlap
from pipeline.records import CopyOf

SAME_TEXT = "same_text"
NEAR_TEXT = "near_text"

CONTAINMENT = 0.7
"""Part of the smaller text that the other must hold too; by measurement, see
``benchmarks/deduplicate.py``."""

ALIKE = 0.97
"""From here on the texts are equal but for the sampling, and nothing speaks against a copy."""

MIN_SHARED = 30
"""Shingles, about 34 words, that copies share at the least: notices and bylines are shorter."""

MIN_SHARED_WHOLE = 18
"""Shingles that a text has at the least which the other holds whole, with its numbers and names: a
release of three sentences without the paragraph about its sender."""

MIN_SAMPLES = 4
"""Shared values of the samples that are evidence at all."""

SMALLEST_PART = 0.05
"""A text that is a smaller part of another is an item in it (a round-up, a page of briefs), not a
copy of it."""

PASSAGE = 80
"""Shingles of a passage of one's own, about four sentences…"""

PASSAGE_SAMPLES = 4
"""…with at least so many values in the sample…"""

PASSAGE_PART = 0.08
"""…and so large a part of the smaller text."""

MIN_FILLED_IN = 3
"""Numbers and names that are evidence at all."""

OWN_FILLED_IN = 2
"""Of them, those that each side has and the other lacks, which speak against a copy…"""

OWN_PART = 0.16
"""…where they are this part of all that the smaller side has…"""

OWN_PART_OF_SENTENCES = 0.3
"""…or this part, where each has some sentences of its own: names come with them. Where each begins
with such sentences, however few are enough, and numbers on one side count against names on the
other: other news stand before the same long paragraphs."""

SENTENCES = 20
"""Shingles of such sentences."""

DATA = 0.08
"""Numbers for each shingle from which on texts are prices, forecasts or tables; news have 0.02 to
0.04. One number of its own on each side makes them others…"""

CONTAINMENT_OF_DATA = 0.9
"""…and where not all numbers are in the samples, so does less than this in common."""

CONTAINMENT_ALONE = 0.8
"""The part that must agree where there are no numbers and names to tell texts apart, as in scripts
without capitals."""


OWN_TEXT = 0.1
"""Part of a text that is no boilerplate; one with less is a release that others are made of."""


class Candidate(Record):
    """What the storage knows of an article that shares a key."""

    article: str
    source: str
    fingerprint: Fingerprint


class Match(NamedTuple):
    """How well two texts agree.

    Attributes:
        containment: the estimated part of the smaller text that the other one holds; 0 where they
            are no copies.
        shared: shingles in common, estimated.
    """

    containment: float
    shared: int


NONE = Match(0.0, 0)


def match_copy(
    new: Fingerprint,
    candidates: Iterable[Candidate],
    *,
    source: str = "",
    threshold: float = CONTAINMENT,
) -> CopyOf | None:
    """The best match among the candidates, or None.

    The same text goes before near ones, and of those that of its own source; then what has the most
    text in common, what its source puts under many articles left out. Of equally good ones it is
    the first given.
    """
    known = list(candidates)
    same = [each for each in known if 0 < new.same_text == each.fingerprint.same_text]
    if same:
        own = (each for each in same if each.source == source)
        return CopyOf(article=next(own, same[0]).article, rule=SAME_TEXT, score=1.0)
    common = _boilerplate(known, threshold)
    if _is_made_of(new, common, known):
        common = frozenset()
    trimmed = _without(new, common)
    matches = [
        compare(trimmed, _without(each.fingerprint, common), threshold=threshold) for each in known
    ]
    return _best(known, matches)


def _boilerplate(known: list[Candidate], threshold: float) -> frozenset[int]:
    """What the sources of candidates put under many articles."""

    def are_copies(left: Fingerprint, right: Fingerprint) -> bool:
        return compare(left, right, threshold=threshold).shared > 0

    common: frozenset[int] = frozenset()
    for source in {each.source for each in known} - {""}:
        texts = [each.fingerprint for each in known if each.source == source]
        common |= boilerplate_of(texts, are_copies)
    return common


def _is_made_of(new: Fingerprint, common: frozenset[int], known: list[Candidate]) -> bool:
    """Whether hardly anything of a text is not boilerplate: then it is what the others quote."""
    level = max((each.fingerprint.shingles.level for each in known), default=0)
    values = new.shingles.at(max(level, new.shingles.level))
    own = [value for value in values if value not in common]
    return len(own) < OWN_TEXT * len(values)


def _without(text: Fingerprint, common: frozenset[int]) -> Fingerprint:
    return text._replace(shingles=text.shingles.without(common)) if common else text


def _best(known: list[Candidate], matches: list[Match]) -> CopyOf | None:
    """The one with the most text in common; of equally good ones the first."""
    pairs = zip(known, matches, strict=True)
    candidate, match = max(pairs, key=lambda pair: pair[1].shared, default=(None, NONE))
    if candidate is None or not match.shared:
        return None
    score = round(match.containment, 3)
    return CopyOf(article=candidate.article, rule=NEAR_TEXT, score=score)


def compare(left: Fingerprint, right: Fingerprint, *, threshold: float = CONTAINMENT) -> Match:
    """How well two texts agree."""
    found = overlap(left.shingles, right.shingles)
    if found.shared < MIN_SAMPLES or found.containment < threshold:
        return NONE
    filled_in = _FilledIn.of(left, right)
    sizes = sorted(sketch.size for sketch in (left.shingles, right.shingles))
    if sizes[0] < SMALLEST_PART * sizes[1]:
        return NONE
    if found.containment * sizes[0] < _least_shared(found, filled_in):
        return NONE
    if found.containment < ALIKE and _differs(left, right, found, filled_in):
        return NONE
    return Match(found.containment, found.shared << found.level)


class _FilledIn(NamedTuple):
    """What two texts say of numbers and names.

    Attributes:
        numbers: their numbers, compared.
        names: their names, compared.
        data: whether both texts are full of numbers.
    """

    numbers: Overlap
    names: Overlap
    data: bool

    @classmethod
    def of(cls, left: Fingerprint, right: Fingerprint) -> "_FilledIn":
        return cls(
            overlap(left.numbers, right.numbers),
            overlap(left.names, right.names),
            all(side.numbers.size >= DATA * side.shingles.size for side in (left, right)),
        )

    @property
    def shared(self) -> int:
        """How many are in both."""
        return self.numbers.shared + self.names.shared

    @property
    def comparable(self) -> int:
        """How many of each kind the smaller side has."""
        return self.numbers.smaller + self.names.smaller

    def differ(self, found: Overlap) -> bool:
        """Whether each side has so many that the other lacks that it is about something else.

        ``found``: the shingles of the two texts, compared.
        """
        numbers, names = self.numbers.own(), self.names.own()
        if self.data and min(numbers):
            return True
        sampled = self.numbers.level > 0
        if self.data and sampled and found.containment < CONTAINMENT_OF_DATA:
            return True
        sentences = found.alone() << found.level >= SENTENCES
        part = OWN_PART_OF_SENTENCES if sentences else OWN_PART
        if min(numbers) + min(names) >= max(OWN_FILLED_IN, part * self.comparable):
            return True
        own = min(numbers[0] + names[0], numbers[1] + names[1])
        begin_apart = found.beginning() << found.level >= SENTENCES
        return begin_apart and own >= OWN_FILLED_IN


def _least_shared(found: Overlap, filled_in: _FilledIn) -> int:
    """Shingles that two texts must share to be copies."""
    whole = found.containment >= ALIKE and filled_in.shared >= MIN_FILLED_IN
    return MIN_SHARED_WHOLE if whole else MIN_SHARED


def _differs(left: Fingerprint, right: Fingerprint, found: Overlap, filled_in: _FilledIn) -> bool:
    """Whether texts that share most of their words are about different things."""
    if filled_in.differ(found):
        return True
    if _same_headline_or_agency(left, right):
        return False
    if filled_in.comparable < MIN_FILLED_IN and found.containment < CONTAINMENT_ALONE:
        return True
    needed = max(PASSAGE_SAMPLES, PASSAGE >> found.level, PASSAGE_PART * found.smaller)
    return found.alone() >= needed


def _same_headline_or_agency(left: Fingerprint, right: Fingerprint) -> bool:
    return 0 < left.title == right.title or 0 < left.agency == right.agency
