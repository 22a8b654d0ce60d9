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
    r"(?:^|[\s_-])(?:lead|lede|intro|introduction|summary|excerpt|abstract|vorspann|chapeau|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)


def remove_headline(
    tree: _Element, sizes: Sizes, titles: tuple[str, ...], description: str | None
) -> None:
    """Take out what stands above the text.

    The title again, in any wording, and the standfirst (the description).

    A first paragraph that is also the description stays: it is neither a heading nor named as a
    standfirst.
    """
    bare, standfirst = {letters(title) for title in titles} - {""}, letters(description or "")
    for element in list(tree.iter("header")):
        if (
            element.find(".//h1") is not None
            and sizes[element].running <= sizes[tree].running * MAX_SHARE
        ):
            cut(element)
    for element in list(tree.iter("h1", "h2", "h3")):
        if letters(text_of(element)) in bare:
            cut(element)
    if len(standfirst) < MIN_STANDFIRST:
        return
    for element in list(tree.iter("h2", "h3", "h4", "p", "div", "span")):
        named = str(element.tag).startswith("h") or _STANDFIRST.search(element.get("class") or "")
        if named and len(element) <= MAX_PARTS and letters(text_of(element)) == standfirst:
            cut(element)


def find_lead(tree: _Element, description: str | None) -> str | None:
    """The lead that a theme prints above the text, in an element that is named so and begins as the description does.

    It is the first paragraph of the article, but stands outside the text's container and so is
    easily lost. Beside the headline, in a ``<header>``, one paragraph is the standfirst; only a
    container of paragraphs is text.
    """
    start = letters(description or "")[:LEAD_START]
    if len(start) < LEAD_START:
        return None
    for element in tree.iter("div", "p", "section", "strong"):
        if not _LEAD.search(element.get("class") or "") or len(element) > MAX_PARTS:
            continue
        is_text = (
            element.find("p") is not None or next(element.iterancestors("header"), None) is None
        )
        text = text_of(element)
        if is_text and letters(text).startswith(start):
            return text
    return None
