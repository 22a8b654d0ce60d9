"""Why a page that was served as 200 is not an article.

The rules are general: how much running text there is, how much of the page is links, what the
structured data calls the page, and the few sentences of block pages.
"""

import re

from courlan import is_navigation_page

from pipeline.extract.body.article_body import BRIEF
from pipeline.extract.body.blocks import CELL
from pipeline.extract.classify.block_pages import SHORT, classify_block_page
from pipeline.extract.classify.page_features import PageFeatures, is_called_article
from pipeline.extract.metadata.addresses import is_front
from pipeline.extract.metadata.jsonld import LISTING_TYPES
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.outcome import Reason, Rejected
from pipeline.text.cleaning import letters
from pipeline.text.lengths import has_cjk, text_length
from pipeline.urls import Url
from pipeline.urls.shape import has_article_path

FEW_WORDS = 10
"""Different words below which there is no text; the shortest brief has about fifteen."""

CREDIT_WORDS = 5
"""The same for a text that is not made of lines: a credit repeated has three or four."""

LINES_OF_GALLERY = 3
"""Lines from which on they can be captions."""

LINKS_OF_LISTING = 0.6
"""Share of a page's text inside links from which it is a listing, when it has little running
text."""

ALL_LINKS = 0.95
"""Share from which on it is one however long it is; no article in the measured sets comes near."""

MANY_TEASERS = 8

MANY_HEADLINES = 12
LINKS_OF_FRONT = 0.2
"""Links as long as headlines from which on a front page is a list, and their share of its text; a
blog's front page has whole articles."""

MADE_OF_TEASERS = 5
"""Parts of the text that announce other pages, from which it can be a list of them; at the address
of a list, one is enough."""

_WORD = re.compile(r"[^\W\d_]+")


def refusal(
    *, data: StructuredData, features: PageFeatures, title: str, body: str, url: Url
) -> Rejected | None:
    """Why the page is not an article, or None when it is one."""
    length = text_length(body) if _has_words(body) else 0
    kind = classify_block_page((title, data.title_tag), body, length)
    if kind:
        shown = (title or data.title_tag)[:80]
        return _not_an_article(f"The page looks like {kind}: its title is “{shown}”.")
    called_article = is_called_article(data)
    if length < BRIEF and not _is_all(features, data, body):
        return _too_short(features, length, called_article=called_article)
    return None if called_article else _not_called_article(data, features, body, url)


def made_of_links(features: PageFeatures, data: StructuredData) -> Rejected | None:
    """The refusal of a long page of which hardly a word is not a link; None for other pages."""
    only_links = features.text > 4 * SHORT and features.linked >= ALL_LINKS * features.text
    if only_links and not is_called_article(data):
        return _not_an_article("The page is made of links.")
    return None


def _too_short(features: PageFeatures, length: int, *, called_article: bool) -> Rejected:
    """Why there is no text: it needs scripts, or there are only links."""
    if length == 0 and features.scripted:
        return Rejected(
            reason=Reason.EMPTY, detail="The page is an empty shell that needs JavaScript."
        )
    few_links = features.linked <= features.text * LINKS_OF_LISTING
    if called_article or (few_links and features.teasers == 0):
        detail = f"No text of an article was found (only {length} characters)."
        return Rejected(reason=Reason.EMPTY, detail=detail)
    return _not_an_article(
        f"There are links and labels, but hardly any running text ({length} characters)."
    )


def _not_called_article(
    data: StructuredData, features: PageFeatures, body: str, url: Url
) -> Rejected | None:
    """The refusal of a page that no structured data calls an article; None when it is one."""
    length = text_length(body)
    if _is_made_of_teasers(features, body, url) or _is_called_listing(data, features, length, url):
        kind = "front page of its site" if is_front(url) else "list of links to other pages"
        return _not_an_article(f"The page is a {kind}.")
    return None


def _is_called_listing(data: StructuredData, features: PageFeatures, length: int, url: Url) -> bool:
    """True for a page that is a list by its type, or by its address and its many links."""
    if is_front(url) and features.headlines >= MANY_HEADLINES:
        return features.linked > features.text * LINKS_OF_FRONT
    if LISTING_TYPES.intersection(data.types) and length < 4 * SHORT:
        return True
    if length >= 2 * SHORT or not _is_mostly_links(features):
        return False
    return _is_address_of_list(url)


def _is_mostly_links(features: PageFeatures) -> bool:
    mostly_linked = features.linked > features.text * LINKS_OF_LISTING
    return mostly_linked or features.teasers >= MANY_TEASERS


def _is_made_of_teasers(features: PageFeatures, body: str, url: Url) -> bool:
    """True when most of the text is headings with links and what stands under them."""
    if has_article_path(url):
        return False
    text = letters(body)
    counts = {teaser: text.count(teaser) for teaser in features.teaser_texts}
    covered = sum(len(teaser) * count for teaser, count in counts.items())
    least = 1 if _is_address_of_list(url) else MADE_OF_TEASERS
    return sum(counts.values()) >= least and covered * 2 > len(text)


def _is_address_of_list(url: Url) -> bool:
    """True for a front page, a section, a tag and the like."""
    # Without the query: courlan takes WordPress' ?p=123, a short link, for a page of a list.
    return is_front(url) or is_navigation_page(url.partition("?")[0])


def _is_all(features: PageFeatures, data: StructuredData, body: str) -> bool:
    """True for a few words that are all that a page says, which has no links."""
    if features.linked or features.scripted or len(body) >= BRIEF:
        return False
    shown = features.text - len(data.title_tag)
    return len({*_WORD.findall(body)}) > 1 and len(body) * 2 > shown


def _has_words(body: str) -> bool:
    """False for lines of the same few words, as under the pictures of a gallery."""
    lines = body.count("\n\n") + 1
    is_table = body.count(CELL) * 2 > lines
    if is_table or len(body) > SHORT or has_cjk(body):
        return True
    least = FEW_WORDS if lines >= LINES_OF_GALLERY else CREDIT_WORDS
    return len({*_WORD.findall(body.casefold())}) >= least


def _not_an_article(detail: str) -> Rejected:
    return Rejected(reason=Reason.NOT_AN_ARTICLE, detail=detail)
