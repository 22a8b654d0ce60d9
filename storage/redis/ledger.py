"""The ledger: what became of every URL, and totals that add up."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import OUTCOME, Indexed, Retry, Terminal
from pipeline.records import Link
from pipeline.text.cleaning import storable
from pipeline.urls import UrlId
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

TERMINAL = ("indexed", "duplicate", "rejected", "dead")
IN_FLIGHT = ("queued", "leased")

MOST_REFUSED = 100
"""Of refused links that come together, so many are kept and logged singly."""

_TOGETHER = 1_000  # links in one command to Redis
_MOST_OF_URL = 500  # of what is no URL, ``RefusedEntry`` has no more


@dataclass(frozen=True, slots=True)
class Totals:
    """Distinct URLs by state.

    ``accepted`` is counted on its own, so that ``balanced`` is a check and no tautology.
    """

    accepted: int
    indexed: int
    duplicate: int
    rejected: int
    dead: int
    queued: int
    leased: int

    @property
    def in_flight(self) -> int:
        """Accepted and not yet ended."""
        return self.queued + self.leased

    @property
    def balanced(self) -> bool:
        """Whether accepted = indexed + duplicate + rejected + dead + in flight."""
        return (
            self.accepted
            == self.indexed + self.duplicate + self.rejected + self.dead + self.in_flight
        )

    def to_json(self) -> dict[str, int | bool]:
        """All figures by name."""
        return {**asdict(self), "in_flight": self.in_flight, "balanced": self.balanced}


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


@dataclass(frozen=True, slots=True)
class RefusedLinks:
    """What was new of refused links.

    The ``kept`` ones, and whether there were ``more`` that are only counted.
    """

    kept: Sequence[RefusedEntry]
    more: bool


def _entry(url_id: UrlId, fields: Mapping[str, str]) -> Entry | None:
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


def _text_id(url: str) -> str:
    """Of a link that is no URL, by what ``RefusedEntry`` has of it."""
    text = storable(url.strip()[:_MOST_OF_URL])
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _refused_id(entry: RefusedEntry, source: str) -> str:
    return _text_id(entry.url or f"an entry of {source}")


class Ledger:
    """Reads the states that the frontier's scripts write."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def totals(self) -> Totals:
        """The running totals, read at one moment."""
        counts: dict[str, str] = self._keys.client.hgetall(self._keys.key(Key.TOTALS))
        return Totals(**{name: int(counts.get(name, 0)) for name in Totals.__slots__})

    def audit(self) -> Totals:
        """Totals counted from the entries themselves.

        It reads every entry: for checks, not for every second.

        Entries that aged out are missing from it.
        """
        states = Counter(state for _, state in self._states())
        return Totals(
            accepted=states.total(), **{name: states[name] for name in (*TERMINAL, *IN_FLIGHT)}
        )

    def entry(self, url_id: UrlId) -> Entry | None:
        """The entry of a URL id."""
        return self.entries([url_id])[0]

    def entries(self, url_ids: Sequence[UrlId]) -> list[Entry | None]:
        """The entries of URL ids, in one round trip; None where there is none."""
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id in url_ids:
            pipe.hgetall(self._keys.key(Key.URL, url_id))
        return [
            _entry(url_id, fields) for url_id, fields in zip(url_ids, pipe.execute(), strict=True)
        ]

    def pages(self, size: int = 500) -> Iterator[list[Entry]]:
        """All entries, about so many at a time. What changes meanwhile may come twice."""
        start, cursor = len(self._keys.key(Key.URL, "")), 0
        while True:
            cursor, keys = self._keys.client.scan(
                cursor, match=self._keys.pattern(Key.URL), count=size
            )
            ids = [UrlId(key[start:]) for key in keys]
            yield [entry for entry in self.entries(ids) if entry]
            if cursor == 0:
                return

    def states(self, url_ids: Sequence[UrlId]) -> list[str | None]:
        """The states of URL ids, in one round trip; None where there is no entry."""
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id in url_ids:
            pipe.hget(self._keys.key(Key.URL, url_id), "state")
        return list(pipe.execute())

    def trace(self, url_id: UrlId) -> list[dict[str, Any]]:
        """What happened to a URL id, oldest first.

        ``at`` in seconds, ``event``, and what the event carries.
        """
        events = [
            json.loads(line)
            for line in self._keys.client.lrange(self._keys.key(Key.TRACE, url_id), 0, -1)
        ]
        for event in events:
            for name in ("link", "outcome"):
                if isinstance(event.get(name), str):
                    event[name] = json.loads(event[name])
        batch = self._keys.client.hget(self._keys.key(Key.URL, url_id), "batch")
        if batch:
            stages = self._keys.client.hgetall(self._keys.key(Key.BATCH, batch))
            for flag in ("at_work", "poisoned", "waited"):
                stages.pop(flag, None)
            events.append(
                {
                    "event": "in flight",
                    "batch": batch,
                    "stages": {k: float(v) for k, v in stages.items()},
                }
            )
        return events

    def dead(self, *, most: int = 100) -> list[Entry]:
        """The dead letters, newest first."""
        ids = self._keys.client.zrevrange(self._keys.key(Key.DEAD), 0, most - 1)
        return [entry for entry in map(self.entry, ids) if entry]

    def drop_dead(self, url_id: UrlId, *, remember: float) -> bool:
        """Take a URL off the dead letters.

        Its entry stays dead and ages out after ``remember`` seconds.
        """
        return bool(self._keys.run("frontier/drop_dead", id=url_id, remember=int(remember)))

    def refuse(
        self, entries: Sequence[RefusedEntry], *, source: str, seconds: float
    ) -> RefusedLinks:
        """Remember links that could not even be accepted (no fetchable URL).

        Each counts once, but only the first ``MOST_REFUSED`` are kept, for ``seconds``: a document
        may have thousands.
        """
        ids = [_refused_id(entry, source) for entry in entries]
        kept = entries[:MOST_REFUSED]
        pipe = self._keys.client.pipeline(transaction=False)
        for entry, text_id in zip(kept, ids, strict=False):
            note = json.dumps({"url": entry.url, "source": source, "why": entry.detail})
            pipe.set(self._keys.key(Key.REFUSED, text_id), note, nx=True, ex=int(seconds))
        for start in (0, *range(MOST_REFUSED, len(ids), _TOGETHER)):
            end = start + _TOGETHER if start else MOST_REFUSED
            pipe.pfadd(self._keys.key(Key.REFUSED_LINKS), *ids[start:end])
        answers = pipe.execute()
        return RefusedLinks(
            kept=[entry for entry, fresh in zip(kept, answers, strict=False) if fresh],
            more=any(answers[len(kept) + 1 :]),
        )

    def refusal(self, url: str) -> str | None:
        """Why a link was refused, and from which source, if it was."""
        note = self._keys.client.get(self._keys.key(Key.REFUSED, _text_id(url)))
        if note is None:
            return None
        known = json.loads(note)
        return f"{known['why']} (announced by {known['source']})"

    def refused_count(self) -> int:
        """How many different links were refused so far, to about 1 % (HyperLogLog)."""
        return int(self._keys.client.pfcount(self._keys.key(Key.REFUSED_LINKS)))

    def reasons(self) -> dict[str, int]:
        """How many URLs are rejected by reason, the most frequent first.

        What a release before this one rejected, which did not count it, is under ``earlier``.
        """
        counts = self._keys.client.hgetall(self._keys.key(Key.REASONS))
        found = {reason: int(count) for reason, count in counts.items() if int(count) > 0}
        earlier = self.totals().rejected - sum(found.values())
        if earlier > 0:
            found["earlier"] = earlier
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def _states(self) -> list[tuple[str, str]]:
        # SCAN may repeat.
        keys = list(set(self._keys.client.scan_iter(match=self._keys.pattern(Key.URL), count=1000)))
        pipe = self._keys.client.pipeline(transaction=False)
        for key in keys:
            pipe.hget(key, "state")
        start = len(self._keys.key(Key.URL, ""))
        return [
            (key[start:], state) for key, state in zip(keys, pipe.execute(), strict=True) if state
        ]
