"""What travels along a chain: a batch's number (its lease epoch) and its items, as JSON."""

from typing import Generic, TypeVar

from pydantic import AliasChoices, AwareDatetime, Field

from pipeline.base import Record
from pipeline.records import Article, CopyOf, EnrichedArticle, Link
from pipeline.urls import Url, UrlId

P = TypeVar("P", bound=Record)


class LeasedLink(Record):
    """A leased URL: for the crawl stage and, its page waiting in the page store, for extraction."""

    link: Link
    found_at: AwareDatetime

    @property
    def source(self) -> str:
        """The id of the source that announced it."""
        return self.link.source


class MatchedArticle(Record):
    """An article, and what it is a copy of."""

    article: Article
    copy_of: CopyOf | None = Field(default=None)

    @property
    def source(self) -> str:
        """The id of the source that announced it."""
        return self.article.source


class WaitsForIndex(Record):
    """The index stage could not write an article, through no fault of the article.

    Attributes:
        error: why, as a sentence.
    """

    error: str


class Item(Record, Generic[P]):
    """One URL of a batch.

    Attributes:
        url_id: of the URL as it was announced.
        attempts: how often it was tried.
        payload: what the stage works on.
        link_url: the URL as it was announced; None in messages of the release before.
    """

    url_id: UrlId = Field(validation_alias=AliasChoices("url_id", "url"))
    attempts: int
    payload: P
    link_url: Url | None = None


class Batch(Record, Generic[P]):
    """The items of one batch that go on.

    Attributes:
        batch: its number, which is the lease epoch.
        items: those that have not ended.
        leased_at: seconds since the epoch; None in messages of the release before.
    """

    batch: str
    items: tuple[Item[P], ...]
    leased_at: float | None = None


LinkBatch = Batch[LeasedLink]
ArticleBatch = Batch[Article]
MatchedBatch = Batch[MatchedArticle]
EnrichedBatch = Batch[EnrichedArticle]
