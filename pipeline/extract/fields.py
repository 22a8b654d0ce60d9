"""What a page or a text dump says, as the fields of an article; or why it is none."""

from typing import NamedTuple

from pydantic import AwareDatetime

from pipeline.extract.body.article_body import find_body
from pipeline.extract.classify.page_features import (
    PageFeatures,
    made_of_links,
    read_page_features,
    refusal,
)
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
from pipeline.extract.plain_text.article import is_listing, read_plain_text
from pipeline.extract.selectors import select
from pipeline.extract.tree import parse, tree_of
from pipeline.outcome import Reason, Rejected
from pipeline.overrides import Overrides
from pipeline.records import Evidence, Link, Page
from pipeline.text.cleaning import plain
from pipeline.urls import normalise

MIN_DESCRIPTION = 20


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
    tags: tuple[str, ...] = ()
    free: bool | None = None
    truncated: bool = False


def read_page(
    text: str, page: Page, link: Link, overrides: Overrides
) -> ExtractedFields | Rejected:
    """A page's article. Structured data is read first, from the untouched tree.

    Then the selectors of its source.

    The search for the body comes last, for it takes the tree apart.
    """
    parsed = parse(text)
    if parsed is None:
        return Rejected(reason=Reason.EMPTY, detail="The page has no text.")
    tree, url, fetched_at = parsed.tree, page.final_url, page.fetched_at
    facts = read_structured_data(tree, url)
    selected = select(tree, overrides, url=url, fetched_at=fetched_at)
    titles = find_title(tree, facts)
    title = selected.title or titles.own or plain(link.title or "")
    credited = Credits(selected.authors) if selected.authors else find_authors(tree, facts)
    description = find_description(facts)
    section = selected.section or find_section(tree, facts, title)
    tags = find_tags(tree, facts)
    evidence = published_evidence(tree, facts, link, final_url=url, fetched_at=fetched_at)
    signs, sizes = read_page_features(tree, facts)
    body = selected.body(credited.persons) or made_of_links(signs, facts)
    body = body or find_body(
        tree,
        sizes,
        titles=(title, *titles.wordings),
        description=description,
        persons=credited.persons,
    )
    if isinstance(body, Rejected):
        return body
    if refused := refusal(facts=facts, signs=signs, title=title, body=body.text, url=url):
        return refused
    free = is_free(facts)
    return ExtractedFields(
        canonical_url=canonical_url(facts, url),
        title=title,
        body=body.text,
        description=description,
        section=section,
        authors=credited.with_named(body.authors),
        agency=find_agency(
            facts, (*credited_names(facts), *credited.persons, *credited.others), body.blocks
        ),
        published_evidence=(*selected.published, *evidence),
        modified=modified_at(facts, fetched_at),
        declared_language=declared_language(facts, link),
        image=image_url(facts, url),
        tags=tags,
        free=free,
        truncated=is_truncated(free=free, blocks=body.blocks, body=body.text),
    )


def read_text(text: str, page: Page, link: Link) -> ExtractedFields | Rejected:
    """A text dump's article, from its lines.

    There is no structured data, and what stands around the text says less.
    """
    facts = StructuredData()
    dump = read_plain_text(text, announced=plain(link.title or ""), url=page.final_url)
    body = "\n\n".join(dump.paragraphs)
    signs = PageFeatures(
        text=dump.size, linked=dump.labelled, teasers=dump.labels, password=False, scripted=False
    )
    refused = refusal(facts=facts, signs=signs, title=dump.title, body=body, url=page.final_url)
    if refused is None and is_listing(dump):
        refused = Rejected(
            reason=Reason.NOT_AN_ARTICLE,
            detail="The text is a list of headlines with a line or two each.",
        )
    if refused:
        return refused
    dates = tree_of(dump.dates)
    return ExtractedFields(
        canonical_url=normalise(page.final_url),
        title=dump.title,
        body=body,
        description=dump.description,
        section=dump.section,
        authors=dump.authors,
        agency=find_agency(facts, dump.authors, dump.blocks),
        declared_language=declared_language(facts, link),
        published_evidence=published_evidence(
            dates, facts, link, final_url=page.final_url, fetched_at=page.fetched_at
        ),
        truncated=is_truncated(free=None, blocks=dump.blocks, body=body),
    )


def find_description(facts: StructuredData) -> str | None:
    """What the page says it is about, in a sentence or two."""
    said = (
        *facts.said("description"),
        *facts.all("og:description", "description", "twitter:description", "dc.description"),
    )
    return next((text for text in said if len(text) > MIN_DESCRIPTION), None)
