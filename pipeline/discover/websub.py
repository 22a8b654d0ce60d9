"""WebSub (W3C Recommendation, 23 January 2018).

What a feed says of its hub, signatures of pushes, and leases.

Pure: what to ask a hub and what to answer it is in ``workers.sources.subscriber`` and
``workers.sources.callbacks``.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from lxml import etree

from pipeline.base import Record
from pipeline.crawl.address_guard import forbidden
from pipeline.discover.html import base_of, page_tree
from pipeline.discover.xml import Walk, mended, name_of, value_of, walk
from pipeline.urls import Url, resolve

ASKED_LEASE = 10 * 86_400.0
"""Seconds of the lease that is asked for: what the recommendation names as a hub's default (§5.1)."""

LONGEST_LEASE = 30 * 86_400.0
"""A longer lease is renewed as if it were so long, so that a hub that forgot us is noticed."""

SOONEST_RENEWAL = 5.0

_RENEWED_AFTER = 0.75
_MOST_HUBS = 4
_CHANNEL_DEPTH = 2  # of RSS's channel, and of the links of Atom; the root's is 1
_WEAK = "sha1"
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512", _WEAK})
# RFC 8288 §3: <target> *( ; name [ = token / quoted-string ] ), a comma between links.
_TARGET = re.compile(r"[\s,]*<([^>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s;,="<>]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
_QUOTED_PAIR = re.compile(r"\\(.)")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


class HubOffer(Record):
    """A topic and the hubs that push it, in an order that stays the same.

    Https first, then by address.
    """

    hubs: tuple[str, ...]
    topic: str


class Signature(StrEnum):
    """What a push's ``X-Hub-Signature`` is worth.

    ``WEAK`` is a right one by a method too weak to be believed.
    """

    VALID = "valid"
    MISSING = "missing"
    WEAK = "weak"
    WRONG = "wrong"


class _Link(NamedTuple):
    """A link as it is written; ``base`` is what it is relative to, if the document says so."""

    relations: frozenset[str]
    target: str
    base: str | None = None


def offered(
    url: str, *, link_header: str | None, content: bytes, content_type: str
) -> HubOffer | None:
    """The hubs and the topic that a document fetched from ``url`` declares.

    None when it has no hub that can be used.

    The HTTP Link header goes first, then what stands in the document: ``<atom:link>`` of a feed,
    ``<link>`` in the head of a page, ``hubs`` of a JSON Feed (§4). Without ``rel=self`` the topic
    is ``url``. A topic is kept as it is written, since a hub knows it by its letters.

    Args:
        url: where redirects led.
        link_header: all Link headers, joined with commas.
        content: the body, decoded from its content coding.
        content_type: the header, verbatim.
    """
    links = list(links_of_header(link_header or ""))
    hubs, topics = _targets(links, "hub", url), _targets(links, "self", url)
    if not (hubs and topics) and b"hub" in content.replace(b"\0", b"").lower():  # UTF-16 too
        links = _links_of_document(content, content_type, url)
        hubs, topics = hubs or _targets(links, "hub", url), topics or _targets(links, "self", url)
    if not hubs:
        return None
    order = sorted(set(hubs), key=lambda hub: (not hub.startswith("https:"), hub))
    return HubOffer(hubs=tuple(order[:_MOST_HUBS]), topic=(topics or [url])[0])


def links_of_header(value: str) -> Iterator[_Link]:
    """The links of a Link header (RFC 8288 §3), up to where it stops making sense.

    Those with an ``anchor`` speak of another document and are left out; of several ``rel`` the
    first counts (§3.3).
    """
    at = 0
    while target := _TARGET.match(value, at):
        at = target.end()
        parameters: dict[str, str] = {}
        while (parameter := _PARAMETER.match(value, at)) and parameter.end() > at:
            at = parameter.end()
            quoted = parameter[2]
            text = _QUOTED_PAIR.sub(r"\1", quoted) if quoted is not None else parameter[3] or ""
            parameters.setdefault(parameter[1].lower(), text)
        if "anchor" not in parameters:
            yield _Link(_relations(parameters.get("rel", "")), target[1].strip())


