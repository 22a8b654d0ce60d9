"""An operator's CSS selectors for the pages of one source, applied before the general methods.

Selectors are CSS (https://www.w3.org/TR/selectors-3/), translated to XPath by cssselect.
``pipeline.extract.selectors`` applies them.
"""

from functools import lru_cache
from typing import Annotated

from cssselect import HTMLTranslator, SelectorError
from lxml.etree import XPath, XPathSyntaxError
from pydantic import AfterValidator

from pipeline.base import Record


@lru_cache(maxsize=1024)
def compiled(selector: str) -> XPath:
    """The selector as XPath.

    Raises:
        ValueError: no CSS selector; the message has it and what is wrong.
    """
    try:
        return XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, XPathSyntaxError) as error:
        raise ValueError(f"{selector!r} is not a CSS selector: {error}") from None


def _checked(selector: str) -> str:
    compiled(selector)
    return selector


Selector = Annotated[str, AfterValidator(_checked)]


class Overrides(Record):
    """CSS selectors for the pages of one source.

    One that matches nothing leaves its field to the general methods.

    Attributes:
        body: what holds the text; all that matches, whole and in the page's order, is the body.
        title: the first match's text, or its ``content``.
        authors: every match is a byline; its names are separated, and none is left out.
        published: the first match's ``datetime``, ``content`` or text.
        section: as ``title``.
        remove: what is removed before any method; ``title``, ``authors``, ``published`` and
            ``section`` are read before.
    """

    body: Selector | None = None
    title: Selector | None = None
    authors: Selector | None = None
    published: Selector | None = None
    section: Selector | None = None
    remove: tuple[Selector, ...] = ()


NO_OVERRIDES = Overrides()
