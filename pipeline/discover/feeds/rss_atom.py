"""RSS 0.90 to 2.0, RDF, and Atom 0.3 and 1.0, as they are written.

After https://www.rssboard.org/rss-specification, https://web.resource.org/rss/1.0/spec and RFC
4287, with Dublin Core and FeedBurner's addresses. An element counts when it has the namespace of
the entry (or channel) that it is a child of, whichever that is, or one of those extensions; so
``media:title`` is no title. Nothing is kept but what is asked for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from pipeline.discover.announced import title_of_markup, title_of_text
from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed, is_address
from pipeline.discover.xml import (
    ATOM,
    ATOM_03,
    DUBLIN_CORE,
    DUBLIN_CORE_TERMS,
    FEEDBURNER,
    LANG,
    Walk,
    name_of,
    namespace_of,
    value_of,
    walk,
)

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ENTRY_TAG = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:item|entry)(?=[\s/>])")
_EXTENSIONS = {
    ATOM: "atom:", ATOM_03: "atom:", DUBLIN_CORE: "dc:", DUBLIN_CORE_TERMS: "dc:", FEEDBURNER: "feedburner:",
    "http://purl.org/dc/elements/1.0/": "dc:", "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "",
}  # fmt: skip
_PUBLISHED = (
    "pubdate",
    "published",
    "atom:published",
    "issued",
    "dc:date",
    "dc:issued",
    "dc:created",
    "created",
)
_UPDATED = ("updated", "modified", "atom:updated", "dc:modified")
_TITLES = ("title", "dc:title")
_TEXTS = frozenset({*_PUBLISHED, *_UPDATED, "link", "guid", "id", "feedburner:origlink"})
_OF_FEED = frozenset({"title", "link", "language", "dc:language"})
_LITERAL = frozenset({"text", "text/plain", "xhtml", "application/xhtml+xml"})
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_MOST_TEXT = 10_000
# Which address goes first: the publisher's own where FeedBurner's stands in its place, the link,
# other forms of the page, then identifiers that happen to be addresses.
_ORIGINAL, _LINK, _OTHER_LINK, _IDENTIFIER, _SUBJECT = range(5)


def read_xml(content: bytes, *, url: str, most: int) -> RawFeed:
    """Reads a document that was ``mended``. One that breaks off keeps what it has.

    Args:
        content: the document.
        url: where redirects led.
        most: entries to read; the others are counted by their tags, wherever these stand.

    Raises:
        NotAFeed: no XML, or another kind of it.
    """
    way = _Way(url, most)
    try:
        walk(content, way)
    except etree.LxmlError as error:
        if not way.entries:
            raise NotAFeed(f"the document is not RSS, Atom or JSON Feed ({error})") from None
    way.finish()
    if not way.root:
        raise NotAFeed("the document is not RSS, Atom or JSON Feed")
    if way.root.lower() not in _ROOTS or (
        way.root.lower() == "rdf" and not (way.channel or way.entries)
    ):
        raise NotAFeed(f"the document's root is {way.root[:50]}, which holds no feed")
    return RawFeed(
        title=way.fields.get("title"),
        language=way.fields.get("lang")
        or way.fields.get("language")
        or way.fields.get("dc:language"),
        site=_first(way.links),
        entries=tuple(way.entries),
        cut=max(0, sum(1 for _ in _ENTRY_TAG.finditer(content)) - most) if way.done else 0,
    )


class _Way(Walk):
    """What has been read so far: the fields and links of the feed, those of the entry at hand, and whole entries."""

    def __init__(self, url: str, most: int) -> None:
        super().__init__(url)
        self.root = ""
        self.channel = False
        self.entries: list[RawEntry] = []
        self.fields: dict[str, str] = {}
        self.links: dict[int, Address] = {}
        self._most = most
        self._about = (self.fields, self.links)
        self._namespaces: dict[int, str] = {}  # of those whose children count, by depth
        self._entry_tag: str | None = None
        self._entry_depth = 0
        self._field: str | None = None
        self._field_depth = 0
        self._attributes: Mapping[str, str] = {}
        self._field_base = url
        self._pieces: list[str] = []
        self._room = 0
        self._inner = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        if self.done:
            return
        if tag == self._entry_tag or (
            self._entry_tag is None and name_of(tag) in _ENTRIES and self.depth > 1
        ):
            self._begin(tag, attributes)
        elif self._field:
            self._inner = True
        elif (namespace := self._namespaces.get(self.depth - 1)) is not None:
            self._child(tag, namespace, attributes)
        elif self.depth == 1:
            self._document(tag, attributes)

    def data(self, text: str) -> None:
        if self._field and self._room > 0:
            self._pieces.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        if self._field and self.depth == self._field_depth:
            self._take()
        if self.depth == self._entry_depth:
            self._finish_entry()
        elif self.depth in self._namespaces and self.depth > 1:
            del self._namespaces[self.depth]
        super().end(tag)

    def finish(self) -> None:
        """Takes the entry that had begun when the document broke off, if enough of it was there."""
        if self._entry_depth and self._about[1]:
            self._finish_entry()

    def _document(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.root = name_of(tag)
        self.done = self.root.lower() not in _ROOTS
        self._namespaces[1] = namespace_of(tag)
        self._speaks(attributes)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An entry begins; one that has not ended, in a broken document, ends here."""
        if self._entry_depth:
            self._finish_entry()
        if self.done:
            return
        self._field, self._entry_tag, self._entry_depth = None, tag, self.depth
        self._namespaces[self.depth] = namespace_of(tag)
        self._about = ({}, {})
        if is_address(about := value_of(attributes, _ABOUT)):
            self._about[1][_SUBJECT] = Address(about, self.base)

    def _child(self, tag: str, namespace: str, attributes: Mapping[str, str]) -> None:
        """A child of the feed, the channel or an entry."""
        field = _field_of(tag, namespace)
        if not self._entry_depth and name_of(tag) == "channel" and self.depth == 2:  # noqa: PLR2004 - the root's child
            self.channel = True
            self._namespaces[self.depth] = namespace_of(tag)
            self._speaks(attributes)
        elif field in _TITLES or (field in _TEXTS if self._entry_depth else field in _OF_FEED):
            self._field, self._field_depth, self._attributes = field, self.depth, attributes
            self._field_base, self._pieces, self._room, self._inner = (
                self.base,
                [],
                _MOST_TEXT,
                False,
            )
        elif field == "atom:link":
            self._link(attributes)

    def _speaks(self, attributes: Mapping[str, str]) -> None:
        if language := value_of(attributes, LANG):
            self.fields["lang"] = language

    def _take(self) -> None:
        """A field has ended."""
        name, text, (fields, links) = str(self._field), "".join(self._pieces), self._about
        self._field = None
        if name == "link":
            if text.strip():
                links.setdefault(_LINK, Address(text, self._field_base))
            self._link(self._attributes, self._field_base)
        elif name == "feedburner:origlink":
            links.setdefault(_ORIGINAL, Address(text, self._field_base))
        elif name in {"guid", "id"}:
            if is_address(text) and value_of(self._attributes, "isPermaLink").lower() != "false":
                links.setdefault(_IDENTIFIER, Address(text, self._field_base))
        elif name in _TITLES:
            literal = self._inner or value_of(self._attributes, "type").lower() in _LITERAL
            escaped = value_of(self._attributes, "mode") == "escaped"  # Atom 0.3
            if title := title_of_text(text) if literal and not escaped else title_of_markup(text):
                fields.setdefault(name, title)
        elif text.strip():
            fields.setdefault(name, text.strip())

    def _link(self, attributes: Mapping[str, str], base: str | None = None) -> None:
        """A link in Atom's form (RFC 4287 §4.2.7); one without ``rel`` is an alternate."""
        address = value_of(attributes, "href")
        relations = value_of(attributes, "rel").lower().split() or ["alternate"]
        if address and any(relation.rpartition("/")[2] == "alternate" for relation in relations):
            page = value_of(attributes, "type").partition(";")[0].strip().lower() in _PAGES
            self._about[1].setdefault(
                _LINK if page else _OTHER_LINK, Address(address, base or self.base)
            )

    def _finish_entry(self) -> None:
        if self._field:
            self._take()
        fields, links = self._about
        self.entries.append(
            RawEntry(
                addresses=tuple(links[rank] for rank in sorted(links)),
                title=fields.get("title") or fields.get("dc:title"),
                published=tuple(fields[name] for name in _PUBLISHED if name in fields),
                updated=tuple(fields[name] for name in _UPDATED if name in fields),
            )
        )
        self._namespaces.pop(self._entry_depth, None)
        self._about, self._entry_depth = (self.fields, self.links), 0
        self.done = len(self.entries) >= self._most


@lru_cache(maxsize=1_024)
def _field_of(tag: str, namespace: str) -> str:
    """What an element is to its parent, which has the namespace.

    ``""`` when it is none of our business.
    """
    own = namespace_of(tag)
    prefix = "" if own == namespace else _EXTENSIONS.get(own)
    return "" if prefix is None else f"{prefix}{name_of(tag).lower()}"


def _first(links: Mapping[int, Address]) -> Address | None:
    return links[min(links)] if links else None
