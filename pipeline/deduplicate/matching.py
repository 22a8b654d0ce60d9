"""Whether an article is a copy of one that is there already.

Pure: the store of fingerprints finds the candidates.

Two texts are copies when one holds most of the other, so that one with other boilerplate, a cut one
or one with a lead of its own is recognised. They are not when

* each has a long passage that the other lacks: another story in the same template, or another
  author's story that quotes the same people. (A cut copy, or one with an added lead, has no more
  than one such side.) The same title, or credit to the same agency, outweighs this: papers do cut
  agency stories and put a lead of their own before them;
* the words agree but most numbers, or most names, do not: another day's report from the same form.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.base import Record
from pipeline.deduplicate.fingerprint import Fingerprint
from pipeline.deduplicate.sketch import overlap
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
"""From how many comparable numbers, or names, on their disagreement counts."""

SAME_FILLED_IN = 0.5
"""The part of them that copies have in common."""


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
    text in common. Of equally good ones it is the first given.
    """
    best, most = None, 0
    for candidate in candidates:
        if new.same_text and candidate.fingerprint.same_text == new.same_text:
            same = CopyOf(article=candidate.article, rule=SAME_TEXT, score=1.0)
            if candidate.source == source:
                return same
            best = same if best is None or best.rule != SAME_TEXT else best
        elif best is None or best.rule != SAME_TEXT:
            match = compare(new, candidate.fingerprint, threshold=threshold)
            if match.shared > most:
                best = CopyOf(
                    article=candidate.article, rule=NEAR_TEXT, score=round(match.containment, 3)
                )
                most = match.shared
    return best


def compare(left: Fingerprint, right: Fingerprint, *, threshold: float = CONTAINMENT) -> Match:
    """How well two texts agree."""
    found = overlap(left.shingles, right.shingles)
    shared = found.shared << found.level
    if found.shared < MIN_SAMPLES or shared < MIN_SHARED or found.containment < threshold:
        return NONE
    sizes = sorted(len(sketch.values) << sketch.level for sketch in (left.shingles, right.shingles))
    if sizes[0] < SMALLEST_PART * sizes[1]:
        return NONE
    if found.containment < ALIKE:
        needed = max(PASSAGE_SAMPLES, PASSAGE / 2**found.level, PASSAGE_PART * found.smaller)
        if found.alone() >= needed and not _same_headline_or_agency(left, right):
            return NONE
        if _filled_in_otherwise(left, right):
            return NONE
    return Match(found.containment, shared)


def _same_headline_or_agency(left: Fingerprint, right: Fingerprint) -> bool:
    return 0 < left.title == right.title or 0 < left.agency == right.agency


def _filled_in_otherwise(left: Fingerprint, right: Fingerprint) -> bool:
    """Whether most numbers, most names, or most of both together are others."""
    numbers, names = overlap(left.numbers, right.numbers), overlap(left.names, right.names)
    counts = ((numbers.shared, numbers.smaller), (names.shared, names.smaller))
    both = (numbers.shared + names.shared, numbers.smaller + names.smaller)
    for shared, comparable in (*counts, both):
        if comparable >= MIN_FILLED_IN and shared < SAME_FILLED_IN * comparable:
            return True
    return False
