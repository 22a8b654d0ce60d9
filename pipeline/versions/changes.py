"""Whether the text of an article has changed between two fetches of its page.

Words count; case, punctuation, Unicode's ways to write a letter and the division into paragraphs do
not. Nor does boilerplate that got into the text: requests, teasers, credits (by the tables of
``pipeline.extract``), counters, clocks, and headlines of others behind the last sentence.
"""

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.repair import is_sentence, repaired
from pipeline.records import Article
from pipeline.text.lengths import text_length
from pipeline.text.shingles import normalised
from pipeline.versions.asides import is_aside

RUNNING = 80
"""Length, by ``text_length``, from which a paragraph is text even where no sentence ends."""

MOST_ASIDES = 50
"""Differing paragraphs from which the text has changed for sure; no page has so many counters."""

_CELLS = " | "

Words = tuple[str, ...]


def changed(old: Article, new: Article) -> bool:
    """True when title or body of ``new`` have other words than ``old``, boilerplate aside."""
    if normalised(old.title) != normalised(new.title):
        return True
    if normalised(old.body) == normalised(new.body):
        return False
    before, after = _own_paragraphs(old), _own_paragraphs(new)
    both = {words for _, words in before} & {words for _, words in after}
    if sum(words not in both for _, words in before + after) > MOST_ASIDES:
        return True
    return _own_words(before, both) != _own_words(after, both)


def _own_paragraphs(article: Article) -> list[tuple[str, Words]]:
    """The paragraphs of the text and their words, without what extraction would take out."""
    paragraphs = [text for text in article.body.split("\n\n") if text.strip()]
    blocks = [Block("list" if text.startswith("- ") else "p", text) for text in paragraphs]
    kept = [block.text for block in repaired(blocks, article.authors)]
    kept = _without_end(kept) or kept or paragraphs
    return [(text, tuple(normalised(text))) for text in kept]


def _without_end(paragraphs: list[str]) -> list[str]:
    """The paragraphs up to the last one that is text.

    Behind it stand headlines of other articles, tags, names.
    """
    end = len(paragraphs)
    while end and not any(map(_is_text, paragraphs[end - 1].split("\n"))):
        end -= 1
    return paragraphs[:end]


def _is_text(line: str) -> bool:
    return is_sentence(line) or text_length(line) >= RUNNING or _CELLS in line


def _own_words(paragraphs: list[tuple[str, Words]], both: set[Words]) -> list[str]:
    """All words in a row, without those of asides.

    A paragraph that both versions have is not checked for being an aside.
    """
    own: list[str] = []
    for text, words in paragraphs:
        if words in both or not is_aside(text):
            own += words
    return own
