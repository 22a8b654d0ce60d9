"""The entries of a sitemap as they are written: in XML, as a list of addresses, or in a feed."""

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.discover.feeds.entries import NotAFeed
from pipeline.discover.feeds.rss_atom import read_xml
from pipeline.discover.xml import UnsafeXml, mended
from pipeline.discover.xml_walk import PARSER_OPTIONS, name_of, namespace_of
from pipeline.urls import resolve

_ROOTS = frozenset({"urlset", "sitemapindex"})
_FEEDS = frozenset({"rss", "feed", "rdf"})
_MOST_OF_FEED = 5_000
_HEAD_BYTES = 4_096


class NotASitemap(ValueError):  # noqa: N818 - named after what it is
    """A document that is no sitemap."""


class SitemapEntry(NamedTuple):
    """An entry as it is written."""

    address: str
    modified: str = ""
    published: str = ""
    title: str = ""
    publication: str = ""
    language: str = ""


def read_entries(content: bytes, url: str) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries with their kinds, ``url``, ``sitemap`` or ``item``, in the document's order.

    Args:
        content: the document.
        url: where redirects led.

    Raises:
        NotASitemap: no form of a sitemap, or one that uses XML entities of its own.
    """
    return _entries_of_lines(content) if _is_list(content) else _entries_of_xml(content, url)


def _is_list(content: bytes) -> bool:
    """Whether it is the plain form: one absolute address a line, UTF-8."""
    return (
        content[:_HEAD_BYTES].removeprefix(BOM_UTF8).lstrip().startswith((b"http://", b"https://"))
    )


def _entries_of_lines(content: bytes) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries of the plain form."""
    for line in io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", "replace"):
        if address := line.strip():
            yield "url", SitemapEntry(address)


def _entries_of_xml(content: bytes, url: str) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries of the XML forms with their kinds, each freed once it is read."""
    try:
        content = mended(content)
    except UnsafeXml as error:
        raise NotASitemap(str(error)) from None
    if not content.startswith(b"<"):
        raise NotASitemap("the document is neither XML nor a list of addresses")
    parser = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        remove_comments=True,
        remove_pis=True,
        **PARSER_OPTIONS,
    )
    last: tuple[str, SitemapEntry] | None = None
    try:
        for _, element in parser:
            if not _is_entry(element):
                continue
            if last:
                yield last
            last = name_of(element.tag), _read(element)
            _free(element)
    except etree.LxmlError as error:
        raise NotASitemap(f"the document is no XML ({error})") from None
    if _root_of(parser) in _FEEDS:
        yield from _entries_of_feed(content, url)
        return
    _check_root(parser)
    if last:
        whole = content.endswith(b">")
        yield last if whole else (last[0], SitemapEntry(""))  # half an address would lead elsewhere


def _is_entry(element: etree._Element) -> bool:
    """Whether nothing but sets and indexes is around it: some stand inside each other."""
    around = [name_of(parent.tag) for parent in element.iterancestors()]
    return bool(around) and _ROOTS.issuperset(around)


def _root_of(parser: "etree.iterparse[tuple[str, etree._Element]]") -> str:
    """The name of the root, in small letters; ``""`` where there is none."""
    return "" if parser.root is None else name_of(parser.root.tag).lower()


def _check_root(parser: "etree.iterparse[tuple[str, etree._Element]]") -> None:
    """Raises NotASitemap for the root of another kind of document."""
    name = _root_of(parser)
    if name not in _ROOTS:
        found = name[:50] or "nothing"
        raise NotASitemap(f"the document's root is {found}, not urlset or sitemapindex")


def _entries_of_feed(content: bytes, url: str) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries of a document that was ``mended`` and is a feed."""
    try:
        feed = read_xml(content, url=url, most=_MOST_OF_FEED)
    except NotAFeed as error:
        raise NotASitemap(str(error)) from None
    for entry in feed.entries:
        found = (resolve(text, base) for text, base in entry.addresses)
        yield (
            "item",
            SitemapEntry(
                address=next(filter(None, found), ""),
                modified=next(iter(entry.updated), ""),
                published=next(iter(entry.published), ""),
                title=entry.title or "",
                language=feed.language or "",
            ),
        )


def _free(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read(element: etree._Element) -> SitemapEntry:
    """The fields that count: children of the entry itself and of its news part.

    An image has a ``loc`` of its own.
    """
    own: dict[str, str] = {}
    namespace = namespace_of(str(element.tag))
    for child in element:
        name = name_of(child.tag)
        if name == "news":
            own |= {f"news:{name_of(part.tag)}": _text(part) for part in child.iter("{*}*")}
        elif name and namespace_of(str(child.tag)) == namespace:
            own.setdefault(name, _text(child))
    return SitemapEntry(
        address=own.get("loc", ""),
        modified=own.get("lastmod", ""),
        published=own.get("news:publication_date", ""),
        title=own.get("news:title", ""),
        publication=own.get("news:name", ""),
        language=own.get("news:language", ""),
    )


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
