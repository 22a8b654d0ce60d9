"""The sources: whether their file can be read, and what they answer."""

from collections.abc import Iterator

from config.settings import Settings
from config.sources import Source
from config.sources_file import SourcesError, read
from services.coverage.health import source_statuses
from services.doctor.findings import Area, Finding, fine, wrong
from workers.resources import Resources

MOST_NAMED = 5
"""Unhealthy sources with a line of their own."""


def look_at_file(settings: Settings) -> tuple[list[Finding], tuple[Source, ...]]:
    """What is wrong with the sources file, and the sources that can be used of it."""
    path = settings.sources
    if not path.exists():
        missing = wrong(
            Area.SOURCES, f"there is no {path}", "run `newsloom sources add ADDRESS` to watch one"
        )
        return [missing], ()
    try:
        found = read(path)
    except SourcesError as error:
        return [wrong(Area.SOURCES, str(error), f"mend {path}")], ()
    problems = [wrong(Area.SOURCES, line, f"mend {path}") for line in found.problems]
    if not found.sources and not problems:
        problems.append(
            wrong(Area.SOURCES, f"{path} names no source", "run `newsloom sources add ADDRESS`")
        )
    return problems, found.sources


def look_at_polls(resources: Resources, known: tuple[Source, ...]) -> Iterator[Finding]:
    """Sources that are not well.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    statuses = source_statuses(resources, known)
    unhealthy = [each for each in statuses if each.verdict.unhealthy]
    for each in unhealthy[:MOST_NAMED]:
        yield wrong(
            Area.SOURCES,
            f"{each.source_id}: {each.verdict.sentence}",
            f"run `newsloom sources check {each.source_id}`",
        )
    if len(unhealthy) > MOST_NAMED:
        yield wrong(
            Area.SOURCES,
            f"{len(unhealthy) - MOST_NAMED} more sources are not well",
            "run `newsloom status`",
        )
    if statuses and not unhealthy:
        yield fine(Area.SOURCES, f"{len(statuses)} sources are well")
