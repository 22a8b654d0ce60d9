"""The tags that editors gave the article."""

from collections.abc import Iterable

from lxml.etree import _Element

from pipeline.extract.metadata.jsonld import strings
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import plain, text_of

MAX_TAGS = 30
MAX_TAG = 60

_TAG_META = ("article:tag", "og:article:tag")
_KEYWORDS_META = ("news_keywords", "parsely-tags", "sailthru.tags", "keywords")


def find_tags(tree: _Element, data: StructuredData) -> tuple[str, ...]:
    """Tags by the first source that has any.

    JSON-LD, article:tag, other meta names, links marked as tags.
    """
    keywords = (plain(value) for value in strings(data.article.get("keywords")))
    sources = (
        _split_all(keywords),
        _split_all(data.all(*_TAG_META)),
        _split_all(data.all(*_KEYWORDS_META)),
        _marked(tree),
    )
    for tags in sources:
        named = _distinct(tags)
        if named:
            return named[:MAX_TAGS]
    return ()


def _distinct(tags: list[str]) -> tuple[str, ...]:
    """The tags that can be some, each once whatever its case.

    In the order of their last mentions, as their first mentions write them.
    """
    named: dict[str, str] = {}
    for tag in reversed(tags):
        if 1 < len(tag) <= MAX_TAG and ":" not in tag:
            named[tag.casefold()] = tag
    return tuple(reversed(named.values()))


def _marked(tree: _Element) -> list[str]:
    """The links with ``rel="tag"``; WordPress also marks categories so."""
    tags = []
    for link in tree.iter("a"):
        relations = link.get("rel") or ""
        if "tag" in relations.split() and "category" not in relations:
            tags.append(text_of(link))
    return tags


def _split_all(values: Iterable[str]) -> list[str]:
    return [piece for value in values for piece in _split(value)]


def _split(value: str) -> list[str]:
    pieces = value.split(";") if ";" in value and "," not in value else value.split(",")
    return [piece.strip(" #\"'") for piece in pieces]
