"""The ledger's totals, by state and by reason."""

from collections.abc import Mapping

from pipeline.base import Record
from storage.redis.ledger import Ledger


class LedgerTotals(Record):
    """How many distinct URLs there are. The states add up to ``accepted``.

    Attributes:
        accepted: URLs that were taken in.
        indexed: that became articles.
        duplicate: that are articles which were there already.
        rejected: that are nothing to index; ``reasons`` says why.
        dead: that were given up after their attempts.
        in_flight: that have not ended.
        queued: of these, those that wait.
        leased: of these, those that are worked on.
        balanced: whether the totals add up.
        reasons: rejected URLs by reason, the most frequent first.
        refused_links: links that were refused before they were accepted, to about 1 %.
    """

    accepted: int
    indexed: int
    duplicate: int
    rejected: int
    dead: int
    in_flight: int
    queued: int
    leased: int
    balanced: bool
    reasons: Mapping[str, int]
    refused_links: int


def ledger_totals(ledger: Ledger) -> LedgerTotals:
    """What became of all URLs.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    return LedgerTotals.model_validate(
        {
            **ledger.totals().to_json(),
            "reasons": ledger.reasons(),
            "refused_links": ledger.refused_count(),
        }
    )
