"""Paragraphs between the headline and the text that a reader of the text's container loses.

Themes print the lead, or standfirst, beside the headline, outside the container of the text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.boilerplate import Sizes, cut
from pipeline.text.cleaning import letters, text_of

LEAD_LENGTH = range(40, 1500)
LEAD_START = 60
"""Letters by which a lead is compared; descriptions are cut short and tidied."""

NEAR = 80
"""Elements behind the headline among which leads are looked for."""

MAX_LEADS = 3

_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|introduction|summary|abstract|teaser"
    r"|vorspann|chapeau|chapo|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PARTS = ("p", "div", "h2", "h3", "h4", "section", "span", "strong")
_HEADINGS = ("h1", "h2", "h3", "h4")
_INNER = ("p", "div", "h2", "h3", "h4", "section", "ul", "table", "figure", "form")


class Lead(NamedTuple):
    """What may be a lead.

    Attributes:
        text: of a paragraph behind the headline.
        described: it is the beginning of the description.
        likely: its class calls it a lead, or it stands beside the headline.
    """

    text: str
    described: bool = False
    likely: bool = False


def find_leads(
    tree: _Element, sizes: Sizes, titles: Sequence[str], description: str | None
) -> list[Lead]:
    """What stands behind the page's headline, in the page's order."""
    bare_titles = _bare(titles)
    headline = _headline(tree, bare_titles)
    start = letters(description or "")[:LEAD_START]
    leads: list[Lead] = []
    for element in islice(_behind(headline), NEAR):
        if not _can_be_lead(element, sizes):
            continue
        text = text_of(element)
        is_known = letters(text) in bare_titles or (bool(leads) and text in leads[-1].text)
        is_described = len(start) >= LEAD_LENGTH.start and letters(text).startswith(start)
        is_named = _is_named(element)
        if not is_known and (is_described or is_named or sizes[element].running):
            is_likely = is_named or _is_beside(element, headline)
            leads.append(Lead(text, is_described, is_likely))
    return leads


def with_leads(blocks: Sequence[Block], leads: Sequence[Lead]) -> list[Block]:
    """The text behind the leads that stand before it and are not in it.

    Where nothing of the text stands behind them, only the description is a lead.
    """
    bare = "".join(letters(block.text) for block in blocks)
    above = [*takewhile(lambda lead: letters(lead.text)[:LEAD_START] not in bare, leads)]
    is_before_text = len(above) < len(leads)
    missing = [lead for lead in above if lead.described or (is_before_text and lead.likely)]
    return [*(Block("p", lead.text) for lead in missing[:MAX_LEADS]), *blocks]


def _bare(titles: Sequence[str]) -> set[str]:
    return {letters(title) for title in titles} - {""}


def _is_beside(element: _Element, headline: _Element | None) -> bool:
    """Whether an element, or what it stands in, is a sibling of the headline."""
    if headline is None:
        return False
    inner = islice(element.iterancestors(), 2)
    outer = set(islice(headline.iterancestors(), 2))
    return not outer.isdisjoint(inner)


def cut_headlines(tree: _Element, titles: Sequence[str]) -> None:
    """Take out the headings that show one of these titles."""
    bare_titles = _bare(titles)
    for heading in list(tree.iter(*_HEADINGS)) if bare_titles else ():
        if letters(text_of(heading)) in bare_titles:
            cut(heading)


def _headline(tree: _Element, bare_titles: set[str]) -> _Element | None:
    """The heading that shows the title; else the first main heading."""
    for heading in tree.iter(*_HEADINGS):
        if letters(text_of(heading)) in bare_titles:
            return heading
    return next(tree.iter("h1"), None)


def _behind(headline: _Element | None) -> Iterator[_Element]:
    """The elements that follow one in the page; none without one."""
    if headline is None:
        return
    for outer in (headline, *headline.iterancestors()):
        for sibling in outer.itersiblings():
            yield from sibling.iter(*_PARTS)


def _can_be_lead(element: _Element, sizes: Sizes) -> bool:
    size = sizes.get(element)
    if size is None or size.text not in LEAD_LENGTH or size.linked * 2 > size.text:
        return False
    if next(element.iterancestors("figure", "aside", "table"), None) is not None:
        return False
    return next(element.iterdescendants(*_INNER), None) is None


def _is_named(element: _Element) -> bool:
    """Whether an element or what it stands in is called a lead."""
    parent = element.getparent()
    around = (element,) if parent is None else (element, parent)
    return any(_LEAD.search(other.get("class") or "") for other in around)
