"""What travels along a chain: a batch's number (its lease epoch) and its items, as JSON."""

from typing import Generic, TypeVar

from pydantic import Field

from pipeline.records import Article, CopyOf, EnrichedArticle, Link, Moment, Record

P = TypeVar("P", bound=Record)


class Found(Record):
    """A leased URL: for the crawl stage and, its page waiting in the page store, for extraction."""

    link: Link
    found_at: Moment


class Judged(Record):
    """An article with the verdict of deduplication."""

    article: Article
    copy_of: CopyOf | None = Field(default=None)


class Item(Record, Generic[P]):
    """One URL of a batch: its id, how often it was tried, and what the stage works on."""

    url: str
    attempts: int
    payload: P


class Batch(Record, Generic[P]):
    """The items of one batch that go on."""

    batch: str
    items: tuple[Item[P], ...]


FoundBatch = Batch[Found]
ArticleBatch = Batch[Article]
JudgedBatch = Batch[Judged]
EnrichedBatch = Batch[EnrichedArticle]
