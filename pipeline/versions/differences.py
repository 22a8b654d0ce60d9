"""What differs between two versions of a text.

Paragraph by paragraph, and word by word inside of those that changed.

By difflib (Ratcliff and Metzener 1988, "Pattern Matching: The Gestalt Approach"). Case and
punctuation alone are no difference; what both versions have is given as the later one writes it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from pipeline.base import Record
from pipeline.records import Article
from pipeline.text.scripts import UNSPACED
from pipeline.text.shingles import normalised

ALIKE = 0.4
"""Share of common words (Dice's coefficient) from which a paragraph is another one rewritten."""

MOST_COMPARED = 4_000_000
"""Pairs of words or paragraphs up to which they are compared one by one; difflib's time grows with their number."""

MOST_PAIRED = 10_000

_WORD = re.compile(
    rf"[^\w\s]*(?:[{UNSPACED}]|[^\W{UNSPACED}]+)[^\w\s]*\s*(?:[^\w\s]+\s+)*|[^\w\s]+\s*|\s+"
)


class ChangeKind(StrEnum):
    """What became of a paragraph or of some words in it; only paragraphs are ``changed``."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Piece(Record):
    """Some words in a row, with the spaces and marks around them."""

    kind: ChangeKind
    text: str


class Paragraph(Record):
    """A paragraph of either version; its pieces in a row are its text, removed ones included."""

    kind: ChangeKind
    pieces: tuple[Piece, ...]


class Difference(Record):
    """From an older version to a later one.

    Attributes:
        title: the headline.
        paragraphs: all paragraphs of the body, in order, the same ones included.
        words_added: words that only the later version has, of headline and body; in scripts without
            spaces, characters.
        words_removed: words that only the older one has.
    """

    title: Paragraph
    paragraphs: tuple[Paragraph, ...]
    words_added: int
    words_removed: int


def difference(old: Article, new: Article) -> Difference:
    """What to take out of ``old`` and put into it to have ``new``."""
    title = _rewritten(old.title, new.title)
    paragraphs = tuple(_body(_split(old.body), _split(new.body)))
    counted = {
        kind: sum(_count(paragraph, kind) for paragraph in (title, *paragraphs))
        for kind in ChangeKind
    }
    return Difference(
        title=title,
        paragraphs=paragraphs,
        words_added=counted[ChangeKind.ADDED],
        words_removed=counted[ChangeKind.REMOVED],
    )


def _split(body: str) -> list[str]:
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def _count(paragraph: Paragraph, kind: ChangeKind) -> int:
    return sum(len(normalised(piece.text)) for piece in paragraph.pieces if piece.kind is kind)


def _body(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    for same, before, after in _steps([_key(text) for text in old], [_key(text) for text in new]):
        if same:
            yield from (_whole(ChangeKind.SAME, text) for text in new[after])
        else:
            yield from _replaced(old[before], new[after])


def _replaced(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    """Paragraphs in the place of others.

    The rewritten ones beside each other, in the order of both.
    """
    at = after = 0
    for left, right in [*_pairs(old, new), (len(old), len(new))]:
        yield from (_whole(ChangeKind.REMOVED, text) for text in old[at:left])
        yield from (_whole(ChangeKind.ADDED, text) for text in new[after:right])
        if left < len(old):
            yield _rewritten(old[left], new[right])
        at, after = left + 1, right + 1


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The places of rewritten paragraphs: in order, and such that together they are most alike."""
    if len(old) * len(new) > MOST_PAIRED:
        return []
    bags = [[Counter(normalised(text)) for text in texts] for texts in (old, new)]
    alike = [[_dice(left, right) for right in bags[1]] for left in bags[0]]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _dice(left: Counter[str], right: Counter[str]) -> float:
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def _rewritten(old: str, new: str) -> Paragraph:
    """One paragraph from another, word by word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for same, left, right in _steps(
        [_key(word) for word in before], [_key(word) for word in after]
    ):
        if same:
            pieces.append(Piece(kind=ChangeKind.SAME, text="".join(after[right])))
            continue
        removed, added = "".join(before[left]), "".join(after[right])
        if (
            removed
            and pieces
            and before[left.start - 1][-1].isspace()
            and not pieces[-1].text[-1].isspace()
        ):
            removed = f" {removed}"  # the later version ends here
        pieces += [
            Piece(kind=k, text=text)
            for k, text in ((ChangeKind.REMOVED, removed), (ChangeKind.ADDED, added))
            if text
        ]
    changed = any(piece.kind is not ChangeKind.SAME for piece in pieces)
    return Paragraph(kind=ChangeKind.CHANGED if changed else ChangeKind.SAME, pieces=tuple(pieces))


def _whole(kind: ChangeKind, text: str) -> Paragraph:
    return Paragraph(kind=kind, pieces=(Piece(kind=kind, text=text),))


def _key(text: str) -> str:
    return " ".join(normalised(text))


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """The runs that are the same in both, and between them those that replace each other."""
    if len(old) * len(new) > MOST_COMPARED:
        yield False, slice(0, len(old)), slice(0, len(new))
        return
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new).get_opcodes():
        yield tag == "equal", slice(i, i_end), slice(j, j_end)
