"""The entries of a sitemap as they are written, in XML or as a list of addresses."""

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.discover.xml import UnsafeXml, mended
from pipeline.discover.xml_walk import PARSER_OPTIONS, name_of, namespace_of

_ROOTS = frozenset({"urlset", "sitemapindex"})
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


def read_entries(content: bytes) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries with their kinds, ``url`` or ``sitemap``, in the document's order.

    Raises:
        NotASitemap: neither form of a sitemap, or one that uses XML entities of its own.
    """
    return _entries_of_lines(content) if _is_list(content) else _entries_of_xml(content)


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


def _entries_of_xml(content: bytes) -> Iterator[tuple[str, SitemapEntry]]:
    """The entries of the XML form with their kinds, each freed once it is read."""
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
    _check_root(parser.root)
    if last:
        whole = content.endswith(b">")
        yield last if whole else (last[0], SitemapEntry(""))  # half an address would lead elsewhere


def _is_entry(element: etree._Element) -> bool:
    """Whether it is a child of the root."""
    parent = element.getparent()
    return parent is not None and parent.getparent() is None


def _check_root(root: etree._Element | None) -> None:
    """Raises NotASitemap for the root of another kind of document."""
    name = "nothing" if root is None else name_of(root.tag)
    if name not in _ROOTS:
        raise NotASitemap(f"the document's root is {name[:50]}, not urlset or sitemapindex")


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
