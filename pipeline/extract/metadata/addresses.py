"""The page's own address and the addresses it mentions."""

import re

from pipeline.extract.metadata.jsonld import as_list
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.urls import Url, normalise, resolve

_FRONT = re.compile(
    r"(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{2,5})?)?", re.IGNORECASE
)


def canonical_url(data: StructuredData, final_url: str) -> str:
    """What the page calls its address, if that is on its own site; else where it was found.

    A foreign one is not believed (RFC 6596 lets a page name any; a syndicated copy, or a hijacker,
    would take over the identity of another's article), nor is the site's front page.
    """
    own = normalise(final_url)
    for named in (data.links.get("canonical"), data.first("og:url")):
        address = resolve(named, final_url)
        if address and same_site(address, own) and not (is_front(address) and not is_front(own)):
            return address
    return own


def stated_address(data: StructuredData, made_up: Url) -> Url | None:
    """What a page calls its address that was found without one; None for a site's front page.

    Nobody can tell whether it is right, so it does for a name and not for reading the page.

    Args:
        data: of the page.
        made_up: the address that it was read with; what is relative to it says nothing.
    """
    for named in (data.links.get("canonical"), data.first("og:url")):
        address = resolve(named, made_up)
        if address and address.host != made_up.host and not is_front(address):
            return address
    return None


def same_site(left: str, right: str) -> bool:
    """True when both are under one registrable domain (Public Suffix List), or on the same host."""
    return Url(left).host == Url(right).host or (
        Url(left).registrable_domain is not None
        and Url(left).registrable_domain == Url(right).registrable_domain
    )


def is_front(url: str) -> bool:
    """True for a site's root, or its root in a language: "/", "/en/", "/index.html"."""
    return not Url(url).query and _FRONT.fullmatch(Url(url).path.strip("/")) is not None


def image_url(data: StructuredData, final_url: str) -> str | None:
    """The article's picture."""
    for image in as_list(data.article.get("image")):
        named = (
            image.get("url") or image.get("contentUrl") or image.get("@id")
            if isinstance(image, dict)
            else image
        )
        reference = data.by_id.get(named, {}) if isinstance(named, str) else {}
        named = reference.get("url") or reference.get("contentUrl") or named
        if isinstance(named, str) and (address := resolve(named, final_url)):
            return address
    return resolve(
        data.first(
            "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
        ),
        final_url,
    )
