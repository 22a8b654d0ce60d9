"""What to crawl: one publisher's feed, sitemap or section page."""

import re
from collections.abc import Collection
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from pipeline.crawl.private_access import PrivateAccess, private_access, private_network
from pipeline.overrides import Overrides
from pipeline.urls import Url
from pipeline.urls.written import normalise_written

SourceKind = Literal["feed", "sitemap", "section"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
"""What can be polled. Each is the field of ``Source`` that has the address."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATIONS = frozenset({"interval", "objective", "delay", "recent"})
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NO_ID = re.compile(r"[^a-z0-9._-]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ID_LENGTH = 60
_ID_MARKS = "-._"
_HOST_PREFIXES = ("www.", "feeds.", "rss.")
_FEED_SCHEME = re.compile(r"feed:(?://)?", re.IGNORECASE)
_WEB = re.compile(r"https?:", re.IGNORECASE)


def _seconds(value: object) -> object:
    """Reads ``15m``, ``90s``, ``2h`` or a number of seconds."""
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if match:
        return float(match[1]) * _UNITS[match[2]]
    try:
        return float(value)
    except ValueError:
        raise ValueError("expected a duration such as 90s, 15m, 2h or 1d") from None


def source_address(address: str) -> Url:
    """The address of a source, normalised.

    ``feed://host/x`` means http, ``feed:https://host/x`` what it holds, and ``host/x`` https.

    Feed readers register these (https://en.wikipedia.org/wiki/Feed_URI_scheme), and lists of
    subscriptions have them.

    Raises:
        BadUrl: as ``pipeline.urls.normalise`` does.
    """
    text = address.strip()
    if found := _FEED_SCHEME.match(text):
        rest = text[found.end() :]
        text = rest if _WEB.match(rest) else f"http://{rest}"
    return normalise_written(text)


def is_source_id(text: str) -> bool:
    """Whether a source can have this id."""
    return _ID.fullmatch(text) is not None


def _source_id(text: str) -> str:
    if not is_source_id(text):
        raise ValueError(
            "expected lower-case letters, digits, '.', '_' and '-', with a letter or digit first,"
            " at most 64 in all"
        )
    return text


def _network(text: str) -> str:
    return str(private_network(text))


@cache
def _territories() -> frozenset[str]:
    return frozenset(Locale("en").territories)


def _country(text: str) -> str:
    code = text.strip().upper()
    if not _COUNTRY.fullmatch(code) or code not in _territories():
        raise ValueError("expected a country's code of two letters, such as FR (ISO 3166-1)")
    return code


NetworkText = Annotated[str, AfterValidator(_network)]
CountryCode = Annotated[str, AfterValidator(_country)]
SourceId = Annotated[str, AfterValidator(_source_id)]
Duration = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
FetchableUrl = Annotated[str, AfterValidator(source_address)]


class Source(BaseModel):
    """One publisher's feed, sitemap or section page.

    Attributes:
        id: short name, used in searches as ``source:id``.
        feed: the address of a feed; or else
        sitemap: the address of a sitemap, or of an index of sitemaps; or else
        section: the address of a page that is watched for links to articles, where a site has
            neither.
        tags: words that describe it; ``source_tag:word`` in searches.
        collections: the named sets of sources it belongs to; ``collection:name`` in searches.
        recent: seconds; how far back the first look at a sitemap goes, and each later one before
            the one before it.
        interval: seconds between polls; None takes the setting, or what is learned of the source.
        objective: seconds after publication within which 95 % of its articles should be seen; None
            takes the setting, as far as the source publishes often enough for it.
        delay: seconds between requests to the source's host; None takes the setting.
        country: the publisher's, as its ISO 3166-1 code of two letters; ``country:fr`` in searches.
        concurrency: most requests under way at a host, of all sources, when one for this source
            begins; None takes the setting.
        robots: False only where the publisher allowed the crawl in another way.
        network: the private network that the source lives in, such as ``192.168.1.0/24``: requests
            for this source may enter it, at its own port too. None for the public internet.
        enabled: False keeps the entry but stops the polling.
        extract: CSS selectors that are asked before the general methods of extraction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: SourceId
    feed: FetchableUrl | None = None
    sitemap: FetchableUrl | None = None
    section: FetchableUrl | None = None
    name: str | None = None
    language: str | None = None
    country: CountryCode | None = None
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    interval: Annotated[Duration, Field(ge=1)] | None = None
    objective: Annotated[Duration, Field(ge=1)] | None = None
    delay: Duration | None = None
    concurrency: Annotated[int, Field(ge=1)] | None = None
    recent: Duration = 2 * 86_400.0
    robots: bool = True
    network: NetworkText | None = None
    enabled: bool = True
    extract: Overrides = Overrides()

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        addresses = [getattr(self, kind) for kind in SOURCE_KINDS]
        if sum(address is not None for address in addresses) != 1:
            raise ValueError("a feed, a sitemap or a section is required, and one only")
        return self

    @property
    def kind(self) -> SourceKind:
        """What is polled."""
        return next(kind for kind in SOURCE_KINDS if getattr(self, kind) is not None)

    @property
    def address(self) -> Url:
        """Where it is."""
        return Url(getattr(self, self.kind))

    @property
    def access(self) -> PrivateAccess | None:
        """What may be reached beside the public internet."""
        return private_access(self.network, self.address.port) if self.network else None

    def to_entry(self) -> dict[str, Any]:
        """As it is written to files: durations as people write them, and no defaults."""
        written = self.model_dump(mode="json", exclude_defaults=True)
        return {
            name: _in_units(value) if name in _DURATIONS else value
            for name, value in written.items()
        }


def free_id(address: str, taken: Collection[str], *, kind: str = "") -> str:
    """An id for a source at this address.

    Its host, what kind of source it is if that must be said, and a number.

    Args:
        address: normalised URL.
        taken: ids that are in use.
        kind: a word or two, such as ``sitemap`` or ``sport``.
    """
    host = Url(address).host
    for prefix in _HOST_PREFIXES:
        host = host.removeprefix(prefix)
    words = [_id_part(host.replace(":", "-").strip("[]")), _id_part(kind)]
    base = "-".join(filter(None, words))[:_ID_LENGTH].strip(_ID_MARKS) or "source"
    return base if base not in taken else f"{base}-{_free_number(base, taken)}"


def _free_number(base: str, taken: Collection[str]) -> int:
    """The first number from 2 on that is not in use, found by doubling and halving.

    One after another, ten thousand sources of one host would take 50 million steps.
    """
    used, free = 1, 2
    while f"{base}-{free}" in taken:
        used, free = free, 2 * free
    while free - used > 1:
        middle = (used + free) // 2
        if f"{base}-{middle}" in taken:
            used = middle
        else:
            free = middle
    return free


def _id_part(text: str) -> str:
    return _NO_ID.sub("-", text.lower()).strip(_ID_MARKS)


def _in_units(seconds: float) -> str:
    """The duration in its largest whole unit."""
    for unit, size in reversed(_UNITS.items()):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{seconds or 0}s"
