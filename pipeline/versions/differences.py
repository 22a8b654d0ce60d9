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
"""Pairs of words or paragraphs up to which they are compared; difflib's time grows with them."""

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
    whole = (title, *paragraphs)
    return Difference(
        title=title,
        paragraphs=paragraphs,
        words_added=sum(_count(each, ChangeKind.ADDED) for each in whole),
        words_removed=sum(_count(each, ChangeKind.REMOVED) for each in whole),
    )


def _split(body: str) -> list[str]:
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def _count(paragraph: Paragraph, kind: ChangeKind) -> int:
    return sum(len(normalised(piece.text)) for piece in paragraph.pieces if piece.kind is kind)


def _body(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    for same, before, after in _steps(_keys(old), _keys(new)):
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
    best = _best_sums(old, new)
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


def _best_sums(old: list[str], new: list[str]) -> list[list[float]]:
    """The largest sum of likeness that pairs in order can have, from each place in both on."""
    old_words = [Counter(normalised(text)) for text in old]
    new_words = [Counter(normalised(text)) for text in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            alike = _dice(old_words[i], new_words[j])
            paired = alike + best[i + 1][j + 1] if alike >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    return best


def _dice(left: Counter[str], right: Counter[str]) -> float:
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def _rewritten(old: str, new: str) -> Paragraph:
    """One paragraph from another, word by word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for same, left, right in _steps(_keys(before), _keys(after)):
        added = "".join(after[right])
        if same:
            pieces.append(Piece(kind=ChangeKind.SAME, text=added))
            continue
        removed = "".join(before[left])
        if removed and pieces and _lost_space(before[left.start - 1], pieces[-1].text):
            removed = f" {removed}"  # the later version ends here
        if removed:
            pieces.append(Piece(kind=ChangeKind.REMOVED, text=removed))
        if added:
            pieces.append(Piece(kind=ChangeKind.ADDED, text=added))
    is_same = all(piece.kind is ChangeKind.SAME for piece in pieces)
    return Paragraph(kind=ChangeKind.SAME if is_same else ChangeKind.CHANGED, pieces=tuple(pieces))


def _lost_space(before: str, piece: str) -> bool:
    """Whether the space behind a word of the older version is not in the later one."""
    return before[-1].isspace() and not piece[-1].isspace()


def _keys(texts: list[str]) -> list[str]:
    return [_key(text) for text in texts]


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
