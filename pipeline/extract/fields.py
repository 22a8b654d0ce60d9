"""What a page or plain text says, as the fields of an article; or why it is none."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from lxml.html import HtmlElement
from pydantic import AwareDatetime

from pipeline.extract.body.article_body import Body, Source, find_body
from pipeline.extract.body.outlinks import links_out, outlinks
from pipeline.extract.classify.page_features import PageFeatures, read_page_features
from pipeline.extract.classify.refusal import made_of_links, refusal
from pipeline.extract.metadata.access import is_free, is_truncated
from pipeline.extract.metadata.addresses import canonical_url, image_url
from pipeline.extract.metadata.agencies import find_agency
from pipeline.extract.metadata.authors import Credits, credited_names, find_authors
from pipeline.extract.metadata.dates import modified_at, published_evidence
from pipeline.extract.metadata.languages import declared_language
from pipeline.extract.metadata.sections import find_section
from pipeline.extract.metadata.structured_data import StructuredData, read_structured_data
from pipeline.extract.metadata.tags import find_tags
from pipeline.extract.metadata.titles import find_title
from pipeline.extract.plain_text.article import PlainTextArticle, is_listing, read_plain_text
from pipeline.extract.selectors import Selected, select
from pipeline.extract.tree import parse, tree_of
from pipeline.outcome import Reason, Rejected
from pipeline.overrides import Overrides
from pipeline.records import Evidence, Link, Page
from pipeline.text.cleaning import plain
from pipeline.urls import Url, normalise

MIN_DESCRIPTION = 20
_DESCRIPTION_META = ("og:description", "description", "twitter:description", "dc.description")


class ExtractedFields(NamedTuple):
    """The fields of an article that its page says; named as the record's.

    The title is empty when there is none.
    """

    canonical_url: str
    title: str
    body: str
    description: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published_evidence: tuple[Evidence, ...] = ()
    modified: AwareDatetime | None = None
    declared_language: str | None = None
    image: str | None = None
    outlinks: tuple[Url, ...] = ()
    tags: tuple[str, ...] = ()
    free: bool | None = None
    truncated: bool = False


def read_page(
    text: str, page: Page, link: Link, overrides: Overrides
) -> ExtractedFields | Rejected:
    """A page's article.

    Structured data is read first, from the untouched tree, then the selectors of its source. The
    search for the body comes last, for it takes the tree apart.
    """
    tree = parse(text)
    if tree is None:
        return Rejected(reason=Reason.EMPTY, detail="The page has no text.")
    url, fetched_at = page.final_url, page.fetched_at
    data = read_structured_data(tree, url)
    selected = select(tree, overrides, url=url, fetched_at=fetched_at)
    about = _read_metadata(tree, data, selected, page, link)
    links = links_out(tree, url)
    reread = partial(_tree_of, text, page, overrides)
    body = _read_body(_Document(tree, data, url, reread), selected, about)
    if isinstance(body, Rejected):
        return body
    free = is_free(data)
    credits_ = about.credits
    credited = (*credited_names(data), *credits_.persons, *credits_.others)
    return ExtractedFields(
        canonical_url=canonical_url(data, url),
        title=about.title,
        body=body.text,
        description=about.description,
        section=about.section,
        authors=credits_.with_named(body.authors),
        agency=find_agency(data, credited, body.blocks),
        published_evidence=about.evidence,
        modified=modified_at(data, fetched_at),
        declared_language=declared_language(data, link),
        image=image_url(data, url),
        outlinks=outlinks(links, body.text, url),
        tags=about.tags,
        free=free,
        truncated=is_truncated(free=free, blocks=body.blocks, body=body.text),
    )


def _tree_of(text: str, page: Page, overrides: Overrides) -> HtmlElement | None:
    """The tree of a page, without what the selectors of its source remove."""
    tree = parse(text)
    if tree is not None:
        select(tree, overrides, url=page.final_url, fetched_at=page.fetched_at)
    return tree


class _Metadata(NamedTuple):
    """What is read of a page's tree before its body."""

    title: str
    wordings: tuple[str, ...]
    description: str | None
    section: str | None
    credits: Credits
    tags: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def _read_metadata(
    tree: HtmlElement, data: StructuredData, selected: Selected, page: Page, link: Link
) -> _Metadata:
    titles = find_title(tree, data)
    title = selected.title or titles.own or plain(link.title or "")
    return _Metadata(
        title=title,
        wordings=(title, *titles.wordings),
        description=find_description(data),
        section=selected.section or find_section(tree, data, title),
        credits=Credits(selected.authors) if selected.authors else find_authors(tree, data),
        tags=find_tags(tree, data),
        evidence=(
            *selected.published,
            *published_evidence(
                tree, data, link, final_url=page.final_url, fetched_at=page.fetched_at
            ),
        ),
    )


class _Document(NamedTuple):
    """A page; ``reread`` gives its tree as it was."""

    tree: HtmlElement
    data: StructuredData
    url: Url
    reread: Callable[[], HtmlElement | None]


def _read_body(document: _Document, selected: Selected, about: _Metadata) -> Body | Rejected:
    """The text, or why the page is not an article."""
    tree, data, url, reread = document
    persons = about.credits.persons
    features, sizes = read_page_features(tree, data, url)
    body = selected.body(persons) or made_of_links(features, data)
    if body is None:
        stated = max(map(len, data.article_texts("articleBody")), default=0)
        source = Source(tree, sizes, reread, stated)
        body = find_body(
            source, titles=about.wordings, description=about.description, persons=persons
        )
    if isinstance(body, Rejected):
        return body
    refused = refusal(data=data, features=features, title=about.title, body=body.text, url=url)
    return refused or body


def read_text(text: str, page: Page, link: Link) -> ExtractedFields | Rejected:
    """The article of a page that came as plain text, from its lines.

    There is no structured data, and what stands around the text says less.
    """
    data = StructuredData()
    article = read_plain_text(text, announced=plain(link.title or ""), url=page.final_url)
    body = "\n\n".join(article.paragraphs)
    refused = _refused_text(article, body, page.final_url)
    if refused:
        return refused
    evidence = published_evidence(
        tree_of(article.dates), data, link, final_url=page.final_url, fetched_at=page.fetched_at
    )
    return ExtractedFields(
        canonical_url=normalise(page.final_url),
        title=article.title,
        body=body,
        description=article.description,
        section=article.section,
        authors=article.authors,
        agency=find_agency(data, article.authors, article.blocks),
        declared_language=declared_language(data, link),
        published_evidence=evidence,
        truncated=is_truncated(free=None, blocks=article.blocks, body=body),
    )


def _refused_text(article: PlainTextArticle, body: str, url: Url) -> Rejected | None:
    """Why plain text is not an article; its labels are taken for what links are on a page."""
    features = PageFeatures(
        text=article.size,
        linked=article.labelled,
        teasers=article.labels,
        scripted=False,
    )
    refused = refusal(
        data=StructuredData(), features=features, title=article.title, body=body, url=url
    )
    if refused is None and is_listing(article):
        detail = "The text is a list of headlines with a line or two each."
        return Rejected(reason=Reason.NOT_AN_ARTICLE, detail=detail)
    return refused


def find_description(data: StructuredData) -> str | None:
    """What the page says it is about, in a sentence or two."""
    descriptions = (*data.article_texts("description"), *data.all(*_DESCRIPTION_META))
    return next((text for text in descriptions if len(text) > MIN_DESCRIPTION), None)
