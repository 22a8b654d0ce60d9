"""Paragraphs between the headline and the text that a reader of the text's container loses.

Themes print the lead, or standfirst, beside the headline, outside the container of the text.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
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


class Kind(Enum):
    """What stands between headline and text."""

    SUBHEADLINE = auto()
    """The description again as a heading: a part of the headline."""
    DESCRIBED = auto()
    """The beginning of the description."""
    NAMED = auto()
    """What its class calls a lead."""
    BESIDE = auto()
    """A paragraph beside the headline."""
    OTHER = auto()
    """Any other paragraph: most often the text itself."""


_SURE = frozenset((Kind.SUBHEADLINE, Kind.DESCRIBED, Kind.NAMED))


class Lead(NamedTuple):
    """What may be a lead."""

    text: str
    kind: Kind


def find_leads(
    tree: _Element, sizes: Sizes, titles: Sequence[str], description: str | None
) -> list[Lead]:
    """What stands behind the page's headline, in the page's order."""
    bare_titles = _bare(titles)
    headline = _headline(tree, bare_titles)
    described = letters(description or "")
    leads: list[Lead] = []
    near = [e for e in islice(_behind(headline), NEAR) if _can_be_lead(e, sizes)]
    found = [(_lead_in(element, headline, described), sizes[element].running) for element in near]
    for lead, running in found:
        is_inner = bool(leads) and lead.text in leads[-1].text
        if _is_text(lead, running) and not is_inner and letters(lead.text) not in bare_titles:
            leads.append(lead)
    return leads


def _bare(titles: Sequence[str]) -> set[str]:
    return {letters(title) for title in titles} - {""}


def _is_text(lead: Lead, running: int) -> bool:
    return lead.kind in _SURE or running > 0


def with_leads(blocks: Sequence[Block], leads: Sequence[Lead]) -> list[Block]:
    """The text behind its leads, and without the subheadline."""
    subheadlines = {letters(lead.text) for lead in leads if lead.kind is Kind.SUBHEADLINE}
    missing = _missing(leads, "".join(letters(block.text) for block in blocks))
    own = [block for block in blocks if letters(block.text) not in subheadlines]
    return [*(Block("p", lead.text) for lead in missing[:MAX_LEADS]), *own]


def _missing(leads: Sequence[Lead], bare_text: str) -> list[Lead]:
    """The leads that stand before the text and are not in it.

    Where nothing of the text stands behind them, only the description is a lead.
    """
    above = [*takewhile(lambda lead: letters(lead.text)[:LEAD_START] not in bare_text, leads)]
    kinds = {Kind.DESCRIBED}
    if len(above) < len(leads):
        kinds |= {Kind.NAMED, Kind.BESIDE}
    return [lead for lead in above if lead.kind in kinds]


def _lead_in(element: _Element, headline: _Element | None, described: str) -> Lead:
    text = text_of(element)
    bare = letters(text)
    if len(described) >= LEAD_LENGTH.start and bare.startswith(described[:LEAD_START]):
        is_heading = element.tag in _HEADINGS and bare == described
        return Lead(text, Kind.SUBHEADLINE if is_heading else Kind.DESCRIBED)
    if _is_named(element):
        return Lead(text, Kind.NAMED)
    return Lead(text, Kind.BESIDE if _is_beside(element, headline) else Kind.OTHER)


def _is_beside(element: _Element, headline: _Element | None) -> bool:
    """Whether an element, or what it stands in, is a sibling of the headline."""
    if headline is None:
        return False
    inner = islice(element.iterancestors(), 2)
    outer = set(islice(headline.iterancestors(), 2))
    return not outer.isdisjoint(inner)


def cut_headlines(tree: _Element, titles: Sequence[str]) -> None:
    """Take out the headings that show a title: trafilatura reads a short page as one paragraph."""
    bare_titles = _bare(titles)
    for heading in list(tree.iter(*_HEADINGS)):
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
