"""The tags that editors gave the article."""

from lxml.etree import _Element

from pipeline.extract.metadata.jsonld import strings
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import plain, text_of

MAX_TAGS = 30
MAX_TAG = 60


def find_tags(tree: _Element, facts: StructuredData) -> tuple[str, ...]:
    """Tags by the first source that has any.

    JSON-LD, article:tag, other meta names, links marked as tags.
    """
    json_ld = [
        piece for value in strings(facts.article.get("keywords")) for piece in _split(plain(value))
    ]
    for tags in (
        json_ld,
        [piece for value in facts.all("article:tag", "og:article:tag") for piece in _split(value)],
        [
            piece
            for value in facts.all("news_keywords", "parsely-tags", "sailthru.tags", "keywords")
            for piece in _split(value)
        ],
        [
            text_of(link)
            for link in tree.iter("a")
            if "tag" in (link.get("rel") or "").split()
            and "category" not in (link.get("rel") or "")
        ],
    ):
        named = {
            tag.casefold(): tag
            for tag in reversed(tags)
            if 1 < len(tag) <= MAX_TAG and ":" not in tag
        }
        if named:
            return tuple(named.values())[::-1][:MAX_TAGS]
    return ()


def _split(value: str) -> list[str]:
    pieces = value.split(";") if ";" in value and "," not in value else value.split(",")
    return [piece.strip(" #\"'") for piece in pieces]
