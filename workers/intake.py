"""What sources announce, into the frontier: by polls and by pushes alike."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.discover.announced import RefusedEntry, stamped
from pipeline.records import Link
from storage.redis.frontier import Acceptance
from workers.resources import Resources

log = logging.getLogger("newsloom.intake")


@dataclass(frozen=True, slots=True)
class Intake:
    """What the frontier took: the links that were new, and how many known ones were reopened because they changed."""

    accepted: Sequence[Link] = ()
    reopened: int = 0

    @property
    def fresh(self) -> int:
        """How many links were new or changed."""
        return len(self.accepted) + self.reopened


def take_in(
    resources: Resources, source: str, links: Sequence[Link], refused: Iterable[RefusedEntry], *, how: str
) -> Intake:
    """Take links in, and remember the entries that cannot be followed, with their reasons.

    Args:
        resources: of this process.
        source: its id.
        links: each is judged by the frontier.
        refused: each is noted once.
        how: they came, for the log: "polled" or "pushed".
    """
    ledger, keep = resources.stores.ledger, resources.settings.ledger_seconds
    for entry in refused:
        if ledger.refuse(entry.url or "", source=source, why=entry.detail, seconds=keep):
            log.warning("%s: %s entry %s: %s", source, how, entry.url, entry.detail)
    answers = resources.stores.frontier.accept(links, stamped=stamped(links))
    taken = Intake(
        accepted=[link for link, answer in zip(links, answers, strict=True) if answer is Acceptance.ACCEPTED],
        reopened=answers.count(Acceptance.REOPENED),
    )
    if taken.fresh:
        log.info("%s: %s: %d new, %d changed", source, how, len(taken.accepted), taken.reopened)
    return taken
