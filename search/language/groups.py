"""Groups of sources in a query: a tag or a collection stands for the ids of its sources.

They are looked up when the query is read, so that a change in the sources file needs no new index.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from search.errors import QueryError
from search.fields import SOURCE_GROUPS
from search.nodes import OneOf
from search.text import normalise

Groups = Mapping[str, Mapping[str, Collection[str]]]
"""The ids of sources by the field's name (``search.fields.SOURCE_GROUPS``) and its value."""

NO_GROUPS: Groups = {name: {} for name in SOURCE_GROUPS}

MOST_SOURCES = 20_000
"""Sources that one tag or collection of a query can stand for; Elasticsearch takes 65,536."""

_MOST_NAMED = 10

_CALLED = {
    "source_tag": "tag of a source",
    "collection": "collection",
    "source_kind": "kind of source",
    "country": "country of a source",
}


def sources_in(
    groups: Groups, field: str, name: str, *, prefix: bool, position: int | None
) -> OneOf:
    """Articles from the sources of a group. Capitals make no difference.

    Args:
        groups: all that there are.
        field: of ``SOURCE_GROUPS``.
        name: the group's name, or with ``prefix`` its beginning; an empty beginning takes all.
        prefix: whether every group counts whose name begins so.
        position: where the name stands in the query.

    Raises:
        QueryError: no group has this name, or it has more than ``MOST_SOURCES`` sources.
    """
    known = groups.get(field, {})
    wanted = _folded(name)
    found = [group for group in known if _is_meant(_folded(group), wanted, prefix=prefix)]
    if not found:
        written = f"{name}*" if prefix else name
        raise QueryError(_unknown(field, written, known), position)
    ids = sorted(set(_ids(known, found)))
    if len(ids) > MOST_SOURCES:
        message = (
            f"“{field}:{name}” stands for {len(ids)} sources; "
            f"a query can have {MOST_SOURCES} of them. Choose a smaller group."
        )
        raise QueryError(message, position)
    return OneOf("source", tuple(ids))


def names_of(groups: Groups, field: str) -> dict[str, tuple[str, ...]]:
    """The names of the groups that each source belongs to, by the source's id."""
    names: dict[str, tuple[str, ...]] = {}
    for name, ids in groups.get(field, {}).items():
        for source in ids:
            names[source] = (*names.get(source, ()), name)
    return names


def _ids(known: Mapping[str, Collection[str]], names: Collection[str]) -> Iterator[str]:
    for name in names:
        yield from known[name]


def _folded(name: str) -> str:
    return normalise(name).casefold()


def _is_meant(name: str, wanted: str, *, prefix: bool) -> bool:
    return name.startswith(wanted) if prefix else name == wanted


def _unknown(field: str, name: str, known: Collection[str]) -> str:
    what = _CALLED[field]
    if not known:
        return f"There is no {what} “{name}”: no source in the sources file has one."
    by_folded = {_folded(group): group for group in known}
    close = get_close_matches(_folded(name), by_folded, n=_MOST_NAMED)
    if close:
        meant = ", ".join(by_folded[each] for each in close)
        return f"There is no {what} “{name}”. Did you mean {meant}?"
    named = ", ".join(sorted(known)[:_MOST_NAMED])
    more = ", …" if len(known) > _MOST_NAMED else ""
    return f"There is no {what} “{name}”. There are {named}{more}."
