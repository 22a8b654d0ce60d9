"""Web pages as discovery reads them: a tree, and where its links lead."""

from lxml.etree import LxmlError, _Element
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.text.charset import decode
from pipeline.urls import BadUrl, Url, normalise


def page_tree(content: bytes, content_type: str) -> HtmlElement | None:
    """The tree of an HTML page, or None where there is none to be read.

    Args:
        content: the document as it was fetched.
        content_type: the header, verbatim.
    """
    text = decode(content, content_type)
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
    return resolved(named, url) or url


def resolved(reference: str | None, base: str) -> Url | None:
    """Where a link leads, as ``pipeline.urls.normalise`` gives it, or None where nothing could be fetched."""
    try:
        return normalise(reference, base=base) if reference else None
    except BadUrl:
        return None
