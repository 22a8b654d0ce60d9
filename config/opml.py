"""Sources from and to OPML 2.0, the format in which feed readers exchange subscriptions.

The specification: http://opml.org/spec2.opml.

Folders are tags: the folders around a feed, then its ``category``. What OPML has no attribute for
(id, interval, collections …) stands in a namespace of ours, so that a round trip keeps it and other
readers pass over it. Read and written with lxml: listparser, the library for OPML, only reads, and
drops the attributes that it does not know.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from lxml import etree
from pydantic import ValidationError

from config.sources import Source, free_id, source_address
from config.validation import problems_in
from pipeline.discover.xml import UnsafeXml, mended
from pipeline.discover.xml_walk import PARSER_OPTIONS, name_of
from pipeline.outcome import Reason
from pipeline.urls import BadUrl, identity

MAX_BYTES = 20_000_000
"""A subscription list of ten thousand feeds has about three million."""

MAX_OUTLINES = 20_000
"""Subscriptions of a list; that many take some seconds."""

NAMESPACE = "https://newsloom.example/opml"

_OURS = (
    "id",
    "sitemap",
    "section",
    "interval",
    "objective",
    "delay",
    "concurrency",
    "country",
    "recent",
    "robots",
    "network",
    "enabled",
)
_COLLECTIONS = "collections"
"""Our attribute for the collections, written like ``category``."""

_OWN_KINDS = ("sitemap", "section")
"""Kinds of source that OPML has no attribute for."""

_FEED_ATTRIBUTES = ("xmlUrl", "xmlurl", "xmlURL")
"""Readers differ in the attribute's case."""

