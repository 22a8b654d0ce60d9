"""A URL's line in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.outcome import OUTCOME, Indexed, Retry, Terminal
from pipeline.records import Link
from pipeline.urls import UrlId


@dataclass(frozen=True, slots=True)
class Entry:
    """One URL's line in the ledger. Times are seconds since the epoch.

    ``prior_outcome`` is that of the visit before, of a URL that is visited again.
    """

    url_id: UrlId
    link: Link
    state: str
    attempts: int
    crashes: int
    visits: int
    found_at: float
    ended_at: float | None
    outcome: Terminal | Retry | None
    batch: str | None
    prior_outcome: Terminal | Retry | None = None

    @property
    def article(self) -> str | None:
        """The article that this visit or the one before it has made searchable."""
        for outcome in (self.outcome, self.prior_outcome):
            if isinstance(outcome, Indexed):
                return outcome.article
        return None


def entry_of(url_id: UrlId, fields: Mapping[str, str]) -> Entry | None:
    """The entry from the fields of its hash (``Key.URL``); None without any."""
    if "link" not in fields:
        return None
    outcome, prior = fields.get("outcome"), fields.get("prior_outcome")
    ended = fields.get("ended_at")
    return Entry(
        url_id=url_id,
        link=Link.model_validate_json(fields["link"]),
        state=fields["state"],
        attempts=int(fields["attempts"]),
        crashes=int(fields["deaths"]),
        visits=int(fields["visits"]),
        found_at=float(fields["found_at"]),
        ended_at=float(ended) if ended else None,
        outcome=OUTCOME.validate_json(outcome) if outcome else None,
        batch=fields.get("batch"),
        prior_outcome=OUTCOME.validate_json(prior) if prior else None,
    )
