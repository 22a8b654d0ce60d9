"""URLs: what can be fetched (``normalise``), and what counts as the same page (``url_id``).

Parsing follows the WHATWG URL standard, so that a host reads here as it does in a browser:
``0x7f.1`` and full-width digits become ``127.0.0.1`` before anyone decides whether the address may
be contacted.
"""

import re
from functools import lru_cache

from ada_url import URL
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from pipeline.outcome import Reason
from pipeline.urls.tracking import without_tracking
from pipeline.urls.variants import registrable_domain

MAX_LENGTH = 2048
"""Longer URLs are refused: browsers and servers cut at about this length."""

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_PORTS = {"http:": 80, "https:": 443}
_DOUBLED_SCHEME = re.compile(r"^(?:https?:/{0,2})+(?=https?:/)", re.IGNORECASE)


class BadUrl(ValueError):  # noqa: N818 - named after what it is; ``reason`` is what the ledger records
    """A URL that cannot be accepted."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Url(str):
    """A URL that ``normalise`` made: a string, with its parts as attributes.

    Records take it as it is; who has another string calls ``normalise`` first.
    """

    __slots__ = ()

    @property
    def host(self) -> str:
        """The host, with its port when it is not the scheme's own."""
        return _host(self)

    @property
    def hostname(self) -> str:
        """The host without its port."""
        return str(URL(self).hostname)

    @property
    def port(self) -> int:
        """The port, also where it is the scheme's own."""
        parsed = URL(self)
        return int(parsed.port or _PORTS[parsed.protocol])

    @property
    def origin(self) -> "Url":
        """Scheme and host: ``https://host``, with its port when it is not the scheme's own."""
        scheme, _, rest = self.partition("://")
        return Url(f"{scheme}://{rest.partition('/')[0]}")

    @property
    def registrable_domain(self) -> str | None:
        """What one owner registered of the host's name; None for addresses and single labels."""
        return registrable_domain(self.hostname)

    @property
    def path(self) -> str:
        """From the first slash after the host on, without the query."""
        rest = self.partition("://")[2].partition("?")[0]
        return "/" + rest.partition("/")[2]

    @property
    def query(self) -> str:
        """Without its question mark."""
        return self.partition("?")[2]

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """A string in JSON, a ``Url`` in records."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


@lru_cache(maxsize=4_096)
def _host(url: str) -> str:
    return str(URL(url).host)


def normalise(url: str, base: str | None = None, *, tracking: bool = False) -> Url:
    """The URL as it will be fetched.

    Absolute, WHATWG-normalised, without fragment and tracking parameters.

    Args:
        url: as it is written.
        base: what it is relative to.
        tracking: keep the tracking parameters; a server that redirects to them would redirect again
            without them.

    Raises:
        BadUrl: malformed, too long, with credentials, or neither http nor https.
    """
    text = _DOUBLED_SCHEME.sub("", url.strip())
    if len(text) > MAX_LENGTH:
        raise BadUrl(Reason.BAD_URL, f"the URL is longer than {MAX_LENGTH} characters")
    if _FORBIDDEN.search(text):
        raise BadUrl(Reason.BAD_URL, "the URL contains a control character or a backslash")
    try:
        parsed = URL(text, base=base)
    except ValueError:
        raise BadUrl(
            Reason.BAD_URL, "this is not an absolute URL such as https://example.org/news"
        ) from None
    if parsed.protocol not in {"http:", "https:"}:
        raise BadUrl(
            Reason.UNSUPPORTED_SCHEME,
            f"only http and https can be fetched, not {parsed.protocol[:-1]}",
        )
    if parsed.username or parsed.password:
        raise BadUrl(Reason.BAD_URL, "the URL carries a user name or password")
    parsed.hash = ""
    kept = parsed.search[1:] if tracking else without_tracking(parsed.search[1:])
    parsed.search = f"?{kept}" if kept else ""
    if len(parsed.href) > MAX_LENGTH:
        raise BadUrl(
            Reason.BAD_URL, f"the URL is longer than {MAX_LENGTH} characters once it is encoded"
        )
    return Url(parsed.href)


def resolve(reference: str | None, base: str, *, tracking: bool = False) -> Url | None:
    """Where a link leads, as ``normalise`` gives it; None where nothing could be fetched.

    Args:
        reference: as it is written; None for a link without an address.
        base: what it is relative to.
        tracking: as in ``normalise``.
    """
    if not reference:
        return None
    try:
        return normalise(reference, base, tracking=tracking)
    except BadUrl:
        return None
