"""XML as publishers write it, repaired for a strict parser.

For feeds, sitemaps and subscription lists. Repaired are: a charset that is declared wrongly or
nowhere, a warning of PHP before the prolog, bare ampersands, HTML's names of characters, undeclared
prefixes, and characters that XML forbids. The DOCTYPE is taken off, and the short texts that it
names are put in; a document that uses its entities for more is refused.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from functools import lru_cache
from html import escape, unescape
from html.entities import html5

from pipeline.discover.xml_walk import (
    ATOM,
    DUBLIN_CORE,
    DUBLIN_CORE_TERMS,
    FEEDBURNER,
    SYNDICATION,
)
from pipeline.text.charset import SEVEN_BITS, decode
from pipeline.text.doctype import declared_entities, end_of_doctype

_USUAL_PREFIXES = {
    "atom": ATOM,
    "dc": DUBLIN_CORE,
    "dcterms": DUBLIN_CORE_TERMS,
    "feedburner": FEEDBURNER,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": SYNDICATION,
}
_MARKS = re.compile(rb"(?:" + BOM_UTF8 + rb")+")
_Entities = dict[bytes, bytes | None]
_MOST_DOCTYPES = 4
_MOST_EXPANDED = 10_000  # bytes that a document's own entities may stand for, in all
_MOST_PREFIXES = 50
_CHUNK = 65_536
_JUNK_BYTES = 16_384
# XML 1.0, appendix F, and RFC 4627 §3: what the first character of a document in UTF-16 without a
# mark looks like.
_UNMARKED = {b"<\0": "utf-16-le", b"{\0": "utf-16-le", b"\0<": "utf-16-be", b"\0{": "utf-16-be"}

# Where text begins in which nothing is a reference, and what ends it.
_OPAQUE = re.compile(rb"<!(?:\[CDATA\[|--)")
_OPAQUE_END = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}\?>")
_ROOTS = rb"<(?:[\w.-]{1,30}:)?(?:rss|rdf|feed|channel|urlset|sitemapindex|opml)[\s/>]"
_BEGINNING = re.compile(rb"<\?xml\s|" + _ROOTS, re.IGNORECASE)
_ORDERLY = re.compile(rb"<\?|<!|<html|" + _ROOTS, re.IGNORECASE)
# What may stand before the root, piece by piece, and a DOCTYPE without declarations of its own. No
# possessive groups: Python before 3.11.5 misreads them (gh-106052).
_PROLOG_PIECE = re.compile(
    rb"[^<]+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\"'\[>]*(?:(?:\"[^\"]*\"|'[^']*')[^\"'\[>]*){0,4}>",
    re.IGNORECASE | re.DOTALL,
)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# XML 1.0 §2.2: control characters and, in UTF-8, U+FFFE and U+FFFF. ``translate`` finds the first
# ten times as fast.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# Outside of CDATA and comments, what a parser that knows five names would take for no reference, or
# for a wrong one.
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)(?:#?\w{1,31};)?")
# HTML that stands in XML as it is: elements that never end there would swallow what follows.
_VOID = re.compile(
    rb"<(?:br|hr|wbr|img(?=\s))(?:\s[^<>\"']*(?:(?:\"[^\"<]*\"|'[^'<]*')[^<>\"']*){0,64})?(?<!/)>",
    re.IGNORECASE,
)
_VOID_END = re.compile(rb"</(?:br|hr|wbr|img)\s*>", re.IGNORECASE)
_START_TAG = re.compile(rb"<[A-Za-z_][^\s/>]*")
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_DECLARED_PREFIX = re.compile(rb"xmlns:([\w.-]+)\s*=")


class UnsafeXml(ValueError):  # noqa: N818 - named after what it is
    """A document that uses entities of its own for more than a few short texts."""


def in_utf8(content: bytes, content_type: str = "") -> bytes:
    """The document in UTF-8, without a byte order mark and white space around it.

    What counts, in this order: a byte order mark; UTF-8 where the bytes are valid in it; the
    charset of the HTTP header (RFC 7303 §3), then the one that the document declares, each if the
    bytes are valid in it; detection. A header that says us-ascii is passed over: it was the default
    of text/xml once, and servers still write it.

    Args:
        content: the document as it was fetched.
        content_type: the header, verbatim.
    """
    if marks := _MARKS.match(content):
        content = content[marks.end() :]
    if wide := _UNMARKED.get(content[:2]):
        content = content.decode(wide, "replace").encode("utf-8", "replace")
    elif any(mark in content for mark in SEVEN_BITS.values()) or not _is_utf8(content):
        content_type = "" if "us-ascii" in content_type.lower() else content_type
        content = _decoded(content, content_type).encode("utf-8", "replace")
    return content.strip()


def mended(content: bytes, content_type: str = "") -> bytes:
    """The document as a parser can read it: in UTF-8, from its first element or DOCTYPE on.

    Args:
        content: the document as it was fetched.
        content_type: the header, verbatim.

    Raises:
        UnsafeXml: it uses entities of its own for more than a few short texts.
    """
    return mended_utf8(in_utf8(content, content_type))


def mended_utf8(content: bytes) -> bytes:
    """As ``mended``, of a document that ``in_utf8`` has seen."""
    content = _without_junk(content)
    content, entities = _without_doctype(content)
    content = _declaring_prefixes(content, _end_of_prolog(content))
    content = _without_forbidden(content)
    if _VOID.search(content) and not _VOID_END.search(content):
        content = _VOID.sub(lambda tag: tag[0][:-1] + b"/>", content)
    return _with_known_references(content, entities) if b"&" in content else content


def _without_doctype(content: bytes) -> tuple[bytes, _Entities]:
    """Without what could declare entities before the root, and the entities declared there."""
    entities: _Entities = {}
    for _ in range(_MOST_DOCTYPES):
        start = _end_of_prolog(content)
        if not _DOCTYPE.match(content, start) or not _ENTITY.search(content, start):
            return content, entities
        end = end_of_doctype(content, start)
        if end is None:
            break
        entities = declared_entities(content[start:end]) | entities
        content = content[:start] + content[end:]
    raise UnsafeXml("the document declares XML entities where nobody can tell where that ends")


def _decoded(content: bytes, content_type: str) -> str:
    """As pages are decoded, unless that takes a bracket for half a letter.

    Detection errs where it sees little.
    """
    text = decode(content, content_type)
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    whole = wide or text.count("<") == content.count(b"<")
    return text if whole else content.decode("cp1252", "replace")


def _is_utf8(content: bytes) -> bool:
    """Whether the bytes are valid UTF-8.

    Piece by piece: as one string, a large document with one emoji would take four times its size.
    """
    decoder = getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), _CHUNK):
            decoder.decode(content[at : at + _CHUNK], final=at + _CHUNK >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _without_junk(content: bytes) -> bytes:
    """From the prolog on: warnings of the software that made the document stand before it.

    The XML declaration goes.
    """
    if not _ORDERLY.match(content):
        found = _BEGINNING.search(content, 0, _JUNK_BYTES)
        content = content[found.start() :] if found else content
    declaration = _DECLARATION.match(content)
    return content[declaration.end() :].lstrip() if declaration else content


def _without_forbidden(content: bytes) -> bytes:
    """The same document where nothing is forbidden: a large one is not kept twice."""
    for sequence in _NO_CHARACTERS:
        content = content.replace(sequence, b"") if sequence in content else content
    allowed = content.translate(None, _CONTROLS)
    return allowed if len(allowed) < len(content) else content


def _declaring_prefixes(content: bytes, root_from: int) -> bytes:
    """With a namespace for each prefix that has none.

    Else the parser would take ``media:title`` for a ``title``.
    """
    root = _START_TAG.search(content, root_from)
    used = {match[1] for match in _PREFIX.finditer(content)}
    missing = (
        sorted(used.difference(_DECLARED_PREFIX.findall(content), {b"xml"}))
        if root and used
        else []
    )
    if root is None or not missing:
        return content
    names = [prefix.decode("ascii") for prefix in missing[:_MOST_PREFIXES]]
    declarations = "".join(
        f' xmlns:{name}="{_USUAL_PREFIXES.get(name, f"urn:undeclared:{name}")}"' for name in names
    )
    return content[: root.end()] + declarations.encode() + content[root.end() :]


def _end_of_prolog(content: bytes) -> int:
    """Where the root begins, or a DOCTYPE that has declarations or is too broken to tell."""
    end = 0
    while piece := _PROLOG_PIECE.match(content, end):
        end = piece.end()
    return end


def _with_known_references(content: bytes, entities: _Entities) -> bytes:
    """Every reference outside of CDATA and comments is one that XML knows."""
    mend = _References(entities).mend if entities else _mend
    pieces: list[bytes] = []
    end = 0
    while opaque := _OPAQUE.search(content, end):
        pieces.append(_REFERENCE.sub(mend, content[end : opaque.start()]))
        closing = _OPAQUE_END[opaque[0]]
        found = content.find(closing, opaque.end())
        end = len(content) if found < 0 else found + len(closing)
        pieces.append(content[opaque.start() : end])
    pieces.append(_REFERENCE.sub(mend, content[end:]))
    return b"".join(pieces)


def _mend(reference: re.Match[bytes]) -> bytes:
    return _character(reference[0])


class _References:
    """The references of a document that has entities of its own, mended one by one."""

    def __init__(self, entities: _Entities) -> None:
        self._entities = entities
        self._room = _MOST_EXPANDED

    def mend(self, reference: re.Match[bytes]) -> bytes:
        name = reference[0][1:-1]
        return self._expanded(name) if name in self._entities else _character(reference[0])

    def _expanded(self, name: bytes) -> bytes:
        text = self._entities[name]
        self._room -= len(text or b"") + 1
        if text is None or self._room < 0:
            raise UnsafeXml(
                "the document uses XML entities of its own, "
                "which nothing of its kind has use for and attacks do"
            )
        return text


@lru_cache(maxsize=4_096)
def _character(reference: bytes) -> bytes:
    """The character that a reference of HTML means, or the reference as plain text."""
    name = reference[1:].decode("ascii")
    if name.startswith("#") or name in html5:
        return escape(unescape(f"&{name}")).encode("utf-8", "replace")
    return b"&amp;" + reference[1:]
