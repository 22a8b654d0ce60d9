"""The WebSub offer of a document that nobody has parsed as a feed: a page, or an unchanged feed."""

from collections.abc import Iterator

from pipeline.crawl.private_access import PrivateAccess
from pipeline.discover.feeds import NotAFeed, declared_in_feed
from pipeline.discover.html import base_of, page_tree
from pipeline.discover.websub import (
    DeclaredHubs,
    DeclaredLink,
    HubOffer,
    declared_hubs,
    hub_offer,
    relations_of,
)

_HEAD_BYTES = 2_000


def offered(
    url: str,
    *,
    link_header: str | None,
    content: bytes,
    content_type: str,
    access: PrivateAccess | None = None,
) -> HubOffer | None:
    """The hubs and the topic that a document fetched from ``url`` declares (WebSub §4).

    None when it has no hub that can be used. Read are ``<atom:link>`` of a feed, ``<link>`` in the
    head of a page, and ``hubs`` of a JSON Feed.

    Args:
        url: where redirects led.
        link_header: all Link headers, joined with commas.
        content: the body, decoded from its content coding.
        content_type: the header, verbatim.
        access: to the private network that its source lives in; hubs may be there too.
    """
    declared = _declared(content, content_type, url)
    return hub_offer(url, link_header=link_header, declared=declared, access=access)


def _declared(content: bytes, content_type: str, url: str) -> DeclaredHubs:
    if b"hub" not in content.replace(b"\0", b"").lower():  # without zeros: UTF-16 as well
        return DeclaredHubs()
    if _is_page(content, content_type):
        return declared_hubs(_links_of_page(content, content_type, url), url)
    try:
        return declared_in_feed(content, url=url, content_type=content_type)
    except NotAFeed:
        return DeclaredHubs()


def _is_page(content: bytes, content_type: str) -> bool:
    start = content[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"{"):
        return False
    if "html" in content_type.lower().partition(";")[0]:
        return True
    return b"<html" in start or start.startswith(b"<!doctype html")


def _links_of_page(content: bytes, content_type: str, url: str) -> Iterator[DeclaredLink]:
    """Only those in the head: readers may have written what stands in the body."""
    tree = page_tree(content, content_type)
    head = None if tree is None else next(tree.iter("head"), None)
    if head is None:
        return
    base = base_of(head, url)
    for link in head.iter("link"):
        yield DeclaredLink(relations_of(link.get("rel") or ""), link.get("href") or "", base)
