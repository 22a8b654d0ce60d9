"""The records that travel through the pipeline: link → page → article → enriched article.

All are frozen and cross the wire as JSON. Field names follow schema.org's NewsArticle where it has
one.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import AliasChoices, AwareDatetime, ConfigDict, Field, JsonValue

from pipeline.base import Record
from pipeline.urls import Url, UrlId


class FoundBy(StrEnum):
    """How a link was found."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    COMMAND = "command"
    IMPORT = "import"


OF_COMMAND = "command"
"""Stands for the source of a URL that a person gave to a command."""

OF_IMPORT = "import"
"""Stands for the source of an imported page for which none was named."""

OF_DISCOVERY = "discovery"
"""Stands for the source of what is fetched while a site's feeds are looked for."""

OF_NO_SOURCE = frozenset({OF_COMMAND, OF_IMPORT, OF_DISCOVERY})
"""What stands for a source and is in no sources file."""


class Link(Record):
    """A URL that a source announced, with what the announcement says of it.

    Attributes:
        url: normalised by ``pipeline.urls.normalise``.
        source: id of the source in ``sources.yaml``, or ``OF_COMMAND`` or ``OF_IMPORT``.
        found_by: the kind of announcement.
        found_in: the address of the feed or sitemap that had it, when there is one.
        title: the announced title, as text.
        published: the announced date; evidence, not truth.
        modified: the announced date of the last change; a later one reopens a known URL.
        language: the announced language, by ``pipeline.text.languages.language_code``.
        asked_by: who wants this visit, where that is not who announced the URL: a person asked for
            a page that a source had announced before, and names no source.
    """

    url: Url
    source: str
    found_by: FoundBy
    found_in: str | None = None
    title: str | None = None
    published: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    language: str | None = None
    asked_by: FoundBy | None = None

    @property
    def names_no_source(self) -> bool:
        """Whether a person gave the URL and named no source."""
        return self.source in {OF_COMMAND, OF_IMPORT}

    @property
    def is_import(self) -> bool:
        """Whether the page of this visit comes from a file, and is not fetched."""
        return (self.asked_by or self.found_by) is FoundBy.IMPORT

    @property
    def changed(self) -> datetime | None:
        """The announced date of the last change: its publication, where no later one is said."""
        return self.modified or self.published


class Page(Record):
    """A fetched page before extraction.

    Attributes:
        url: what was asked for.
        final_url: where redirects led.
        content: the body, decoded from its content coding but not from its charset.
        content_type: the header, verbatim.
    """

    url: Url
    final_url: Url
    status: int
    content_type: str
    content: bytes
    fetched_at: AwareDatetime


class Evidence(Record):
    """A date that was read, and where.

    Attributes:
        provenance: where it was read: ``json-ld``, ``meta``, ``time``, ``url``, ``text``,
            ``selector``, or how the link was found; ``witness`` in JSON.
        value: the date.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    provenance: str = Field(
        validation_alias=AliasChoices("provenance", "witness"), serialization_alias="witness"
    )
    value: AwareDatetime


class Article(Record):
    """What a page says.

    Attributes:
        id: ``pipeline.urls.url_id`` of the canonical URL.
        url: the address it was fetched from (after redirects).
        body: paragraphs separated by a blank line.
        published_evidence: every date that may be that of publication, the most trusted first;
            ``published`` is the first one's value.
        declared_language: what the page says, else its announcement; evidence, not truth.
        outlinks: the links of the text to other sites, each once, in their order.
        agency: the news agency that the text is credited to (``pipeline.extract.metadata.agencies``
            has the names).
        free: whether the publisher says that all may read it; None when it says nothing.
        truncated: the text breaks off before the article's end, at a paywall or a "read more".
        first_seen: when its URL was accepted; fixes the month's index it lives in.
        fetched_at: when this version was fetched; orders versions.
    """

    id: UrlId
    url: Url
    canonical_url: Url
    source: str
    host: str
    title: str
    body: str
    description: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    published: AwareDatetime | None = None
    published_evidence: tuple[Evidence, ...] = ()
    modified: AwareDatetime | None = None
    declared_language: str | None = None
    image: str | None = None
    outlinks: tuple[Url, ...] = ()
    tags: tuple[str, ...] = ()
    agency: str | None = None
    free: bool | None = None
    truncated: bool = False
    first_seen: AwareDatetime
    fetched_at: AwareDatetime


class CopyOf(Record):
    """Why an article counts as the copy of another.

    Attributes:
        article: the first publisher's article of the family.
        rule: what decided: ``same_text``, ``near_text``, or ``operator``.
        score: how well the texts agree, 0 to 1.
        matched: the article whose text it agrees with, when that is another one of the family.
    """

    article: str
    rule: str
    score: float
    matched: str | None = None


class EnrichedArticle(Article):
    """An article as it is indexed.

    Attributes:
        language: ISO 639-1 code by the model, or the declared one where the text does not tell.
        keywords: the most telling words and phrases, best first.
        summary: the lead, cut at a sentence's end.
        word_count: words of the body.
        reading_minutes: minutes to read the body, rounded up.
        duplicate_of: the article this one is a near-copy of.
        version: counts the texts that this article has had, from 1; set by the index, which keeps
            the older ones.
        extra: what enrichers from outside have added, by their names; kept and shown, not
            searched.
    """

    language: str | None = None
    keywords: tuple[str, ...] = ()
    summary: str = ""
    word_count: int = 0
    reading_minutes: int = 0
    duplicate_of: CopyOf | None = None
    version: int = 1
    extra: Mapping[str, JsonValue] = Field(default_factory=dict)
