"""What is not an article, and how that shows: pages that were served as 200 and say something else.

The signals are general: how much running text there is, how much of the page is links, what the
structured data calls the page, and the few sentences with which machines turn visitors away.
"""

import re
from dataclasses import dataclass

from courlan import is_navigation_page
from lxml.etree import _Element

from pipeline.extract.body.boilerplate import Sizes, measure
from pipeline.extract.classify.block_pages import SHORT, turned_away
from pipeline.extract.metadata.addresses import is_front
from pipeline.extract.metadata.jsonld import ARTICLE_TYPES, LISTING_TYPES
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.outcome import Reason, Rejected
from pipeline.text.cleaning import letters, raw_text, text_of
from pipeline.text.scripts import CJK
from pipeline.urls.shape import has_article_path

BRIEF = 120
"""Characters from which a text can be a news brief. A CJK character counts as three: it says half a word."""

FEW_WORDS = 10
"""Different words below which there is no text; the shortest brief has about fifteen."""

LINKS_OF_LISTING = 0.6
"""Share of a page's text inside links from which it is a list of links, when it has little running text."""

_CJK = re.compile(f"[{CJK}]")
_WORD = re.compile(r"[^\W\d_]+")
_COUNTER = re.compile(r"\b\d{1,3}\s*/\s*\d{1,3}\s*")
_SCRIPT_NEEDED = re.compile(
    r"(?:enable|activate|requires?|need) (?:to )?(?:enable )?javascript|javascript (?:is|aktivieren|disabled)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """What the page looked like before furniture was taken out.

    Attributes:
        text: characters of all text.
        linked: of those, inside links.
        teasers: ``<article>`` elements or headings that are links to other pages.
        password: whether the page asks for one.
        scripted: whether it says that it needs JavaScript.
        teasings: the letters of headings that are links, of what stands under them, and of list
            items that are links.
    """

    text: int
    linked: int
    teasers: int
    password: bool
    scripted: bool
    teasings: frozenset[str] = frozenset()


def _asks_for_script(tree: _Element) -> bool:
    """True when the page says that it shows nothing without JavaScript."""
    return any(_SCRIPT_NEEDED.search(raw_text(element)) for element in tree.iter("noscript"))


def read_page_features(tree: _Element, facts: StructuredData) -> tuple[PageFeatures, Sizes]:
    """Count what tells pages apart, before furniture is taken out.

    What calls itself an article is not a list.

    Measuring takes scripts and the like out of the tree.
    """
    needs_script = _asks_for_script(tree)
    sizes = measure(tree)
    size = sizes[tree]
    linked = [heading for heading in tree.iter("h2", "h3") if _is_link(heading)]
    signs = PageFeatures(
        text=size.text,
        linked=size.linked,
        teasers=len(linked),
        password=any(field.get("type") == "password" for field in tree.iter("input")),
        scripted=needs_script,
        teasings=frozenset() if is_called_article(facts) else _teasings(tree, linked),
    )
    return signs, sizes


CREDIT_WORDS = 5
"""The same for a text that is not made of lines: a credit repeated has three or four."""

LINES_OF_GALLERY = 3
"""Lines from which on they can be captions."""


def refusal(
    *, facts: StructuredData, signs: PageFeatures, title: str, body: str, url: str
) -> Rejected | None:
    """Why the page is not an article, or None when it is one."""
    length = text_length(body) if _has_words(body) else 0
    says_article = is_called_article(facts)
    wall = turned_away((title, facts.title_tag), body, length)
    if wall:
        shown = (title or facts.title_tag)[:80]
        return _not_an_article(f"The page looks like {wall}: its title is “{shown}”.")
    if length < BRIEF:
        return _too_short(signs, length, says_article=says_article)
    return None if says_article else _not_called_article(facts, signs, body, url)


def made_of_links(signs: PageFeatures, facts: StructuredData) -> Rejected | None:
    """Why a long page has no text worth looking for: hardly a word of it is not a link."""
    only_links = signs.text > 4 * SHORT and signs.linked >= ALL_LINKS * signs.text
    return (
        _not_an_article("The page is made of links.")
        if only_links and not is_called_article(facts)
        else None
    )


def _not_called_article(
    facts: StructuredData, signs: PageFeatures, body: str, url: str
) -> Rejected | None:
    """Why a page that no structured data calls an article is none."""
    length = text_length(body)
    if is_front(url):
        return _not_an_article("The address is the front page of its site.")
    if signs.password and length < SHORT:
        return _not_an_article("The page asks for a password and has hardly any text.")
    if _is_made_of_teasers(signs, body, url) or _is_listing(facts, signs, length, url):
        return _not_an_article("The page is a list of links to other pages.")
    return None


def is_called_article(facts: StructuredData) -> bool:
    """True when structured data calls the page an article, or gives it the date and author of one."""
    kinds = {
        value.lower()
        for value in facts.all("og:type", "dc.type", "parsely-type", "page_type", "pagetype")
    }
    by_type = bool(ARTICLE_TYPES.intersection(facts.types)) and bool(facts.article)
    return (
        by_type
        or bool(kinds & {"article", "news", "story", "post", "newsarticle", "blogposting"})
        or bool(facts.first("article:published_time", "datepublished", "parsely-pub-date"))
    )


def text_length(body: str) -> int:
    """Characters, those of CJK scripts counted three times.

    The counters of a slideshow ("3/24") are none.
    """
    body = _COUNTER.sub("", body)
    return len(body) + 2 * len(_CJK.findall(body))


def _too_short(signs: PageFeatures, length: int, *, says_article: bool) -> Rejected:
    """Why there is no text: a shell, a wall, nothing, or only links."""
    if length == 0 and signs.scripted:
        return Rejected(
            reason=Reason.EMPTY, detail="The page is an empty shell that needs JavaScript."
        )
    if signs.password:
        return _not_an_article("The page asks for a password and has hardly any text.")
    few_links = signs.linked <= signs.text * LINKS_OF_LISTING
    if says_article or (few_links and signs.teasers == 0):
        return Rejected(
            reason=Reason.EMPTY,
            detail=f"No text of an article was found (only {length} characters).",
        )
    return _not_an_article(
        f"There are links and labels, but hardly any running text ({length} characters)."
    )


def _is_listing(facts: StructuredData, signs: PageFeatures, length: int, url: str) -> bool:
    """True for a page of links: by its type, or by how much of it is links, unless its address is an article's."""
    if LISTING_TYPES.intersection(facts.types) and length < 4 * SHORT:
        return True
    # Courlan takes WordPress' ?p=123 for a page of a list; it is a short link.
    path = url.partition("?")[0]
    if (
        is_navigation_page(path)
        and not has_article_path(url)
        and signs.teasers
        and length < 2 * SHORT
    ):
        return True
    limit = SHORT // 3 if has_article_path(url) else 2 * SHORT
    dense = signs.linked > signs.text * LINKS_OF_LISTING
    return length < limit and (dense or (signs.teasers >= MANY_TEASERS and length < signs.text / 5))


def _has_words(body: str) -> bool:
    """False for lines of the same few words, as under the pictures of a gallery."""
    if len(body) > SHORT or _CJK.search(body):
        return True
    least = FEW_WORDS if body.count("\n\n") + 1 >= LINES_OF_GALLERY else CREDIT_WORDS
    return len({*_WORD.findall(body.casefold())}) >= least


def _is_made_of_teasers(signs: PageFeatures, body: str, url: str) -> bool:
    """True when most of the text is headings with links and what stands under them, however long it is."""
    text = letters(body)
    found = {teasing: text.count(teasing) for teasing in signs.teasings}
    teasing = sum(len(each) * count for each, count in found.items())
    return (
        sum(found.values()) >= MADE_OF_TEASERS
        and teasing * 2 > len(text)
        and not has_article_path(url)
    )


ALL_LINKS = 0.95
"""Share from which on it is one however long it is; no article in the sets comes near."""

MANY_TEASERS = 8
MADE_OF_TEASERS = 5
"""Parts of the text that announce other pages, from which it can be a list of them."""


def _is_link(heading: _Element) -> bool:
    """True for a heading that leads to another page.

    It is in a link, or has one to more than its own place.
    """
    parent = heading.getparent()
    links = [link for link in heading.iter("a") if not (link.get("href") or "").startswith("#")]
    return bool(links) or (parent is not None and parent.tag == "a")


def _teasings(tree: _Element, linked: list[_Element]) -> frozenset[str]:
    found = [element for heading in linked for element in (heading, *_under(heading))]
    found += [
        item
        for item in tree.iter("li")
        if any(len(text_of(link)) * 2 > len(text_of(item)) for link in item.iter("a"))
    ]
    return frozenset(filter(None, (letters(text_of(element)) for element in found)))


def _under(heading: _Element) -> list[_Element]:
    """What stands under a heading: its date and its paragraph."""
    beside = list(heading.itersiblings())
    parent = heading.getparent()
    if parent is not None and parent.tag in {"a", "header"}:
        beside += parent.itersiblings()
    return [element for element in beside if element.tag in {"p", "div"}][:2]


def _not_an_article(detail: str) -> Rejected:
    return Rejected(reason=Reason.NOT_AN_ARTICLE, detail=detail)
