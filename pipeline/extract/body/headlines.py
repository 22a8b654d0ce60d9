"""The lines above an article's text: its title again, and its standfirst."""

import re

from lxml.etree import _Element

from pipeline.extract.body.boilerplate import MAX_SHARE, Sizes, cut
from pipeline.text.cleaning import letters, text_of

MIN_STANDFIRST = 30
MAX_PARTS = 3
LEAD_START = 60
"""Letters that a lead and the description have in common; descriptions are cut short and tidied."""

_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:sub-?title|sub-?head(?:line|ing)?|standfirst|dek|deck|strapline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|introduction|summary|excerpt|abstract|vorspann|chapeau"
    r"|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)


def remove_headline(
    tree: _Element, sizes: Sizes, titles: tuple[str, ...], description: str | None
) -> None:
    """Take out what stands above the text: the title, in any wording, and the standfirst.

    The standfirst is the description. A first paragraph that is also the description stays: it is
    neither a heading nor named as a standfirst.
    """
    _remove_headers(tree, sizes)
    bare = {letters(title) for title in titles} - {""}
    for element in list(tree.iter("h1", "h2", "h3")):
        if letters(text_of(element)) in bare:
            cut(element)
    standfirst = letters(description or "")
    if len(standfirst) >= MIN_STANDFIRST:
        _remove_standfirst(tree, standfirst)


def _remove_headers(tree: _Element, sizes: Sizes) -> None:
    """Take out each ``<header>`` with the main heading, unless it holds much of the text."""
    most = sizes[tree].running * MAX_SHARE
    for element in list(tree.iter("header")):
        if element.find(".//h1") is not None and sizes[element].running <= most:
            cut(element)


def _remove_standfirst(tree: _Element, standfirst: str) -> None:
    for element in list(tree.iter("h2", "h3", "h4", "p", "div", "span")):
        if len(element) > MAX_PARTS or not _can_be_standfirst(element):
            continue
        if letters(text_of(element)) == standfirst:
            cut(element)


def _can_be_standfirst(element: _Element) -> bool:
    if str(element.tag).startswith("h"):
        return True
    return _STANDFIRST.search(element.get("class") or "") is not None


def find_lead(tree: _Element, description: str | None) -> str | None:
    """The lead that a theme prints above the text, in an element that is named so.

    It begins as the description does. It is the first paragraph of the article, but stands outside
    the text's container and so is easily lost. Beside the headline, in a ``<header>``,
    one paragraph
    is the standfirst; only a container of paragraphs is text.
    """
    start = letters(description or "")[:LEAD_START]
    if len(start) < LEAD_START:
        return None
    for element in tree.iter("div", "p", "section", "strong"):
        if len(element) > MAX_PARTS or not _LEAD.search(element.get("class") or ""):
            continue
        text = text_of(element)
        if _is_text(element) and letters(text).startswith(start):
            return text
    return None


def _is_text(element: _Element) -> bool:
    if element.find("p") is not None:
        return True
    return next(element.iterancestors("header"), None) is None
