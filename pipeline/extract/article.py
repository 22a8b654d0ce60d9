"""From a page to the article it holds."""

from datetime import datetime

from pipeline.extract.fields import read_page, read_text
from pipeline.extract.plain_text.article import is_plain_text
from pipeline.outcome import Rejected
from pipeline.overrides import Overrides
from pipeline.records import Article, Link, Page
from pipeline.text.charset import decode
from pipeline.urls import BadUrl, normalise, url_id

MAX_MADE_TITLE = 80

NO_OVERRIDES = Overrides()


def extract(
    page: Page, *, link: Link, first_seen: datetime, overrides: Overrides = NO_OVERRIDES
) -> Article | Rejected:
    """The article on a page or in a text dump, or why there is none.

    ``overrides`` are the selectors of the page's source; a text dump has nothing that they could
    select.
    """
    try:
        normalise(page.final_url)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))
    text = decode(page.content, page.content_type)
    is_text = is_plain_text(text, page.content_type)
    reading = read_text(text, page, link) if is_text else read_page(text, page, link, overrides)
    if isinstance(reading, Rejected):
        return reading
    return Article(
        id=url_id(reading.canonical_url),
        url=page.final_url,
        source=link.source,
        host=page.final_url.host,
        published=reading.published_evidence[0].value if reading.published_evidence else None,
        first_seen=first_seen,
        fetched_at=page.fetched_at,
        **reading._replace(title=reading.title or first_words(reading.body))._asdict(),
    )


def first_words(body: str) -> str:
    """A title for an article that has none: how it begins."""
    line = body.split("\n", 1)[0]
    return line if len(line) <= MAX_MADE_TITLE else line[:MAX_MADE_TITLE].rsplit(" ", 1)[0] + "…"
