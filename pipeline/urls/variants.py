"""URL variants: the other addresses of one page.

AMP and mobile pages, session ids, directory indexes, what a paste left at the end.

Each function takes a part of a WHATWG-normalised URL. Variants never leave their registrable
domain, but for the caches and viewers of AMP pages, whose addresses name the publisher's. What is
fetched is not changed: a variant may be all that a server offers.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from ada_url import URL
from tld import get_fld

from pipeline.urls.tracking import without_tracking

_VARIANT_LABELS = frozenset({"www", "m", "mobile", "touch", "wap", "amp"})

# Platforms whose every subdomain is a publisher of its own, as far as the Public Suffix List does
# not have them.
_PLATFORMS = (
    "wordpress.com", "tumblr.com", "substack.com", "livejournal.com", "typepad.com", "ghost.io",
    "medium.com",
    "hatenablog.com", "over-blog.com", "canalblog.com", "jimdo.com", "altervista.org",
    "hypotheses.org",
)  # fmt: skip

# Caches and viewers of AMP pages (amp.dev, "AMP Cache URL format"): a type, `s/` for https, the
# publisher's address.
_AMP_CACHE = re.compile(
    r"(?:(?:[^/]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)/(?:c|v|wp/c)"
    r"|(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})/amp)/(?:s/)?(?P<page>[^/@]+\.[^/@]+(?:/.*)?)"
)

# Before `amp`, these make it a word: `/tag/amp` is about amplifiers.
_TOPICS = frozenset(
    {
        "tag",
        "tags",
        "topic",
        "topics",
        "theme",
        "category",
        "categories",
        "keyword",
        "search",
        "wiki",
    }
)
_AMP_NAME = re.compile(r"^amp_(?=.)|(?<=.)\.amp$|(?<=.)[._~]amp(?=\.[a-z]{2,5}$)|(?<=\d)-amp$")

# What families of sites have around or in place of their `amp`: Vox Media `/platform/amp/story`,
# Hearst's papers `/article/Story-12345678.php` beside `/amp/Story-12345678.php`.
_AMP_COMPANIONS = re.compile(r"^/platform(?=/amp/)|/article(?=/[^/]+-\d{7,9}\.php$)")

_PORT = re.compile(r":(?:80|443)$|(:\d+)$")  # those of the schemes go with them
_INDEX = re.compile(
    r"/(?:index\.(?:html?|xhtml|shtml|php\d?|aspx?|jspx?|cfm)|default\.(?:html?|aspx?))$",
    re.IGNORECASE,
)

# Parameters that name a form of the page, in the way of `pipeline.urls.tracking`.
_FORM = re.compile(
    r"(?:is_?|hs)?_?amp(?:=(?:1|true|yes|y|amp)?)?|amp_markup=.*|ampcf=1|(?:outputtype|output|format|view)=(?:valid_)?amp"
    r"|(?:quot|apos|lt|gt|nbsp|#0?3[49]);?"  # a piece of `?id=7&quot;`
    r"|(?:is_?|force_?)?mobile=(?:1|true|yes|y)|(?:view|version|device|outputtype)=mobile",
    re.IGNORECASE,
)

# Session ids as servlet containers, PHP, ASP, ColdFusion, osCommerce and Zen Cart write them into
# addresses.
_SESSION = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid[a-z]*|cfid|cftoken|oscsid|zenid|session_?id)=.*|(?:sid|s)=[0-9a-f]{32}",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|session_?id|sid)=[^/;]*|/\([asf]\([a-z0-9_-]{16,}\)\)", re.IGNORECASE
)

# What a sentence or its markup leaves at a pasted link's end: spaces, quotes, stops, entities. No
# "!" or "?": titles end so. Brackets go when they close nothing; `/wiki/Port_(wine)` keeps its own.
# One piece at a time: a repeated group would have more than one way to read `&quot;`, and try them
# all.
_GLUED = re.compile(
    r"""(?:%20|%C2%A0|%E2%80%(?:8B|8C|8D|A6|98|99|9A|9C|9D|9E)|%EF%BB%BF|%E3%80%8[12]|%EF%BC%8C|%C2%AB|%C2%BB"""
    r"""|%22|%27|%60|%3C|%3E|%7C"""
    r"""|&(?:quot|apos|lt|gt|nbsp|\#0?3[49]);?|["'`<>|*,.;:])$""",
    re.IGNORECASE,
)
_LONGEST_GLUED = len("%E2%80%8B")
_CLOSING = {")": "(", "]": "[", "}": "{", "%29": "(", "%5D": "[", "%7D": "{"}
_OPENING = {"(": "%28", "[": "%5B", "{": "%7B"}

_ESCAPED_AND = re.compile(r"^(?:amp;)+")  # `&amp;` that nobody unescaped
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def shared_address(host: str, path: str) -> tuple[str, str]:
    """Host (with its port, if it has one) and path that all variants of a page share.

    The path is "" for the root.
    """
    while (after := _one_step(host, path)) != (host, path):
        host, path = after
    return host, path


def _one_step(host: str, path: str) -> tuple[str, str]:
    port = _PORT.search(host)
    name = shared_host(host.removesuffix(port[0]) if port else host)
    host = f"{name}{port[1] or '' if port else ''}"
    return _unwrapped(host, path) or (host, _settled(_shorter_path, unescaped(path)))


def _unwrapped(host: str, path: str) -> tuple[str, str] | None:
    """Host and path of the page that the address of an AMP cache or viewer names.

    None for other addresses.
    """
    if match := _AMP_CACHE.fullmatch(host + path):
        with suppress(ValueError):
            page = URL(f"https://{match['page']}")
            return str(page.host), str(page.pathname)
    return None


@lru_cache(maxsize=8192)
def shared_host(host: str) -> str:
    """A host name less the labels of AMP and mobile pages.

    ``en.m.example.org`` becomes ``en.example.org``.
    """
    host = host.rstrip(".")
    domain = registrable_domain(host)
    if domain is None or host == domain:
        return host
    labels = host.removesuffix(f".{domain}").split(".")
    while labels and labels[0] in _VARIANT_LABELS:
        labels.pop(0)
    return ".".join([*(label for label in labels if label != "m"), domain])


@lru_cache(maxsize=8192)
def registrable_domain(host: str) -> str | None:
    """What one owner registered, by the Public Suffix List and its default rule.

    On platforms whose subdomains are publishers of their own it is the subdomain. A public suffix
    with a site of its own (``www.gov.cn``) is its own domain. None for addresses and single names.
    """
    labels = host.rstrip(".").split(".")
    if len(labels) == 1 or labels[-1].isdigit() or host.startswith("["):
        return None
    known = get_fld(f"http://{'.'.join(labels)}", fail_silently=True) or ".".join(labels[-2:])
    domain = ".".join(labels[-3:]) if known in _PLATFORMS else str(known)
    return domain.removeprefix("www.") if domain.count(".") > 1 else domain


def shared_pieces(pieces: list[str], path: str) -> list[str]:
    """The pieces of a query without session ids, names of a form of the page, and pasted remains.

    Sorted.
    """
    clean = (
        _settled(_unglued, unescaped(_ESCAPED_AND.sub("", piece).replace("+", "%20")))
        for piece in pieces
    )
    return sorted(
        piece for piece in clean if without_tracking(piece) and not _names_a_form(piece, path)
    )


def unescaped(text: str) -> str:
    """Percent-encoding in one form (RFC 3986 §6.2.2).

    Unreserved characters plain, the digits of others upper-case.
    """

    def one(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else match[0].upper()

    return _ESCAPED.sub(one, text)


def _shorter_path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", re.sub(r"/{2,}", "/", path))
    path = _unglued(path.rstrip("/"))
    return _without_amp(_INDEX.sub("", path))


def _without_amp(path: str) -> str:
    path = _AMP_COMPANIONS.sub("", path)
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        about = bool(kept) and kept[-1].lower() in _TOPICS
        if segment in {"amp", "amphtml", "amp.html"} and not about:
            continue
        kept.append(segment if about else _AMP_NAME.sub("", segment))
    return "/" + "/".join(kept) if any(kept) else path


def _names_a_form(piece: str, path: str) -> bool:
    if _FORM.fullmatch(piece) or _SESSION.fullmatch(piece):
        return True
    # Blogger; elsewhere `m` may be a month.
    return piece in {"m=0", "m=1"} and path.endswith(".html")


def _unglued(text: str) -> str:
    while piece := _GLUED.search(text, max(0, len(text) - _LONGEST_GLUED)):
        text = text[: piece.start()]
    for closing, opening in _CLOSING.items():
        if text.endswith(closing):
            opened = text.count(opening) + text.count(_OPENING[opening])
            closers = [mark for mark, partner in _CLOSING.items() if partner == opening]
            if sum(text.count(mark) for mark in closers) > opened:
                return text.removesuffix(closing)
    return text


def _settled(step: Callable[[str], str], text: str) -> str:
    """The step taken until it changes nothing; each makes the text shorter."""
    while (after := step(text)) != text:
        text = after
    return text
