"""The lists beside the hits: each value is a link that narrows the search, or takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.results import FacetValue
from web.pages.formats import country_name, language_name
from web.pages.searching.search_address import SearchAddress

SHOWN = (
    ("source", "Source"),
    ("collection", "Collection"),
    ("country", "Country"),
    ("source_kind", "Kind of source"),
    ("language", "Language"),
    ("section", "Section"),
    ("author", "Author"),
    ("tag", "Tag"),
    ("agency", "Agency"),
)
"""The facets of the page by their field, in order."""

FIELDS = tuple(field for field, _ in SHOWN)

MOST_VALUES = 40
"""Values of a facet that the page lists, ten of them at first."""


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One value; ``width`` is its bar's, 0 to 100."""

    label: str
    count: int
    url: str
    chosen: bool
    width: float


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet with its heading."""

    field: str
    label: str
    rows: tuple[FacetRow, ...]


def facet_lists(
    facets: Mapping[str, Sequence[FacetValue]], address: SearchAddress, names: Mapping[str, str]
) -> tuple[FacetList, ...]:
    """The facets that have something to choose from.

    Args:
        facets: values with their counts by field, the most frequent first.
        address: of the search they belong to.
        names: of sources, by id.
    """
    lists = [
        FacetList(field, label, rows_of(field, facets.get(field, ()), address, names))
        for field, label in SHOWN
    ]
    return tuple(each for each in lists if each.rows)


def label_of(field: str, value: str, names: Mapping[str, str]) -> str:
    """A value as people call it."""
    if field == "source":
        return names.get(value, value)
    if field == "language":
        return language_name(value)
    if field == "country":
        return country_name(value)
    return value


def rows_of(
    field: str, values: Sequence[FacetValue], address: SearchAddress, names: Mapping[str, str]
) -> tuple[FacetRow, ...]:
    """Values of one field as links, with bars beside the greatest count."""
    most = max((value.count for value in values), default=1)
    return tuple(
        FacetRow(
            label=label_of(field, value.value, names),
            count=value.count,
            url=_url(field, value.value, address),
            chosen=address.having(field, value.value),
            width=round(100 * value.count / most, 1),
        )
        for value in values
    )


def _url(field: str, value: str, address: SearchAddress) -> str:
    if address.having(field, value):
        return address.without_filter(field, value).url
    return address.with_filter(field, value).url
