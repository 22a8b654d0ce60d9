"""WebSub (W3C Recommendation, 23 January 2018): hubs and topics, signatures of pushes, and leases.

Pure. The requests to a hub are in ``workers.sources.subscriber``, the responses to it in
``workers.sources.callbacks``. What a feed declares is read by ``pipeline.discover.feeds``.
"""

import hmac
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from pipeline.base import Record
from pipeline.crawl.address_guard import forbidden
from pipeline.crawl.private_access import PrivateAccess, is_private
from pipeline.urls import Url, resolve

ASKED_LEASE = 10 * 86_400.0
"""Seconds of the lease that is asked for: the recommendation's default for hubs (§5.1)."""

LONGEST_LEASE = 30 * 86_400.0
"""Seconds. A longer lease is renewed as one of this length: a hub may have lost it."""

SOONEST_RENEWAL = 5.0
"""Seconds after the confirmation of a lease before which it is not renewed."""

_NO_IP = "not an IP address"
_RENEWED_AFTER = 0.75
_MOST_HUBS = 4
_WEAK = "sha1"
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512", _WEAK})
# RFC 8288 §3: <target> *( ; name [ = token / quoted-string ] ), a comma between links.
_TARGET = re.compile(r"[\s,]*<([^>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s;,="<>]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
_QUOTED_PAIR = re.compile(r"\\(.)")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


class HubOffer(Record):
    """A topic and the hubs that push it.

    The order of the hubs stays the same: https first, then by address.
    """

    hubs: tuple[str, ...]
    topic: str


class DeclaredHubs(Record):
    """The hubs and the topic that a document or a Link header declares, as absolute addresses.

    A topic is kept as it is written, since a hub compares it letter by letter.
    """

    hubs: tuple[str, ...] = ()
    topic: str | None = None


class DeclaredLink(NamedTuple):
    """A link as it is written.

    Attributes:
        relations: in lower case.
        target: the address.
        base: what the address is relative to, if the document says so.
    """

    relations: frozenset[str]
    target: str
    base: str | None = None


class Signature(StrEnum):
    """The result of checking a push's ``X-Hub-Signature``.

    ``WEAK`` is a right one by a method that is too weak to be trusted.
    """

    VALID = "valid"
    MISSING = "missing"
    WEAK = "weak"
    WRONG = "wrong"


def hub_offer(
    url: str,
    *,
    link_header: str | None,
    declared: DeclaredHubs,
    access: PrivateAccess | None = None,
) -> HubOffer | None:
    """The offer of a document; None when it has no hub that can be used.

    The HTTP Link header goes before the document (§4). Without a topic it is ``url``.

    Args:
        url: where redirects led.
        link_header: all Link headers, joined with commas.
        declared: what the document declares.
        access: to the private network that its source lives in; hubs may be there too.
    """
    header = _reachable(declared_hubs(links_of_header(link_header or ""), url), access)
    document = _reachable(declared, access)
    hubs = header.hubs or document.hubs
    if not hubs:
        return None
    order = sorted(set(hubs), key=lambda hub: (not hub.startswith("https:"), hub))
    return HubOffer(hubs=tuple(order[:_MOST_HUBS]), topic=header.topic or document.topic or url)


def declared_hubs(links: Iterable[DeclaredLink], url: str) -> DeclaredHubs:
    """The usable targets of ``rel=hub`` and ``rel=self`` among links of a document at ``url``."""
    hubs: list[str] = []
    topics: list[str] = []
    for link in links:
        target = _absolute(link.target, link.base or url)
        if target and "hub" in link.relations:
            hubs.append(target)
        if target and "self" in link.relations:
            topics.append(target)
    return DeclaredHubs(hubs=tuple(hubs), topic=topics[0] if topics else None)


def relations_of(rel: str) -> frozenset[str]:
    """The relations that a ``rel`` attribute or parameter names, in lower case."""
    return frozenset(rel.lower().split())


def links_of_header(value: str) -> Iterator[DeclaredLink]:
    """The links of a Link header (RFC 8288 §3), up to where it is malformed.

    Those with an ``anchor`` describe another document and are left out; of several ``rel`` the
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
            yield DeclaredLink(relations_of(parameters.get("rel", "")), target[1].strip())


def verify_signature(header: str | None, body: bytes, secret: str) -> Signature:
    """Checks ``X-Hub-Signature: method=hexadecimal`` over the raw body, in constant time (§7.1).

    SHA-1, which the recommendation lists and old hubs use, is weak. Methods that it does not list
    are wrong.
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
    """Seconds after its confirmation at which a lease is renewed; time is left to try again."""
    return max(lease * _RENEWED_AFTER, SOONEST_RENEWAL)


def _absolute(target: str, base: str) -> str | None:
    """The address as it is written if it is absolute, else resolved.

    None when it cannot be fetched, or leads where no source may. A private network is left: its
    source may live there, which ``hub_offer`` knows.
    """
    text = target.strip()
    if _UNFIT.search(text):
        return None
    address = resolve(text, base, tracking=True)
    if address is None or _leads_inside(address):
        return None
    return text if _ABSOLUTE.match(text) else address


def _leads_inside(address: Url) -> bool:
    """Whether the host is an IP address that must not be contacted, whoever asks."""
    host = _host(address)
    return forbidden(host) not in {None, _NO_IP} and not is_private(host)


def _reachable(declared: DeclaredHubs, access: PrivateAccess | None) -> DeclaredHubs:
    """Without the addresses in private networks that a source may not enter."""

    def may_reach(address: str) -> bool:
        host = _host(Url(address))
        is_public = forbidden(host) in {None, _NO_IP}
        return is_public or (access is not None and access.covers(host))

    topic = declared.topic if declared.topic and may_reach(declared.topic) else None
    return DeclaredHubs(hubs=tuple(filter(may_reach, declared.hubs)), topic=topic)


def _host(address: Url) -> str:
    return address.hostname.strip("[]")
