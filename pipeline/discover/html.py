"""Web pages as discovery reads them: a tree, and what its links are relative to."""

from lxml.etree import LxmlError, _Element
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.text.attributes import with_bounded_attributes
from pipeline.text.charset import decode
from pipeline.urls import resolve


def page_tree(content: bytes, content_type: str) -> HtmlElement | None:
    """The tree of an HTML page, or None where there is none to be read.

    Args:
        content: the document as it was fetched.
        content_type: the header, verbatim.
    """
    text = with_bounded_attributes(decode(content, content_type))
    if "<" not in text:
        return None
    try:
        return document_fromstring(
            text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (LxmlError, ValueError, AssertionError):
        return None


def base_of(tree: _Element, url: str) -> str:
    """What the page's relative links are relative to: its ``<base>``, else its own address."""
    named = next(
        (element.get("href") for element in tree.iter("base") if element.get("href")), None
    )
    return resolve(named, url) or url
