"""XML read without a tree: names, namespaces, and a walk through a document."""

from collections.abc import Mapping
from typing import TypedDict

from ada_url import URL
from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
ATOM_03 = "http://purl.org/atom/ns#"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"
FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_CHUNK = 65_536


class ParserOptions(TypedDict):
    """What every parser of a document from outside is given."""

    encoding: str
    recover: bool
    resolve_entities: bool
    no_network: bool


PARSER_OPTIONS: ParserOptions = {
    "encoding": "utf-8",
    "recover": True,
    "resolve_entities": False,
    "no_network": True,
}
"""For documents that were ``mended``: faults are passed over, nothing else is read or fetched."""


class Walk:
    """A walk through a document, element by element, that knows the depth and ``xml:base``.

    ``walk`` calls ``start``, ``data`` and ``end``, until the document ends or ``done`` is set.

    Attributes:
        depth: of the element that is being read; the root's is 1.
        done: set when no more is wanted.
    """

    def __init__(self, url: str) -> None:
        self.depth = 0
        self.done = False
        self._bases = [(0, url)]

    @property
    def base(self) -> str:
        """What relative addresses are relative to here (XML Base, https://www.w3.org/TR/xmlbase/)."""
        return self._bases[-1][1]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - for those that inherit
        """An element begins. ``tag`` is ``{namespace}name``."""
        self.depth += 1
        if attributes and _BASE in attributes:
            self._bases.append((self.depth, _joined(value_of(attributes, _BASE), self.base)))

    def data(self, text: str) -> None:
        """Text, or a piece of one."""

    def end(self, tag: str) -> None:  # noqa: ARG002 - for those that inherit
        """An element ends."""
        if self._bases[-1][0] == self.depth:
            self._bases.pop()
        self.depth -= 1

    def close(self) -> None:
        """The document is over; some of its elements may not have ended."""


def walk(content: bytes, target: Walk) -> None:
    """Calls the methods of ``target`` for a document that was ``mended``.

    No tree is built, so that its size costs no memory.

    Raises:
        etree.LxmlError: there is no XML to be read.
    """
    parser = etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # lxml-stubs ask for a method for comments, lxml does not
        **PARSER_OPTIONS,
        huge_tree=False,
    )
    for at in range(0, len(content), _CHUNK):
        parser.feed(content[at : at + _CHUNK])
        if target.done:
            return
    parser.close()


def value_of(attributes: Mapping[str, str], name: str) -> str:
    """The value of an attribute, stripped; ``""`` where there is none.

    Without a tree, and with entities unresolved, libxml2 hands an ampersand on as a reference.
    """
    return attributes.get(name, "").replace("&#38;", "&").strip()


def name_of(tag: object) -> str:
    """The name of an element without its namespace, and without a prefix that nobody declared."""
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def namespace_of(tag: str) -> str:
    """The namespace of an element, or ``""``."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _joined(address: str, base: str) -> str:
    """A new base, also one that could not be fetched; the old one where the address makes none."""
    try:
        joined = URL(address, base=base)
    except ValueError:
        return base
    return str(joined.href) if joined.protocol in {"http:", "https:"} else base
