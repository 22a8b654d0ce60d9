"""From text to one tree that all of extraction reads."""

from dataclasses import dataclass

from lxml.html import HtmlElement
from trafilatura.utils import load_html

MAX_ELEMENTS = 25_000
"""Elements of a page; long live blogs have fewer. What comes after is left out, so that time and memory are bounded.

Depth needs no bound of ours: libxml2 stops at 255 elements inside each other.
"""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree and all its elements.

    lxml forgets the Python object of an element that nobody holds and makes it anew at the next visit; held, each is
    made once, which saves a third of the time of all that follows.
    """

    tree: HtmlElement
    elements: tuple[HtmlElement, ...]


def parse(text: str) -> Parsed | None:
    """The page's tree, or None when there is no markup in it."""
    if not text.strip():
        return None
    try:
        tree = load_html(text)
    except (ValueError, TypeError, AssertionError):
        return None
    if tree is None or not isinstance(tree.tag, str):
        return None
    elements = tuple(tree.iter())
    for element in reversed(elements[MAX_ELEMENTS:]):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)  # with the text after it: joining that would be quadratic
    return Parsed(tree, elements[:MAX_ELEMENTS])
