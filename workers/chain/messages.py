"""What travels along a chain: a batch's number (its lease epoch) and its items, as JSON."""

from typing import Generic, TypeVar

from pydantic import AliasChoices, AwareDatetime, Field

from pipeline.base import Record
from pipeline.records import Article, CopyOf, EnrichedArticle, Link
from pipeline.urls import UrlId

P = TypeVar("P", bound=Record)


class LeasedLink(Record):
    """A leased URL: for the crawl stage and, its page waiting in the page store, for extraction."""

    link: Link
    found_at: AwareDatetime


class MatchedArticle(Record):
    """An article, and what it is a copy of."""

    article: Article
    copy_of: CopyOf | None = Field(default=None)


class Item(Record, Generic[P]):
    """One URL of a batch: its id, how often it was tried, and what the stage works on."""

    url_id: UrlId = Field(validation_alias=AliasChoices("url_id", "url"))
    attempts: int
    payload: P


class Batch(Record, Generic[P]):
    """The items of one batch that go on."""

    batch: str
    items: tuple[Item[P], ...]


LinkBatch = Batch[LeasedLink]
ArticleBatch = Batch[Article]
MatchedBatch = Batch[MatchedArticle]
EnrichedBatch = Batch[EnrichedArticle]
