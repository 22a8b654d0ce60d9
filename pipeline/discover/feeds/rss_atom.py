"""RSS 0.90 to 2.0, RDF, and Atom 0.3 and 1.0, as they are written.

After https://www.rssboard.org/rss-specification, https://web.resource.org/rss/1.0/spec and RFC
4287, with Dublin Core, the syndication module and FeedBurner's addresses. An element counts when it
has the namespace of the entry (or channel) that it is a child of, whichever that is, or one of
those extensions; so ``media:title`` is no title. One walk reads entries, hints and links alike.
"""

from collections.abc import Mapping

from lxml import etree

from pipeline.discover.announced import title_of_markup, title_of_text
from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed, is_address
from pipeline.discover.feeds.newest import NewestEntries
from pipeline.discover.feeds.xml_fields import (
    HINTS,
    IDENTIFIERS,
    LISTS,
    OF_ENTRY,
    OF_FEED,
    PUBLISHED,
    TITLES,
    UPDATED,
    field_of,
)
from pipeline.discover.hints import RawHints
from pipeline.discover.websub import DeclaredLink, relations_of
from pipeline.discover.xml_walk import LANG, Walk, name_of, namespace_of, value_of, walk

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
_CHANNEL_DEPTH = 2
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
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
        most: entries to keep, the newest; the others are counted.

    Raises:
        NotAFeed: no XML, or another kind of it.
    """
    reader = _FeedReader(url, most)
    try:
        walk(content, reader)
    except etree.LxmlError as error:
        if not reader.entries.count:
            raise NotAFeed(f"the document is not RSS, Atom or JSON Feed ({error})") from None
    reader.finish()
    _check_root(reader)
    return reader.result()


def _check_root(reader: "_FeedReader") -> None:
    """Raises NotAFeed for a document whose root is not a feed's."""
    root = reader.root.lower()
    if not root:
        raise NotAFeed("the document is not RSS, Atom or JSON Feed")
    other_rdf = root == "rdf" and not (reader.channel or reader.entries.count)
    if root not in _ROOTS or other_rdf:
        raise NotAFeed(f"the document's root is {reader.root[:50]}, which holds no feed")