def verify_signature(header: str | None, body: bytes, secret: str) -> Signature:
    """Checks ``X-Hub-Signature: method=hexadecimal`` over the raw body, in constant time (§7.1).

    SHA-1, which the recommendation still lists and old hubs use, is weak; methods that it does not
    list are wrong.
    """
    if not header:
        return Signature.MISSING
    method, _, digest = header.strip().partition("=")
    method = method.lower()
    if method not in _ALGORITHMS:
        return Signature.WRONG
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    equal = hmac.compare_digest(
        expected.encode(), digest.strip().lower().encode("utf-8", "replace")
    )
    if not equal:
        return Signature.WRONG
    return Signature.WEAK if method == _WEAK else Signature.VALID


def granted_lease(text: str | None) -> float | None:
    """Seconds of ``hub.lease_seconds`` as a hub confirms it; None when it is no positive number.

    Hubs older than the recommendation leave it out; then it is taken to be what was asked for.
    """
    if text is None:
        return ASKED_LEASE
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) == 0:
        return None
    return min(float(text), LONGEST_LEASE)


def renewal_after(lease: float) -> float:
    """Seconds after its confirmation at which a lease of so many seconds is renewed.

    Time is left to try again.
    """
    return max(lease * _RENEWED_AFTER, SOONEST_RENEWAL)


def _targets(links: list[_Link], relation: str, base: str) -> list[str]:
    found = (
        _absolute(link.target, link.base or base) for link in links if relation in link.relations
    )
    return [target for target in found if target]


def _absolute(target: str, base: str) -> str | None:
    """The address as it is written if it is absolute.

    None when it cannot be asked for or leads inside.
    """
    text = target.strip()
    if _UNFIT.search(text):
        return None
    address = resolve(text, base, tracking=True)
    if address is None or _leads_inside(address):
        return None
    return text if _ABSOLUTE.match(text) else address


def _leads_inside(address: Url) -> bool:
    """Whether the host is an IP address that must not be contacted."""
    return forbidden(address.hostname.strip("[]")) not in {None, "not an IP address"}


def _links_of_document(content: bytes, content_type: str, url: str) -> list[_Link]:
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    try:
        if start.startswith(b"{"):
            return list(_links_of_json(content))
        if (
            "html" in content_type.lower().partition(";")[0]
            or b"<html" in start
            or start.startswith(b"<!doctype html")
        ):
            return list(_links_of_html(content, content_type, url))
        return _links_of_xml(content, content_type, url)
    except (etree.LxmlError, ValueError, RecursionError):
        return []


def _links_of_json(content: bytes) -> Iterator[_Link]:
    """JSON Feed 1.1: ``hubs`` are objects with ``type`` and ``url``; ``feed_url`` is the topic."""
    feed = json.loads(content)
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if (
            isinstance(hub, dict)
            and str(hub.get("type", "")).lower() == "websub"
            and isinstance(hub.get("url"), str)
        ):
            yield _Link(frozenset({"hub"}), hub["url"])
    if isinstance(feed.get("feed_url"), str):
        yield _Link(frozenset({"self"}), feed["feed_url"])


def _links_of_html(content: bytes, content_type: str, url: str) -> Iterator[_Link]:
    """Only those in the head: what stands in the body, readers may have written."""
    tree = page_tree(content, content_type)
    for head in [] if tree is None else tree.iter("head"):
        base = base_of(head, url)
        for link in head.iter("link"):
            yield _Link(_relations(link.get("rel") or ""), link.get("href") or "", base)
        return


def _links_of_xml(content: bytes, content_type: str, url: str) -> list[_Link]:
    """Those of the feed itself, not of its entries: children of the root and of RSS's channel."""
    way = _Links(url)
    walk(mended(content, content_type), way)
    return way.links


class _Links(Walk):
    """The links of a feed that have been read so far."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.links: list[_Link] = []
        self._channel = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        if self.depth == _CHANNEL_DEPTH:
            self._channel = name_of(tag) == "channel"
        if name_of(tag).lower() == "link" and (
            self.depth == _CHANNEL_DEPTH or (self._channel and self.depth == _CHANNEL_DEPTH + 1)
        ):
            relations = _relations(value_of(attributes, "rel"))
            self.links.append(_Link(relations, value_of(attributes, "href"), self.base))


def _relations(rel: str) -> frozenset[str]:
    return frozenset(rel.lower().split())
