"""Text that is in a page's tree, but not where a reader without scripts looks for it.

Declarative shadow roots are shown as soon as they are read (HTML Living Standard, 4.12.3). What is
in ``<noscript>`` and templates is not; it is the text of pages that have no other. An element that
is not closed inside ``<noscript>`` takes in all that follows, so that this is shown as well.
"""

from itertools import islice

from lxml.etree import _Element
from lxml.html import HtmlElement, fragments_fromstring
from lxml.html.builder import DIV

from pipeline.extract.body.boilerplate import Sizes, cut, measure
from pipeline.text.cleaning import text_of

_TEMPLATE_TYPES = frozenset(("text/template", "text/html", "text/x-template"))
MIN_HIDDEN = 200
"""Characters of running text from which hidden text can be an article's."""

MAX_UNWRAPPED = 1000
"""Links without text that are unwrapped."""


def uncover(tree: _Element) -> Sizes:
    """Show what a reader sees, hide what none does, and measure all elements.

    Takes scripts and the like out of the tree.
    """
    _open_shadow_roots(tree)
    _unwrap_empty_links(tree)
    _cut_hidden(tree)
    covered = _covered(tree)
    sizes = measure(tree)
    enough = max(MIN_HIDDEN, sizes[tree].running)
    if sum(len(text_of(element)) for _, element in covered) < enough:
        return sizes
    if sum(measure(element)[element].running for _, element in covered) < enough:
        return sizes
    for place, element in covered:
        place.append(element)
    return measure(tree)


def _open_shadow_roots(tree: _Element) -> None:
    for element in list(tree.iter("template")):
        if element.get("shadowrootmode") or element.get("shadowroot"):
            element.tag = "div"


def _unwrap_empty_links(tree: _Element) -> None:
    """Unwrap links without text in paragraphs: trafilatura takes the text after one for its own."""
    empty = (link for link in tree.iter("a") if not link.text and not text_of(link))
    # ``drop_tag`` copies the text before a link: bounded, or a page of them takes minutes.
    for link in list(islice(empty, MAX_UNWRAPPED)):
        is_in_paragraph = next(link.iterancestors("p"), None) is not None
        if is_in_paragraph and isinstance(link, HtmlElement):
            link.drop_tag()


def _cut_hidden(tree: _Element) -> None:
    for element in list(tree.iter("p", "span")):
        if element.get("hidden") is not None:
            cut(element)


def _covered(tree: _Element) -> list[tuple[_Element, _Element]]:
    """Hidden elements with their text, taken out, and an empty element in the place of each."""
    covered = []
    for element in list(tree.iter("noscript", "template", "script")):
        content = _content(element)
        if content is None or element.getparent() is None:
            continue
        place = DIV()
        element.addprevious(place)
        cut(element)
        covered.append((place, content))
    return covered


def _content(element: _Element) -> _Element | None:
    """What an element hides as it would be shown; None where that is no text."""
    if element.tag != "script":
        if not text_of(element):
            return None
        element.tag = "div"
        return element
    text = element.text or ""
    if (element.get("type") or "").lower() not in _TEMPLATE_TYPES or len(text) < MIN_HIDDEN:
        return None
    content: _Element = DIV(*fragments_fromstring(text))
    return content
