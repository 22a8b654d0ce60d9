"""From a page to the article it holds."""

from datetime import datetime

from pipeline.extract.addresses import canonical_url, image_url
from pipeline.extract.authors import find_authors
from pipeline.extract.bodies import find_body
from pipeline.extract.decode import decode
from pipeline.extract.facts import Facts, read_facts
from pipeline.extract.furniture import measure
from pipeline.extract.languages import declared_language
from pipeline.extract.moments import modified_at, published_evidence
from pipeline.extract.sections import find_section
from pipeline.extract.tags import find_tags
from pipeline.extract.text import plain
from pipeline.extract.titles import find_title
from pipeline.extract.tree import parse
from pipeline.extract.verdicts import asks_for_script, read_signs, refusal
from pipeline.outcome import Reason, Rejected
from pipeline.records import Article, Link, Page
from pipeline.urls import BadUrl, host_of, normalise, url_id


def extract(page: Page, *, link: Link, first_seen: datetime) -> Article | Rejected:
    """The article on a page, or why there is none.

    One parse serves all: structured data is read first, from the untouched tree; the search for the body then takes
    the tree apart.
    """
    try:
        normalise(page.final_url)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))
    parsed = parse(decode(page.content, page.content_type))
    if parsed is None:
        return Rejected(reason=Reason.EMPTY, detail="The page has no text.")
    tree = parsed.tree
    facts = read_facts(tree, page.final_url)
    title = find_title(tree, facts) or plain(link.title or "")
    description = find_description(facts)
    authors = find_authors(tree, facts)
    section = find_section(tree, facts, title)
    tags = find_tags(tree, facts)
    evidence = published_evidence(tree, facts, link, final_url=page.final_url, fetched_at=page.fetched_at)
    needs_script = asks_for_script(tree)
    sizes = measure(tree)
    signs = read_signs(tree, sizes[tree], needs_script=needs_script)
    body = find_body(tree, sizes, title=title, description=description, authors=authors)
    refused = refusal(facts=facts, signs=signs, title=title, body=body, url=page.final_url)
    if refused:
        return refused
    canonical = canonical_url(facts, page.final_url)
    return Article(
        id=url_id(canonical),
        url=page.final_url,
        canonical_url=canonical,
        source=link.source,
        host=host_of(page.final_url),
        title=title or first_words(body),
        body=body,
        description=description,
        section=section,
        authors=authors,
        published=evidence[0].value if evidence else None,
        published_evidence=evidence,
        modified=modified_at(facts, page.fetched_at),
        declared_language=declared_language(facts),
        image=image_url(facts, page.final_url),
        tags=tags,
        first_seen=first_seen,
        fetched_at=page.fetched_at,
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


MIN_DESCRIPTION = 20
MAX_MADE_TITLE = 80
