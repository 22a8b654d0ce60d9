"""The tags and collections of sources, for queries that name them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from config.sources import Source
from config.sources_file import read
from search.fields import SOURCE_GROUPS

SourceIds = Mapping[str, tuple[str, ...]]
"""The ids of sources by the name of their group."""

_Stamp = tuple[int, int] | None


class SourceGroups(Mapping[str, SourceIds]):
    """``search.language.groups.Groups`` from a sources file.

    The file is read when a group is looked up, and again when it has changed: a query without one
    works whatever the file holds. A lookup raises ``SourcesError`` when the file cannot be read.

    Args:
        sources_file: where the sources are; one that is missing has no groups.
    """

    def __init__(self, sources_file: Path) -> None:
        self._file = sources_file
        self._known: tuple[_Stamp, Mapping[str, SourceIds]] | None = None

    def __getitem__(self, field: str) -> SourceIds:
        """The groups that the field can name."""
        return self._groups()[field]

    def __iter__(self) -> Iterator[str]:
        """The fields."""
        return iter(SOURCE_GROUPS)

    def __len__(self) -> int:
        """How many fields there are."""
        return len(SOURCE_GROUPS)

    def _groups(self) -> Mapping[str, SourceIds]:
        stamp = _stamp(self._file)
        known = self._known
        if known is None or known[0] != stamp:
            known = self._known = (stamp, _groups_of(read(self._file).sources))
        return known[1]


def _stamp(file: Path) -> _Stamp:
    """Changes with the file; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _groups_of(sources: Sequence[Source]) -> Mapping[str, SourceIds]:
    return {
        "source_tag": _by_name((source.id, source.tags) for source in sources),
        "collection": _by_name((source.id, source.collections) for source in sources),
        "country": _by_name((source.id, _country(source)) for source in sources),
        "source_kind": _by_name((source.id, (source.kind,)) for source in sources),
    }


def _country(source: Source) -> tuple[str, ...]:
    return (source.country.lower(),) if source.country else ()


def _by_name(sources: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for source_id, names in sources:
        for name in dict.fromkeys(names):
            groups[name] = (*groups.get(name, ()), source_id)
    return groups
