"""Sources from and to OPML 2.0 (http://opml.org/spec2.opml), the format in which feed readers exchange subscriptions.

Folders are tags: the folders around a feed, then its ``category``. What OPML has no attribute for
(id, interval …) stands in a namespace of ours, so that a round trip keeps it and other readers pass
over it. Read and written with lxml: listparser, the library for OPML, only reads, and drops the
attributes that it does not know.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from lxml import etree
from pydantic import ValidationError

from config.sources import Source, free_id, source_address
from pipeline.discover.xml import UnsafeXml, mended
from pipeline.urls import BadUrl, identity

MAX_BYTES = 20_000_000
"""A subscription list of ten thousand feeds has about three million."""

NAMESPACE = "https://newsloom.example/opml"

_OURS = (
    "id",
    "sitemap",
    "section",
    "interval",
    "objective",
    "delay",
    "concurrency",
    "recent",
    "robots",
    "enabled",
)
_KINDS = ("sitemap", "section")
_SEPARATORS = re.compile(r"[,/]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotOpml(ValueError):  # noqa: N818 - named after what it is
    """A document that is no subscription list."""


class Refusal(NamedTuple):
    """An outline that makes no source: what it is called, and why."""

    name: str
    why: str


class OpmlOutline(NamedTuple):
    """What a list holds: sources that are new, names of those that are known, and what cannot be taken."""

    sources: tuple[Source, ...]
    known: tuple[str, ...]
    refused: tuple[Refusal, ...]


def read_opml(content: bytes, known: Collection[Source] = ()) -> OpmlOutline:
    """Reads a subscription list; each outline is judged alone.

    Args:
        content: the document, in any charset that it declares.
        known: sources that are there already; their addresses are left out, and their ids given to
            nobody else.

    Raises:
        NotOpml: too large, no OPML, or a document that declares XML entities.
    """
    body = _body(content)
    addresses = {identity(source.address): source.id for source in known}
    taken = {source.id for source in known}
    sources: list[Source] = []
    there: list[str] = []
    refused: list[Refusal] = []
    for outline, folders in _outlines(body, ()):
        name = (
            _said(outline, "title")
            or _said(outline, "text")
            or _said(outline, "xmlUrl")
            or "an outline"
        )
        try:
            source = _source(outline, folders, taken)
        except (BadUrl, ValidationError) as error:
            refused.append(Refusal(name, _why(error)))
            continue
        if identity(source.address) in addresses:
            there.append(name)
            continue
        addresses[identity(source.address)] = source.id
        taken.add(source.id)
        sources.append(source)
    return OpmlOutline(tuple(sources), tuple(there), tuple(refused))


def write_opml(sources: Iterable[Source], *, title: str = "Newsloom") -> str:
    """A subscription list of these sources, each in the folder of its first tag."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"newsloom": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in sources:
        parent = body
        if source.tags:
            folder = source.tags[0]
            if folder not in folders:
                folders[folder] = etree.SubElement(body, "outline", {"text": _xml(folder)})
            parent = folders[folder]
        etree.SubElement(parent, "outline", _attributes(source))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8").decode() + "\n"


def _body(content: bytes) -> etree._Element:
    if len(content) > MAX_BYTES:
        raise NotOpml(f"the document has more than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(mended(content), parser)
    except UnsafeXml as error:
        raise NotOpml(str(error)) from None
    except (etree.LxmlError, ValueError) as error:
        raise NotOpml(f"the document is no XML ({error})") from None
    body = None if root is None or root.tag != "opml" else root.find("body")
    if body is None:
        raise NotOpml("the document is no OPML: it needs an opml element with a body in it")
    return body


def _outlines(
    parent: etree._Element, folders: tuple[str, ...]
) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """The outlines that are no folders, each with the names of those around it."""
    for outline in parent.iterchildren("outline"):
        within = outline.find("outline") is not None
        if _address(outline) or not within:
            yield outline, folders
        if within:
            name = _said(outline, "text") or _said(outline, "title")
            yield from _outlines(
                outline, (*folders, name) if name and not _address(outline) else folders
            )


def _source(outline: etree._Element, folders: tuple[str, ...], taken: Collection[str]) -> Source:
    """The source that an outline describes. Raises ``BadUrl``, ``ValidationError``."""
    own = {name: _said(outline, f"{{{NAMESPACE}}}{name}") for name in _OURS}
    address = source_address(_address(outline))
    kind = next((name for name in _KINDS if own[name]), "feed")
    wanted = own["id"]
    name = _said(outline, "title") or (None if wanted else _said(outline, "text"))
    fields: dict[str, Any] = {
        **{key: value for key, value in own.items() if value},
        kind: address,
        "id": wanted if wanted and wanted not in taken else free_id(address, taken),
        "name": name,
        "language": _said(outline, "language"),
        "tags": tuple(dict.fromkeys([*folders, *_categories(outline)])),
    }
    return Source.model_validate({key: value for key, value in fields.items() if value is not None})


def _attributes(source: Source) -> dict[str, str]:
    written = source.to_entry()
    attributes = {
        "text": source.name or source.id,
        "type": "rss" if source.feed else next(name for name in _KINDS if name in written),
    }
    if source.feed:
        attributes["xmlUrl"] = source.feed
    if source.name:
        attributes["title"] = source.name
    if source.language:
        attributes["language"] = source.language
    if source.tags[1:]:
        attributes["category"] = ",".join(quote(tag, safe=" ") for tag in source.tags[1:])
    ours = {name: written[name] for name in _OURS if name in written}
    attributes |= {
        f"{{{NAMESPACE}}}{name}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in ours.items()
    }
    return {name: _xml(value) for name, value in attributes.items()}


def _address(outline: etree._Element) -> str:
    """What is to be polled; readers differ in the attribute's case."""
    own = next(filter(None, (_said(outline, f"{{{NAMESPACE}}}{kind}") for kind in _KINDS)), None)
    return (
        own
        or _said(outline, "xmlUrl")
        or _said(outline, "xmlurl")
        or _said(outline, "xmlURL")
        or ""
    )


def _categories(outline: etree._Element) -> list[str]:
    """The names in ``category``: separated by commas, each maybe a path."""
    names = _SEPARATORS.split(_said(outline, "category") or "")
    return [unquote(name.strip()) for name in names if name.strip()]


def _said(outline: etree._Element, name: str) -> str | None:
    return (outline.get(name) or "").strip() or None


def _why(error: BadUrl | ValidationError) -> str:
    if isinstance(error, BadUrl):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
