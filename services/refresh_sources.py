"""Poll sources now, and take in what they announce."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.sources.health import Verdict, assess_health
from pipeline.urls import UrlId, url_id
from services.sources import require_known
from workers.resources import Resources
from workers.sources.enqueue import Enqueued
from workers.sources.poll_outcome import PollOutcome
from workers.sources.polling import known_state, poll_policy_of, refresh


@dataclass(frozen=True, slots=True)
class RefreshedSource:
    """What a poll of a source brought.

    Attributes:
        source: the source.
        taken: what became of its links.
        verdict: its health after the poll.
        is_read: whether it answered with something that could be read, "not modified" included.
        postponed: why it was not asked; None when it was.
    """

    source: Source
    taken: Enqueued
    verdict: Verdict
    is_read: bool
    postponed: str | None = None

    @property
    def url_ids(self) -> tuple[UrlId, ...]:
        """The URLs that are new or changed, which wait to be crawled."""
        links = [*self.taken.accepted, *self.taken.reopened]
        return tuple(dict.fromkeys(url_id(link.url) for link in links))


def refresh_sources(
    resources: Resources, source_ids: Sequence[str] = ()
) -> Iterator[RefreshedSource]:
    """Poll sources now, all at once, as the workers would; each result as it ends.

    The calendar of polls is the workers': a source that they do not know yet is not put there.

    Args:
        resources: what polls them.
        source_ids: which ones; none for all that are enabled.

    Raises:
        UnknownSourceError: one of them does not exist.
        SourcesError: the file cannot be read.
    """
    known = resources.registry.apply_delays(resources.stores)
    require_known(source_ids, known)
    enabled = [source for source in known.values() if source.enabled]
    chosen = [known[source_id] for source_id in dict.fromkeys(source_ids)] or enabled
    polls = [resources.loop.start(refresh(resources, source)) for source in chosen]
    for source, under_way in zip(chosen, polls, strict=True):
        yield _refreshed(resources, source, under_way.result())


def _refreshed(
    resources: Resources, source: Source, outcome: PollOutcome | Retry
) -> RefreshedSource:
    now, policy = resources.clock(), poll_policy_of(resources.settings, source)
    if isinstance(outcome, Retry):
        verdict = assess_health(known_state(resources, source), now, policy)
        return RefreshedSource(source, Enqueued(), verdict, False, postponed=outcome.error)
    verdict = assess_health(outcome.state, now, policy)
    return RefreshedSource(source, outcome.taken, verdict, outcome.read)
