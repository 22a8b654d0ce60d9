"""From a page to the article it holds."""

from datetime import datetime

from pipeline.extract.fields import read_page, read_text
from pipeline.extract.metadata.addresses import stated_address
from pipeline.extract.metadata.structured_data import read_structured_data
from pipeline.extract.plain_text.article import is_plain_text
from pipeline.extract.tree import parse
from pipeline.outcome import Reason, Rejected
from pipeline.overrides import NO_OVERRIDES, Overrides
from pipeline.records import Article, Link, Page
from pipeline.text.charset import decode, is_unreadable
from pipeline.urls import BadUrl, Url, normalise, url_id

MAX_MADE_TITLE = 80


def extract(
    page: Page, *, link: Link, first_seen: datetime, overrides: Overrides = NO_OVERRIDES
) -> Article | Rejected:
    """The article on a page or in plain text, or why there is none.

    ``overrides`` are the selectors of the page's source; in plain text they select nothing.
    """
    try:
        normalise(page.final_url)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))
    text = decode(page.content, page.content_type)
    if is_plain_text(text, page.content_type):
        fields = read_text(text, page, link)
    else:
        fields = read_page(text, page, link, overrides)
    if isinstance(fields, Rejected):
        return fields
    if is_unreadable(fields.body):
        detail = "its charset could not be found: most letters would be replacement characters"
        return Rejected(reason=Reason.BAD_ENCODING, detail=detail)
    evidence = fields.published_evidence
    titled = fields._replace(title=fields.title or first_words(fields.body))
    return Article(
        id=url_id(fields.canonical_url),
        url=page.final_url,
        source=link.source,
        host=page.final_url.host,
        published=evidence[0].value if evidence else None,
        first_seen=first_seen,
        fetched_at=page.fetched_at,
        **titled._asdict(),
    )


def own_address(page: Page) -> Url | None:
    """What a page calls its address that has a made-up one.

    None for plain text, and where it says nothing usable.
    """
    text = decode(page.content, page.content_type)
    if is_plain_text(text, page.content_type):
        return None
    tree = parse(text)
    if tree is None:
        return None
    return stated_address(read_structured_data(tree, page.final_url), page.final_url)


def first_words(body: str) -> str:
    """A title for an article that has none: how it begins."""
    line = body.split("\n", 1)[0]
    if len(line) <= MAX_MADE_TITLE:
        return line
    return line[:MAX_MADE_TITLE].rsplit(" ", 1)[0] + "…"
