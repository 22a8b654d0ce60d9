"""The address of a search: everything that a result depends on, and nothing else.

The address holds the whole state, so that it can be shared and the browser's Back works. What a
person chose beside the query (facet values, a range of dates) is written as a clause of the query
language: the same text given to the command or the API finds the same articles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from search.request import Sort

MOST_FILTERS = 30

PATH = "/search"


@dataclass(frozen=True, slots=True)
class Filter:
    """One chosen value, such as ``source:bbc``."""

    field: str
    value: str

    @property
    def parameter(self) -> str:
        """As it stands in the address."""
        return f"{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """What is asked for.

    Attributes:
        query: as the person wrote it.
        filters: chosen values; those of one field are alternatives.
        since: first day or moment of publication, as in the query language; empty for none.
        until: the last one, included.
        sort: the order of the hits.
        copies: whether copies are shown too.
        after: the cursor of the page before; empty for the first page.
        share: whether the timeline shows shares instead of counts.
    """

    query: str = ""
    filters: tuple[Filter, ...] = ()
    since: str = ""
    until: str = ""
    sort: Sort = Sort.BEST
    copies: bool = False
    after: str = ""
    share: bool = False

    @property
    def effective_query(self) -> str:
        """The one query that says it all."""
        clauses = [f"({self.query})"] if self.query.strip() not in {"", "*"} else []
        if not self.filters and not self.since and not self.until:
            return self.query.strip()
        by_field: dict[str, list[str]] = {}
        for each in self.filters:
            by_field.setdefault(each.field, []).append(quoted(each.value))
        for field, values in by_field.items():
            one_of = values[0] if len(values) == 1 else f"({' OR '.join(values)})"
            clauses.append(f"{field}:{one_of}")
        if self.since or self.until:
            low, high = quoted_moment(self.since), quoted_moment(self.until)
            clauses.append(f"published:[{low} TO {high}]")
        return " ".join(clauses)

    @property
    def url(self) -> str:
        """The address itself."""
        return f"{PATH}?{self.parameters}" if self.parameters else PATH

    @property
    def parameters(self) -> str:
        """The address' query string; what has its usual value is left out."""
        pairs = [("q", self.query)] if self.query else []
        pairs += [("f", each.parameter) for each in self.filters]
        pairs += [("from", self.since)] if self.since else []
        pairs += [("to", self.until)] if self.until else []
        pairs += [("sort", self.sort.value)] if self.sort is not Sort.BEST else []
        pairs += [("copies", "1")] if self.copies else []
        pairs += [("share", "1")] if self.share else []
        pairs += [("after", self.after)] if self.after else []
        return urlencode(pairs)

    @property
    def api_url(self) -> str:
        """The same search in the API."""
        pairs = [("q", self.effective_query), ("sort", self.sort.value)]
        pairs += [("copies", "true")] if self.copies else []
        pairs += [("after", self.after)] if self.after else []
        return f"/api/v1/search?{urlencode(pairs)}"

    def having(self, field: str, value: str) -> bool:
        """Whether a value was chosen."""
        return Filter(field, value) in self.filters

    def with_filter(self, field: str, value: str) -> "SearchAddress":
        """With one more value chosen; from the first page on."""
        if self.having(field, value):
            return self
        return replace(self, filters=(*self.filters, Filter(field, value)), after="")

    def without_filter(self, field: str, value: str) -> "SearchAddress":
        """With one value less."""
        rest = tuple(each for each in self.filters if each != Filter(field, value))
        return replace(self, filters=rest, after="")

    def but(self, **changes: Any) -> "SearchAddress":  # noqa: ANN401 - the attributes' own types
        """With other values of its attributes; from the first page on."""
        return replace(self, **{"after": "", **changes})

    def in_range(self, since: str, until: str) -> "SearchAddress":
        """Narrowed to a range of publication."""
        return replace(self, since=since, until=until, after="")


def read_address(parameters: Mapping[str, str], filters: Sequence[str]) -> SearchAddress:
    """What an address asks for. A value that does not fit is taken as the usual one.

    Args:
        parameters: of the address.
        filters: all values of its ``f``.
    """
    found = [Filter(field, value) for field, _, value in map(_parted, filters) if field and value]
    sort = parameters.get("sort", "")
    return SearchAddress(
        query=parameters.get("q", "").strip(),
        filters=tuple(dict.fromkeys(found))[:MOST_FILTERS],
        since=parameters.get("from", "").strip(),
        until=parameters.get("to", "").strip(),
        sort=Sort(sort) if sort in set(Sort) else Sort.BEST,
        copies=parameters.get("copies") == "1",
        after=parameters.get("after", ""),
        share=parameters.get("share") == "1",
    )


def quoted(value: str) -> str:
    """A value as the query language takes it literally."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def quoted_moment(value: str) -> str:
    """An end of a range; ``*`` leaves it open."""
    return quoted(value) if value else "*"


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition(":")
