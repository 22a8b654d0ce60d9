"""Entries for the ledger archive."""

from pipeline.outcome import OUTCOME, Indexed, Reason, Rejected, Terminal
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.ledger_archive.archive import ArchivedEntry

ENDED_AT = 1_796_000_000.0
GONE = Rejected(reason=Reason.GONE, detail="the page was removed (410)")


def id_of(name: str) -> UrlId:
    return url_id(f"https://a.example/{name}")


def archived(
    name: str, ending: int, *, outcome: Terminal | None = None, ended_at: float = ENDED_AT
) -> ArchivedEntry:
    """An entry of ``https://a.example/NAME``, indexed unless an outcome is given."""
    key = id_of(name)
    ended = outcome or Indexed(article=key)
    link = Link(url=Url(f"https://a.example/{name}"), source="press", found_by=FoundBy.FEED)
    fields = {
        "host": "a.example",
        "link": link.model_dump_json(exclude_none=True),
        "found_at": str(ended_at - 60),
        "changed_at": "0",
        "state": ended.kind,
        "attempts": "1",
        "deaths": "0",
        "visits": "1",
        "outcome": OUTCOME.dump_json(ended).decode(),
        "ended_at": str(ended_at),
    }
    reason = ended.reason.value if isinstance(ended, Rejected) else None
    events = ('{"event":"accepted"}', f'{{"event":"{ended.kind}","at":{ended_at}}}')
    return ArchivedEntry(key, ending, ended.kind, reason, ended_at, fields, events)
