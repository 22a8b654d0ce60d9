"""The sources that are watched: list, remove, check, import and export them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import redis
from pydantic import ValidationError

from config.opml import NotOpml, Refusal, read_opml, write_opml
from config.sources import Source
from config.sources_file import SourcesFile, load, read, save
from config.validation import problems_in
from pipeline.sources.health import Verdict
from pipeline.sources.subscription import PushVerdict
from services.changing_sources import changing
from services.errors import InvalidSourceError, UnknownSourceError, UnreadableInputError
from storage.embedded_redis import EmbeddedRedisError
from workers.resources import Resources
from workers.sources.checks import check
from workers.sources.subscriber import push_verdicts

Connect = Callable[[], AbstractContextManager[Resources]]
"""Opens the stores, where a use case may do without them."""


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources, and what pushes them.

    Attributes:
        sources: as the file has them.
        problems: a line for each entry that cannot be used.
        pushes: the WebSub subscriptions, by the source's id.
        unavailable: why the subscriptions cannot be read; None when they can.
    """

    sources: tuple[Source, ...]
    problems: tuple[str, ...]
    pushes: Mapping[str, PushVerdict]
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """The health of a source that was just polled, and its subscription."""

    source: Source
    verdict: Verdict
    push: PushVerdict | None


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """What a subscription list brought.

    Attributes:
        sources: the new ones.
        known: names of those that were there.
        refused: outlines that make no source.
    """

    sources: tuple[Source, ...]
    known: tuple[str, ...]
    refused: tuple[Refusal, ...]


def list_sources(sources_file: Path, connect: Connect | None) -> SourceList:
    """The sources, and what pushes them.

    They are in a file, so they are listed when Redis does not answer too.

    Args:
        sources_file: where they are.
        connect: opens the stores with the subscriptions; None when there can be none.

    Raises:
        SourcesError: the file cannot be read.
    """
    file = read(sources_file)
    if not file.sources or connect is None:
        return SourceList(file.sources, file.problems, {})
    try:
        with connect() as resources:
            return SourceList(file.sources, file.problems, push_verdicts(resources))
    except (redis.RedisError, EmbeddedRedisError) as error:
        return SourceList(file.sources, file.problems, {}, unavailable=str(error))


def remove_source(sources_file: Path, source_id: str) -> None:
    """Stop watching a source; its articles stay.

    Raises:
        UnknownSourceError: there is no such source.
        SourcesError: the file cannot be read or changed.
    """
    with changing(sources_file) as file:
        rest = [source for source in file.sources if source.id != source_id]
        if len(rest) == len(file.sources):
            raise UnknownSourceError(file.why_missing(source_id))
        save(sources_file, rest)


def change_source(
    sources_file: Path,
    source_id: str,
    *,
    enabled: bool | None = None,
    tags: Collection[str] | None = None,
    collections: Collection[str] | None = None,
) -> Source:
    """Pause a source, let it go on, or group it anew. A running Newsloom takes it up at once.

    Args:
        sources_file: where the sources are.
        source_id: which one.
        enabled: whether it is polled; None leaves it, as in the next two.
        tags: all that it has from now on.
        collections: all that it belongs to from now on.

    Returns:
        The source as it is now.

    Raises:
        InvalidSourceError: a tag or collection does not fit.
        UnknownSourceError: there is no such source.
        SourcesError: the file cannot be read or changed.
    """
    wanted = {"enabled": enabled, "tags": tags, "collections": collections}
    changes = {name: value for name, value in wanted.items() if value is not None}
    with changing(sources_file) as file:
        by_id = {source.id: source for source in file.sources}
        if source_id not in by_id:
            raise UnknownSourceError(file.why_missing(source_id))
        fields = by_id[source_id].model_dump(exclude_unset=True) | changes
        try:
            changed = Source.model_validate(fields)
        except ValidationError as error:
            raise InvalidSourceError("; ".join(problems_in(error, Source))) from None
        if changed != by_id[source_id]:
            save(sources_file, (by_id | {source_id: changed}).values())
    return changed


def check_sources(resources: Resources, source_ids: Sequence[str] = ()) -> Iterator[CheckedSource]:
    """Poll sources now, all at once, without taking links in; each as it ends.

    Args:
        resources: what polls them.
        source_ids: which ones; none for all.

    Raises:
        UnknownSourceError: one of them does not exist.
        SourcesError: the file cannot be read.
    """
    known = resources.registry.all()
    require_known(source_ids, known)
    chosen = [known[source_id] for source_id in source_ids] or list(known.values())
    pushes = push_verdicts(resources)
    checks = [resources.loop.start(check(resources, source)) for source in chosen]
    for source, under_way in zip(chosen, checks, strict=True):
        yield CheckedSource(source, under_way.result(), pushes.get(source.id))


def import_opml(  # noqa: PLR0913 - each is a choice of the user
    sources_file: Path,
    content: bytes,
    *,
    name: str,
    tags: Collection[str] = (),
    collections: Collection[str] = (),
    dry_run: bool = False,
) -> OpmlImport:
    """Add the subscriptions of an OPML document. Sources that exist stay as they are.

    Args:
        sources_file: where the sources are.
        content: the document.
        name: what it is called, for the error.
        tags: given to every new source, beside its folders.
        collections: to which every new source belongs, beside those that the document names.
        dry_run: change nothing.

    Raises:
        UnreadableInputError: the document is no subscription list.
        SourcesError: the sources' file cannot be read or changed.
    """

    def imported(file: SourcesFile) -> OpmlImport:
        unusable = [entry.id for entry in file.bad if entry.id]
        outline = read_opml(content, file.sources, unusable)
        fresh = tuple(_grouped(source, tags, collections) for source in outline.sources)
        return OpmlImport(fresh, outline.known, outline.refused)

    try:
        if dry_run:
            return imported(read(sources_file))
        with changing(sources_file) as file:
            result = imported(file)
            if result.sources:
                save(sources_file, [*file.sources, *result.sources])
            return result
    except NotOpml as error:
        raise UnreadableInputError(f"{name}: {error}") from None


def export_opml(sources_file: Path) -> str:
    """The sources as an OPML document."""
    return write_opml(load(sources_file))


def require_known(source_ids: Sequence[str], known: Mapping[str, Source]) -> None:
    """Raise ``UnknownSourceError`` where one of the ids is of no source."""
    unknown = [source_id for source_id in source_ids if source_id not in known]
    if unknown:
        raise UnknownSourceError(f"there is no source {', '.join(unknown)}")


def _grouped(source: Source, tags: Collection[str], collections: Collection[str]) -> Source:
    return source.model_copy(
        update={
            "tags": tuple(dict.fromkeys([*source.tags, *tags])),
            "collections": tuple(dict.fromkeys([*source.collections, *collections])),
        }
    )