_SEPARATORS = re.compile(r"[,/]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotOpml(ValueError):  # noqa: N818 - named after what it is
    """A document that is no subscription list."""


class Refusal(NamedTuple):
    """An outline that makes no source: what it is called, and why."""

    name: str
    why: str


class OpmlOutline(NamedTuple):
    """What a list holds.

    Attributes:
        sources: those that are new.
        known: names of those that exist, or stand in the list before.
        refused: outlines that make no source.
    """

    sources: tuple[Source, ...]
    known: tuple[str, ...]
    refused: tuple[Refusal, ...]


def read_opml(
    content: bytes, known: Collection[Source] = (), reserved: Collection[str] = ()
) -> OpmlOutline:
    """Read a subscription list. An outline that makes no source does not affect the others.

    Args:
        content: the document, in any charset that it declares.
        known: sources that exist; their addresses are left out, and their ids are not used again.
        reserved: more ids that are not used.

    Raises:
        NotOpml: too large, too many subscriptions, no OPML, or using XML entities of its own.
    """
    outlines = list(islice(_outlines(_body(content), ()), MAX_OUTLINES + 1))
    if len(outlines) > MAX_OUTLINES:
        raise NotOpml(f"the document has more than {MAX_OUTLINES} subscriptions; split it")
    reading = _Reading(known, reserved)
    for outline, folders in outlines:
        reading.take(outline, folders)
    return reading.result()


class _Reading:
    """What has been read of a list so far."""

    def __init__(self, known: Collection[Source], reserved: Collection[str]) -> None:
        self._known = {identity(source.address) for source in known}
        self._taken = {*reserved, *(source.id for source in known)}
        self._sources: dict[str, Source] = {}
        self._there: list[str] = []
        self._refused: list[Refusal] = []

    def take(self, outline: etree._Element, folders: tuple[str, ...]) -> None:
        """One outline. A feed that stands in several folders has the tags of all."""
        name = _first(outline, "title", "text", "xmlUrl") or "an outline"
        try:
            source = _source(outline, folders, self._taken)
        except (BadUrl, ValidationError) as error:
            self._refused.append(Refusal(name, _why(error)))
            return
        address = identity(source.address)
        if address in self._known:
            self._there.append(name)
        elif address in self._sources:
            self._there.append(name)
            self._sources[address] = _joined(self._sources[address], source)
        else:
            self._sources[address] = source
            self._taken.add(source.id)

    def result(self) -> OpmlOutline:
        """All that was read."""
        return OpmlOutline(tuple(self._sources.values()), tuple(self._there), tuple(self._refused))


def write_opml(sources: Iterable[Source], *, title: str = "Newsloom") -> str:
    """A subscription list of these sources, each in the folder of its first tag."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"newsloom": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in sources:
        folder = source.tags[0] if source.tags else None
        if folder and folder not in folders:
            folders[folder] = etree.SubElement(body, "outline", {"text": _xml(folder)})
        parent = folders[folder] if folder else body
        etree.SubElement(parent, "outline", _attributes(source))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8").decode() + "\n"


def _body(content: bytes) -> etree._Element:
    if len(content) > MAX_BYTES:
        raise NotOpml(f"the document has more than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        remove_comments=True,
        remove_pis=True,
        **PARSER_OPTIONS,
    )
    try:
        root = etree.fromstring(mended(content), parser)
    except UnsafeXml as error:
        raise NotOpml(str(error)) from None
    except (etree.LxmlError, ValueError) as error:
        raise NotOpml(f"the document is no XML ({error})") from None
    body = None if root is None or name_of(root.tag) != "opml" else root.find("{*}body")
    if body is None:
        raise NotOpml("the document is no OPML: it needs an opml element with a body in it")
    return body


def _outlines(
    parent: etree._Element, folders: tuple[str, ...]
) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """The outlines that are no folders, each with the names of those around it."""
    for outline in parent.iterchildren("{*}outline"):
        has_children = outline.find("{*}outline") is not None
        has_address = bool(_address(outline))
        if has_address or not has_children:
            yield outline, folders
        if has_children:
            name = _first(outline, "text", "title")
            is_folder = name and not has_address
            yield from _outlines(outline, (*folders, name) if name and is_folder else folders)


def _joined(first: Source, again: Source) -> Source:
    """A source with what a second outline of it adds."""
    tags = dict.fromkeys([*first.tags, *again.tags])
    collections = dict.fromkeys([*first.collections, *again.collections])
    return first.model_copy(update={"tags": tuple(tags), "collections": tuple(collections)})


def _source(outline: etree._Element, folders: tuple[str, ...], taken: Collection[str]) -> Source:
    """The source that an outline describes. Raises ``BadUrl``, ``ValidationError``."""
    written = _address(outline)
    if not written:
        raise BadUrl(Reason.BAD_URL, "the outline has no address (xmlUrl)")
    address = source_address(written)
    own = {name: _first(outline, _own(name)) for name in _OURS}
    kind = next((name for name in _OWN_KINDS if own[name]), "feed")
    fields: dict[str, Any] = {
        **own,
        kind: address,
        "id": _free_id(own["id"], address, taken),
        "name": _name(outline, has_id=own["id"] is not None),
        "language": _first(outline, "language"),
        "tags": tuple(dict.fromkeys([*folders, *_categories(outline)])),
        "collections": tuple(_names(outline.get(_own(_COLLECTIONS)))),
    }
    return Source.model_validate({key: value for key, value in fields.items() if value is not None})


def _free_id(wanted: str | None, address: str, taken: Collection[str]) -> str:
    return wanted if wanted and wanted not in taken else free_id(address, taken)


def _name(outline: etree._Element, *, has_id: bool) -> str | None:
    """The title, else ``text``; not in an outline of ours, where ``text`` may be the id."""
    return _first(outline, "title") if has_id else _first(outline, "title", "text")


def _attributes(source: Source) -> dict[str, str]:
    """The attributes of a source's outline: OPML's, then ours."""
    written = source.to_entry()
    standard = {
        "text": source.name or source.id,
        "type": "rss" if source.kind == "feed" else source.kind,
        "xmlUrl": source.feed,
        "title": source.name,
        "language": source.language,
        "category": _listed(source.tags[1:]),
        _own(_COLLECTIONS): _listed(source.collections),
    }
    own = {_own(name): _own_value(written[name]) for name in _OURS if name in written}
    given = {name: value for name, value in standard.items() if value}
    return {name: _xml(value) for name, value in {**given, **own}.items()}


def _own(name: str) -> str:
    """An attribute's name in our namespace."""
    return f"{{{NAMESPACE}}}{name}"


def _own_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _address(outline: etree._Element) -> str:
    """The address that is to be polled."""
    own = [_own(kind) for kind in _OWN_KINDS]
    return _first(outline, *own, *_FEED_ATTRIBUTES) or ""


def _categories(outline: etree._Element) -> list[str]:
    """The names in ``category``: separated by commas, each maybe a path."""
    return _names(_first(outline, "category"))


def _names(written: str | None) -> list[str]:
    """The names in a list as ``_listed`` writes it."""
    names = _SEPARATORS.split(written or "")
    return [unquote(name.strip()) for name in names if name.strip()]


def _listed(names: Iterable[str]) -> str:
    return ",".join(quote(name, safe=" ") for name in names)


def _first(outline: etree._Element, *names: str) -> str | None:
    """The first of these attributes that has a value."""
    values = ((outline.get(name) or "").strip() for name in names)
    return next(filter(None, values), None)


def _why(error: BadUrl | ValidationError) -> str:
    if isinstance(error, BadUrl):
        return str(error)
    return "; ".join(problems_in(error, Source))


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
