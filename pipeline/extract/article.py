"""From a page to the article it holds."""

from datetime import datetime
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.extract.access import is_free, is_truncated
from pipeline.extract.addresses import canonical_url, image_url
from pipeline.extract.agencies import find_agency
from pipeline.extract.authors import bylines, find_authors, is_person
from pipeline.extract.bodies import find_body
from pipeline.extract.decode import decode
from pipeline.extract.dumps import is_dump, is_listing, read_dump
from pipeline.extract.facts import Facts, read_facts
from pipeline.extract.furniture import measure
from pipeline.extract.languages import declared_language
from pipeline.extract.moments import modified_at, published_evidence
from pipeline.extract.sections import find_section
from pipeline.extract.tags import find_tags
from pipeline.extract.text import plain
from pipeline.extract.titles import find_title
from pipeline.extract.tree import parse, tree_of
from pipeline.extract.verdicts import Signs, asks_for_script, read_signs, refusal
from pipeline.outcome import Reason, Rejected
from pipeline.records import Article, Evidence, Link, Moment, Page
from pipeline.urls import BadUrl, host_of, normalise, url_id

MIN_DESCRIPTION = 20
MAX_MADE_TITLE = 80


class Reading(NamedTuple):
    """The fields of an article that its page says; named as the record's."""

    title: str
    body: str
    description: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published_evidence: tuple[Evidence, ...] = ()
    modified: Moment | None = None
    declared_language: str | None = None
    image: str | None = None
    tags: tuple[str, ...] = ()
    free: bool | None = None
    truncated: bool = False


def extract(page: Page, *, link: Link, first_seen: datetime) -> Article | Rejected:
    """The article on a page or in a text dump, or why there is none."""
    try:
        canonical = normalise(page.final_url)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))
    text = decode(page.content, page.content_type)
    if is_dump(text, page.content_type):
        reading = _of_dump(text, page, link)
    else:
        parsed = parse(text)
        if parsed is None:
            return Rejected(reason=Reason.EMPTY, detail="The page has no text.")
        facts = read_facts(parsed.tree, page.final_url)
        canonical = canonical_url(facts, page.final_url)
        reading = _of_page(parsed.tree, facts, page, link)
    if isinstance(reading, Rejected):
        return reading
    return Article(
        id=url_id(canonical),
        url=page.final_url,
        canonical_url=canonical,
        source=link.source,
        host=host_of(page.final_url),
        published=reading.published_evidence[0].value if reading.published_evidence else None,
        first_seen=first_seen,
        fetched_at=page.fetched_at,
        **reading._replace(title=reading.title or first_words(reading.body))._asdict(),
    )


def _of_page(tree: HtmlElement, facts: Facts, page: Page, link: Link) -> Reading | Rejected:
    """Structured data is read first, from the untouched tree; the search for the body then takes the tree apart."""
    title = find_title(tree, facts) or plain(link.title or "")
    description = find_description(facts)
    authors = find_authors(tree, facts)
    section = find_section(tree, facts, title)
    tags = find_tags(tree, facts)
    evidence = published_evidence(tree, facts, link, final_url=page.final_url, fetched_at=page.fetched_at)
    needs_script = asks_for_script(tree)
    sizes = measure(tree)
    signs = read_signs(tree, sizes[tree], needs_script=needs_script)
    persons = tuple(name for name in authors if is_person(name, facts.site_names))
    body, blocks, named = find_body(tree, sizes, title=title, description=description, persons=persons)
    refused = refusal(facts=facts, signs=signs, title=title, body=body, url=page.final_url)
    if refused:
        return refused
    free = is_free(facts)
    return Reading(
        title=title,
        body=body,
        description=description,
        section=section,
        authors=named or authors,
        agency=find_agency(facts, (*bylines(facts), *authors), blocks),
        published_evidence=evidence,
        modified=modified_at(facts, page.fetched_at),
        declared_language=declared_language(facts),
        image=image_url(facts, page.final_url),
        tags=tags,
        free=free,
        truncated=is_truncated(free=free, blocks=blocks, body=body),
    )


def _of_dump(text: str, page: Page, link: Link) -> Reading | Rejected:
    """The same from lines: there is no structured data, and what stands around the text says less."""
    facts = Facts()
    dump = read_dump(text, announced=plain(link.title or ""), url=page.final_url)
    body = "\n\n".join(dump.paragraphs)
    signs = Signs(text=dump.size, linked=dump.labelled, teasers=dump.labels, password=False, scripted=False)
    refused = refusal(facts=facts, signs=signs, title=dump.title, body=body, url=page.final_url)
    if refused is None and is_listing(dump):
        refused = Rejected(
            reason=Reason.NOT_AN_ARTICLE, detail="The text is a list of headlines with a line or two each."
        )
    if refused:
        return refused
    dates = tree_of(dump.dates)
    return Reading(
        title=dump.title,
        body=body,
        description=dump.description,
        section=dump.section,
        authors=dump.authors,
        agency=find_agency(facts, dump.authors, dump.blocks),
        published_evidence=published_evidence(dates, facts, link, final_url=page.final_url, fetched_at=page.fetched_at),
        truncated=is_truncated(free=None, blocks=dump.blocks, body=body),
    )


def find_description(facts: Facts) -> str | None:
    """What the page says it is about, in a sentence or two."""
    said = (
        *facts.said("description"),
        *facts.all("og:description", "description", "twitter:description", "dc.description"),
    )
    return next((text for text in said if len(text) > MIN_DESCRIPTION), None)


def first_words(body: str) -> str:
    """A title for an article that has none: how it begins."""
    line = body.split("\n", 1)[0]
    return line if len(line) <= MAX_MADE_TITLE else line[:MAX_MADE_TITLE].rsplit(" ", 1)[0] + "…"
