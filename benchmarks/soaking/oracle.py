"""What is true after the soak: the origin's log, the ledger and the index must tell one story."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.soaking.origin import Origin, address, first_sentence, title
from pipeline.outcome import Indexed
from pipeline.urls import url_id
from storage.redis.ledger import Totals
from workers.chain.archiving import archive_ended
from workers.resources import Resources

_ARCHIVING_SECONDS = 60.0


@dataclass
class Verdict:
    """What was found wrong, in words, and what was counted.

    Attributes:
        lost: articles that are announced and cannot be found.
        doubled: articles that are there more than once, or counted so.
        unaccounted: what the totals, the audit and the index disagree about.
        totals: of the ledger.
        fetches: of all articles.
        refetched: fetches beyond one for each article.
    """

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    totals: Totals | None = None
    fetches: int = 0
    refetched: int = 0

    @property
    def passed(self) -> bool:
        """Whether nothing was found wrong."""
        return not (self.lost or self.doubled or self.unaccounted)

    def lines(self, most: int = 10) -> Iterator[str]:
        """The findings, the first ones of each kind."""
        for name in ("lost", "doubled", "unaccounted"):
            found: list[str] = getattr(self, name)
            yield f"{len(found)} {name}"
            yield from (f"  {each}" for each in found[:most])


def examine(resources: Resources, origin: Origin, urls: int) -> Verdict:
    """Compare what was announced with what is there, when the work is over.

    Args:
        resources: of the soak.
        origin: whose articles these are.
        urls: articles that were announced, by feeds or by command.
    """
    verdict = Verdict()
    archive_ended(resources, seconds=_ARCHIVING_SECONDS)
    ledger, index = resources.stores.ledger, resources.index
    totals, audit = ledger.totals(), ledger.audit()
    verdict.totals = totals
    for number in range(urls):
        problem = _problem(resources, number)
        if problem:
            verdict.lost.append(f"{address(number)}: {problem}")
    articles = index.count()
    if articles > urls:
        verdict.doubled.append(f"the index has {articles} articles of {urls} addresses")
    if totals.accepted > urls:
        verdict.doubled.append(f"the ledger accepted {totals.accepted} of {urls} addresses")
    if totals != audit:
        verdict.unaccounted.append(f"the totals {totals} differ from the entries {audit}")
    if not totals.balanced:
        verdict.unaccounted.append(f"the totals do not add up: {totals}")
    if unarchived := ledger.unarchived():
        verdict.unaccounted.append(f"the archive lacks {unarchived} entries of URLs that ended")
    if totals.in_flight:
        verdict.unaccounted.append(f"{totals.in_flight} URLs are still in flight")
    if totals.accepted < urls:
        verdict.unaccounted.append(f"{urls - totals.accepted} of {urls} URLs were never accepted")
    verdict.fetches = origin.fetches.total()
    verdict.refetched = verdict.fetches - sum(1 for count in origin.fetches.values() if count)
    return verdict


def _problem(resources: Resources, number: int) -> str | None:
    """Why an article is not as it should be."""
    key = url_id(address(number))
    entry = resources.stores.ledger.entry(key)
    if entry is None:
        return "the ledger does not know it"
    if not isinstance(entry.outcome, Indexed):
        return f"the ledger says {entry.state}: {entry.outcome}"
    article = resources.index.get(key)
    if article is None:
        return "the ledger says indexed, and the index does not have it"
    if article.title != title(number):
        return f"the index has another article there: {article.title}"
    if first_sentence(number) not in article.body:
        return f"the index has another text there: {article.body[:80]}"
    return None
