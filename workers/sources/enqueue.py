"""What sources announce, into the frontier: by polls and by pushes alike."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from config.logging import LogFields
from pipeline.discover.announced import RefusedEntry, stamped
from pipeline.discover.refusals import commonest_reason
from pipeline.priority import Announcement
from pipeline.records import Link
from pipeline.urls import url_id
from storage.redis.frontier import Acceptance
from storage.redis.ledger import MOST_REFUSED
from workers.resources import Resources

log = logging.getLogger("newsloom.enqueue")


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What became of announced links.

    Attributes:
        accepted: new ones.
        reopened: known ones that had ended, and changed.
        known: how many are known and did not change.
        refused: how many cannot be followed.
    """

    accepted: Sequence[Link] = ()
    reopened: Sequence[Link] = ()
    known: int = 0
    refused: int = 0

    @property
    def fresh(self) -> int:
        """How many links were new or changed."""
        return len(self.accepted) + len(self.reopened)


def enqueue(
    resources: Resources,
    source: str,
    links: Sequence[Link],
    refused: Sequence[RefusedEntry],
    *,
    announcement: Announcement,
) -> Enqueued:
    """Take links in, and remember the entries that cannot be followed, with their reasons.

    Args:
        resources: of this process.
        source: its id.
        links: the frontier takes those that are new or changed.
        refused: each counts once, and the first of them are noted.
        announcement: how they came.
    """
    how = "pushed" if announcement is Announcement.PUSH else "polled"
    _refuse(resources, source, refused, how=how)
    states = resources.stores.frontier.accept(
        links, announcement=announcement, stamped=stamped(links)
    )
    by_state: dict[Acceptance, list[Link]] = {state: [] for state in Acceptance}
    for link, state in zip(links, states, strict=True):
        by_state[state].append(link)
    taken = Enqueued(
        accepted=by_state[Acceptance.ACCEPTED],
        reopened=by_state[Acceptance.REOPENED],
        known=len(by_state[Acceptance.KNOWN]),
        refused=len(refused),
    )
    if taken.fresh:
        new, changed = len(taken.accepted), len(taken.reopened)
        fields = LogFields(event=how, source=source)
        log.info("%s: %s: %d new, %d changed", source, how, new, changed, extra=fields)
    return taken


def would_enqueue(resources: Resources, links: Sequence[Link]) -> Enqueued:
    """What taking links in would bring, without doing it: those that the ledger does not know."""
    states = resources.stores.ledger.states([url_id(link.url) for link in links])
    return Enqueued(
        accepted=[link for link, state in zip(links, states, strict=True) if state is None]
    )


def _refuse(
    resources: Resources, source: str, refused: Sequence[RefusedEntry], *, how: str
) -> None:
    """Note what was not noted before, in one round trip and few lines."""
    if not refused:
        return
    new = resources.stores.ledger.refuse(
        refused, source=source, seconds=resources.settings.ledger_seconds
    )
    for entry in new.kept:
        log.warning(
            "%s: %s entry %s: %s",
            source,
            how,
            entry.url,
            entry.detail,
            extra=LogFields(
                event="link_refused", source=source, url=entry.url, reason=entry.detail
            ),
        )
    if new.more:
        rest, why = len(refused) - MOST_REFUSED, commonest_reason(refused)
        log.warning(
            "%s: %d more %s entries cannot be followed, most often: %s",
            source,
            rest,
            how,
            why,
            extra=LogFields(event="links_refused", source=source, reason=why),
        )
