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
        named: its class calls it a lead.
    """

    text: str
    described: bool = False
    named: bool = False


def find_leads(
    tree: _Element, sizes: Sizes, titles: Sequence[str], description: str | None
) -> list[Lead]:
    """What stands behind the page's headline, in the page's order."""
    bare_titles = _bare(titles)
    start = letters(description or "")[:LEAD_START]
    leads: list[Lead] = []
    for element in islice(_behind(_headline(tree, bare_titles)), NEAR):
        lead = _lead_in(element, sizes, start)
        if lead is None or letters(lead.text) in bare_titles:
            continue
        if not leads or lead.text not in leads[-1].text:
            leads.append(lead)
    return leads


def _lead_in(element: _Element, sizes: Sizes, start: str) -> Lead | None:
    """The lead that an element is; ``start`` is the beginning of the description."""
    if not _can_be_lead(element, sizes):
        return None
    text = text_of(element)
    is_described = len(start) >= LEAD_LENGTH.start and letters(text).startswith(start)
    is_named = _is_named(element)
    if not (is_described or is_named or sizes[element].running):
        return None
    return Lead(text, is_described, is_named)


def with_leads(blocks: Sequence[Block], leads: Sequence[Lead]) -> list[Block]:
    """The text behind the leads that stand before it and are not in it.

    Where nothing of the text stands behind them, only the description is a lead.
    """
    if not leads:
        return [*blocks]
    bare = "".join(letters(block.text) for block in blocks)
    above = [*takewhile(lambda lead: letters(lead.text)[:LEAD_START] not in bare, leads)]
    is_before_text = len(above) < len(leads)
    missing = [lead for lead in above if lead.described or (is_before_text and lead.named)]
    return [*(Block("p", lead.text) for lead in missing[:MAX_LEADS]), *blocks]


def _bare(titles: Sequence[str]) -> set[str]:
    return {letters(title) for title in titles} - {""}


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