class _FeedReader(Walk):
    """What has been read so far: of the feed, of the open entry, and whole entries."""

    def __init__(self, url: str, most: int) -> None:
        super().__init__(url)
        self.root = ""
        self.channel = False
        self.entries = NewestEntries(most)
        self._declared: list[DeclaredLink] = []
        self._feed_fields: dict[str, str] = {}
        self._feed_links: dict[int, Address] = {}
        # Of the entry, while one is open; else the feed's.
        self._fields, self._links = self._feed_fields, self._feed_links
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
        is_entry = tag == self._entry_tag if self._entry_tag else self._is_first_entry(tag)
        if is_entry and self.entries.is_full:
            self.entries.pass_over()
        elif is_entry:
            self._begin_entry(tag, attributes)
        elif self._field:
            self._begin_inner()
        elif (namespace := self._namespaces.get(self.depth - 1)) is not None:
            self._child(tag, namespace, attributes)
        elif self.depth == 1:
            self._begin_document(tag, attributes)

    def data(self, text: str) -> None:
        if self._field and self._room > 0:
            self._pieces.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        if self._field and self.depth == self._field_depth:
            self._end_field()
        if self.depth == self._entry_depth:
            self._end_entry()
        elif self.depth in self._namespaces and self.depth > 1:
            del self._namespaces[self.depth]
        super().end(tag)

    def finish(self) -> None:
        """Takes the entry that was open when the document broke off, if it had an address."""
        if self._entry_depth and self._links:
            self._end_entry()

    def result(self) -> RawFeed:
        """The feed."""
        fields, links = self._feed_fields, self._feed_links
        entries = self.entries.in_order()
        return RawFeed(
            title=fields.get("title"),
            language=fields.get("lang") or fields.get("language") or fields.get("dc:language"),
            site=links[min(links)] if links else None,
            entries=entries,
            cut=self.entries.count - len(entries),
            links=tuple(self._declared),
            hints=RawHints(
                **{name: fields[field] for field, name in HINTS.items() if field in fields}
            ),
        )

    def _is_first_entry(self, tag: str) -> bool:
        """All entries have the tag of the first one."""
        return name_of(tag) in _ENTRIES and self.depth > 1

    def _begin_document(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.root = name_of(tag)
        self.done = self.root.lower() not in _ROOTS
        self._namespaces[1] = namespace_of(tag)
        self._note_language(attributes)

    def _begin_channel(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.channel = True
        self._namespaces[self.depth] = namespace_of(tag)
        self._note_language(attributes)

    def _begin_entry(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An entry begins; one that has not ended, in a broken document, ends here."""
        if self._entry_depth:
            self._end_entry()
        self._field, self._entry_tag, self._entry_depth = None, tag, self.depth
        self._namespaces[self.depth] = namespace_of(tag)
        self._fields, self._links = {}, {}
        about = value_of(attributes, _ABOUT)
        if is_address(about):
            self._links[_SUBJECT] = Address(about, self.base)

    def _begin_field(self, field: str, attributes: Mapping[str, str]) -> None:
        self._field, self._field_depth, self._field_base = field, self.depth, self.base
        self._attributes = attributes
        self._pieces, self._room, self._inner = [], _MOST_TEXT, False

    def _begin_inner(self) -> None:
        """An element inside a field: markup of a title, or an hour of ``skipHours``."""
        self._inner = True
        if self._field in LISTS:
            self._pieces.append(" ")

    def _child(self, tag: str, namespace: str, attributes: Mapping[str, str]) -> None:
        """A child of the feed, the channel or an entry."""
        field = field_of(tag, namespace)
        if self._entry_depth:
            wanted = field in OF_ENTRY
        elif name_of(tag) == "channel" and self.depth == _CHANNEL_DEPTH:
            self._begin_channel(tag, attributes)
            return
        else:
            wanted = field in OF_FEED
            self._note_declared(tag, attributes)
        if wanted:
            self._begin_field(field, attributes)
        elif field == "atom:link":
            self._take_reference(attributes, self.base)

    def _note_declared(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Keeps a link of the feed itself, in any namespace, with its relations (WebSub §4)."""
        if name_of(tag).lower() == "link":
            relations = relations_of(value_of(attributes, "rel"))
            target = value_of(attributes, "href")
            self._declared.append(DeclaredLink(relations, target, self.base))

    def _note_language(self, attributes: Mapping[str, str]) -> None:
        if language := value_of(attributes, LANG):
            self._feed_fields["lang"] = language

    def _end_field(self) -> None:
        name, text = str(self._field), "".join(self._pieces)
        self._field = None
        if name == "link":
            self._take_link(text)
        elif name == "feedburner:origlink":
            self._links.setdefault(_ORIGINAL, Address(text, self._field_base))
        elif name in IDENTIFIERS:
            self._take_identifier(text)
        elif name in TITLES:
            self._take_title(name, text)
        elif name in LISTS:
            self._fields[name] = text
        elif text.strip():
            self._fields.setdefault(name, text.strip())

    def _take_link(self, text: str) -> None:
        """RSS writes the address as text, Atom as an attribute."""
        if text.strip():
            self._links.setdefault(_LINK, Address(text, self._field_base))
        if self._attributes:
            self._take_reference(self._attributes, self._field_base)

    def _take_reference(self, attributes: Mapping[str, str], base: str) -> None:
        """A link in Atom's form (RFC 4287 §4.2.7); one without ``rel`` is an alternate."""
        address = value_of(attributes, "href")
        relations = value_of(attributes, "rel").lower().split() or ["alternate"]
        alternate = any(relation.rpartition("/")[2] == "alternate" for relation in relations)
        if not address or not alternate:
            return
        is_page = value_of(attributes, "type").partition(";")[0].strip().lower() in _PAGES
        self._links.setdefault(_LINK if is_page else _OTHER_LINK, Address(address, base))

    def _take_identifier(self, text: str) -> None:
        if not is_address(text):
            return
        if value_of(self._attributes, "isPermaLink").lower() != "false":
            self._links.setdefault(_IDENTIFIER, Address(text, self._field_base))

    def _take_title(self, name: str, text: str) -> None:
        literal = self._inner or value_of(self._attributes, "type").lower() in _LITERAL
        escaped = value_of(self._attributes, "mode") == "escaped"  # Atom 0.3
        title = title_of_text(text) if literal and not escaped else title_of_markup(text)
        if title:
            self._fields.setdefault(name, title)

    def _end_entry(self) -> None:
        if self._field:
            self._end_field()
        fields, links = self._fields, self._links
        self.entries.add(
            RawEntry(
                addresses=tuple(links[rank] for rank in sorted(links)),
                title=fields.get("title") or fields.get("dc:title"),
                published=tuple(fields[name] for name in PUBLISHED if name in fields),
                updated=tuple(fields[name] for name in UPDATED if name in fields),
            )
        )
        self._namespaces.pop(self._entry_depth, None)
        self._fields, self._links = self._feed_fields, self._feed_links
        self._entry_depth = 0
