"""Articles like one: those that say its keywords and the words of its title."""

from dataclasses import dataclass

from pipeline.records import EnrichedArticle
from search.nodes import And, Node, Or, Phrase, Term
from search.request import SearchRequest
from search.results import Hit
from search.text import Tokenize
from services.articles.duplicates import family_of
from services.errors import InvalidRangeError
from storage.index import Index
from storage.words import tokenize

MOST = 50
"""Similar articles that can be asked for."""

_KEYWORDS, _TITLE_WORDS = 12, 12
_SHORTEST = 3  # letters of a word that tells anything, in scripts that have words
_SPACED = 0x2E80  # code points from here on are of scripts that write without spaces


@dataclass(frozen=True, slots=True)
class SimilarArticles:
    """Articles like one, the most alike first.

    Attributes:
        article: the one.
        words: what they were found by.
        hits: none is of the article's own family of copies.
    """

    article: EnrichedArticle
    words: tuple[str, ...]
    hits: tuple[Hit, ...]


def similar(index: Index, article: EnrichedArticle, *, limit: int = 10) -> SimilarArticles:
    """Articles that are about the same, by BM25 over the article's keywords and title.

    Both backends rank as they do in a search, so a reader can see why: the words are given.
    Copies of the article are none of them; ``family_of`` has these.

    Args:
        index: where they are.
        article: the one that they are to be like.
        limit: how many at most, 1 to 50.

    Raises:
        InvalidRangeError: the limit does not fit.
        IndexUnavailable: the index does not answer.
    """
    if not 1 <= limit <= MOST:
        raise InvalidRangeError(f"1 to {MOST} similar articles can be asked for, not {limit}.")
    words = telling_words(article, tokenize)
    if not words:
        return SimilarArticles(article, (), ())
    family = {member.id for member in family_of(index, article).members}
    query = _in_language(Or(tuple(_node(word) for word in words)), article)
    request = SearchRequest(query=query, limit=min(100, limit + len(family)), facets=())
    hits = [hit for hit in index.search(request).hits if hit.id not in family]
    return SimilarArticles(article, words, tuple(hits[:limit]))


def telling_words(article: EnrichedArticle, split: Tokenize) -> tuple[str, ...]:
    """The article's keywords, best first, and then the words of its title."""
    title = [token.text for token in split(article.title)]
    found = [*article.keywords[:_KEYWORDS], *title[:_TITLE_WORDS]]
    lowered = (word.lower() for word in found)
    return tuple(dict.fromkeys(word for word in lowered if _tells(word)))


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST or any(ord(letter) >= _SPACED for letter in word)


def _node(word: str) -> Node:
    return Phrase(None, word) if " " in word else Term(None, word)


def _in_language(query: Node, article: EnrichedArticle) -> Node:
    if article.language is None:
        return query
    return And((query, Term("language", article.language.lower())))
