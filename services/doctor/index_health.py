"""The search index: whether it answers, takes articles and has all that it had."""

from collections.abc import Iterator
from contextlib import closing

from config.settings import Settings
from services.doctor.findings import Area, Finding, fine, wrong
from services.parts import PATIENCE
from storage.redis.health.index_size import KnownSize
from workers.resources import Resources


def look_at_index(settings: Settings, known: KnownSize | None, indexed: int) -> Iterator[Finding]:
    """All findings about it.

    Args:
        settings: that name it.
        known: how large it was; None where Redis does not answer.
        indexed: URLs that the ledger has as indexed, read before.

    Raises:
        IndexUnavailable: it does not answer.
        IndexIncompatible: another version of Newsloom wrote it.
    """
    with closing(Resources(settings, patience=PATIENCE).open_index()) as index:
        about, articles, fault = index.about(), index.count(), index.write_fault()
    yield fine(Area.VERSIONS, about.name)
    lost = known.loss(articles, indexed) if known else None
    problems = [each for each in (fault, about.fault) if each]
    for sentence in problems:
        yield wrong(Area.INDEX, sentence, 'see "The index" in docs/operations.md')
    if lost:
        yield wrong(Area.INDEX, lost, "run `newsloom reconcile`")
    if not problems and not lost:
        yield fine(Area.INDEX, f"it answers, takes articles, and holds {articles}")
