"""WebSub subscriptions: who pushes what to which callback, until when, and how reliably."""

import json
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Literal

from pipeline.discover.websub import HubOffer, renewal_after
from pipeline.sources.subscription import State, Subscription, Trouble
from storage.redis.connection import Clock, Keyspace
from storage.redis.events import MOST_KEPT, Event
from storage.redis.keys import Key

FIRST_WAIT = 300.0
"""Seconds until a request that brought nothing is made again.

Doubled each time, and sooner when a lease is ending.
"""

LONGEST_WAIT = 6 * 3600.0
VERIFICATION_WINDOW = 3600.0
"""Seconds after a request within which its hub may verify our intent (WebSub §5.3)."""

DENIED_WAIT = 86_400.0
HINT_GAP = 30.0
"""Seconds at least between two polls of a source that hints ask for."""

_LEAVING_ATTEMPTS = 5

Mode = Literal["subscribe", "unsubscribe"]


class Calendar(StrEnum):
    """What the assessment of a poll does to the source's next one."""

    UNCHANGED = "unchanged"
    LATER = "later"
    SOONER = "sooner"


class Subscriptions:
    """The subscriptions, by token and by source. What changes together changes in one script."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def offer(self, source: str, offer: HubOffer, *, token: str, secret: str) -> bool:
        """Subscribe a source to what it offers, unless it is.

        An offer that changed replaces the one before.

        Args:
            source: its id.
            offer: the hubs and the topic.
            token: at least 128 random bits, for a new callback.
            secret: the key of a new subscription's signatures, under 200 bytes (WebSub §5.1).
        """
        return bool(
            self._keys.run(
                "subscriptions/offer",
                now=self._clock(),
                source=source,
                topic=offer.topic,
                hubs=json.dumps(offer.hubs),
                hub=offer.hubs[0],
                token=token,
                secret=secret,
            )
        )

    def follow(
        self, sources: Iterable[str], base: str, *, keep: Callable[[str], bool] = lambda _: False
    ) -> None:
        """Give up what is not among these sources.

        All are renewed at once when the callbacks have moved to ``base``.

        Args:
            sources: the ids of those that are watched.
            base: the address of the callbacks.
            keep: whether the subscription of another source stays as it is.
        """
        names = self._keys.key(Key.SUBSCRIPTIONS)
        others = set(self._keys.client.hkeys(names)) - set(sources)
        gone = sorted(source for source in others if not keep(source))
        if gone:
            self._keys.run("subscriptions/leave", now=self._clock(), sources=gone)
        key = self._keys.key(Key.SUBSCRIPTIONS_BASE)
        if self._keys.client.get(key) != base:
            if due := dict.fromkeys(self._keys.client.hvals(names), self._clock()):
                self._keys.client.zadd(self._keys.key(Key.SUBSCRIPTIONS_DUE), due, xx=True)
            self._keys.client.set(key, base)

    def claim_due(self, base: str, *, most: int = 16) -> list[Subscription]:
        """Those that have a request to make.

        Each goes to one caller, and is due again should nothing come of it.
        """
        tokens: list[str] = self._keys.run(
            "subscriptions/claim",
            now=self._clock(),
            most=most,
            first_wait=FIRST_WAIT,
            longest_wait=LONGEST_WAIT,
            window=VERIFICATION_WINDOW,
            base=base,
            most_attempts=_LEAVING_ATTEMPTS,
        )
        return [found for token in tokens if (found := self.get(token))]

    def failed(
        self,
        token: str,
        error: str,
        *,
        after: float | None = None,
        counts: bool = True,
        unsigned: bool = False,
    ) -> None:
        """Note why a request did not come through.

        Args:
            token: the subscription's.
            error: in words.
            after: seconds to wait; None leaves it at the usual wait.
            counts: False when no slot at the hub came free.
            unsigned: the next request goes without a secret, if there was never a subscription with
                one.
        """
        self._keys.run(
            "subscriptions/failed",
            token=token,
            now=self._clock(),
            error=error,
            wait=after,
            counts=counts,
            unsigned=unsigned,
        )

    def confirm(self, token: str, mode: Mode, topic: str, *, lease: float) -> bool:
        """Whether a hub's verification is of a request of ours.

        If so, it holds for ``lease`` seconds, or is gone.
        """
        return bool(
            self._keys.run(
                "subscriptions/confirm",
                token=token,
                mode=mode,
                topic=topic,
                now=self._clock(),
                lease=lease,
                renewal=renewal_after(lease),
            )
        )

    def deny(self, token: str, topic: str, error: str) -> bool:
        """Note that the hub denies it; False when there is no such subscription."""
        return bool(
            self._keys.run(
                "subscriptions/deny",
                token=token,
                topic=topic,
                now=self._clock(),
                error=error,
                wait=DENIED_WAIT,
            )
        )

    def pushed(self, token: str, *, fresh: bool) -> None:
        """Count a push whose content was taken."""
        self._count_push(token, "push", fresh=fresh)

    def hinted(self, token: str, error: str = "") -> None:
        """Count a push that only says that there is news, and make its source due.

        ``error``: what is wrong with it.
        """
        self._count_push(token, "hint", gap=HINT_GAP, error=error or None)

    def ignored(self, token: str, error: str) -> None:
        """Count a push that was not signed as it must be."""
        self._count_push(token, "bad", error=error or None)

    def _count_push(self, token: str, kind: str, **fields: object) -> None:
        self._keys.run("subscriptions/push", token=token, now=self._clock(), kind=kind, **fields)

    def polled(self, source: str, *, started: float, fresh: bool, slow: float) -> Calendar:
        """Assess the pushes by a poll that could read its source.

        To be called when the source's next poll is on the calendar.

        Args:
            source: its id.
            started: when the poll began; a hint since then brings the next one forward.
            fresh: whether it found news.
            slow: seconds from its start to the next poll while pushes are reliable; the lease's end
                comes first.
        """
        return Calendar(
            self._keys.run(
                "subscriptions/polled",
                source=source,
                started=started,
                now=self._clock(),
                fresh=fresh,
                slow=slow,
            )
        )

    def notify(self, subscription: Subscription, trouble: Trouble, event: Event) -> bool:
        """Append an event to the stream, and keep which trouble was notified.

        False when another process did so since this subscription was read, or it is gone: of many
        processes that notice, one notifies.
        """
        fields = [str(part) for pair in event.model_dump(mode="json").items() for part in pair]
        return bool(
            self._keys.run(
                "subscriptions/notify",
                token=subscription.token,
                before=subscription.notified,
                trouble=trouble,
                most=MOST_KEPT,
                event=fields,
            )
        )

    def receives(self, subscription: Subscription) -> bool:
        """Whether pushes are taken: it is active and its lease has not ended."""
        return subscription.state is State.ACTIVE and subscription.lease_end > self._clock()

    def get(self, token: str) -> Subscription | None:
        """One by its token."""
        return self._read([token])[0]

    def of_source(self, source: str) -> Subscription | None:
        """The one of a source."""
        token = self._keys.client.hget(self._keys.key(Key.SUBSCRIPTIONS), source)
        return self.get(token) if token else None

    def by_source(self) -> dict[str, Subscription]:
        """Those of all sources, without those that are being given up."""
        tokens: list[str] = self._keys.client.hvals(self._keys.key(Key.SUBSCRIPTIONS))
        return {found.source: found for found in self._read(tokens) if found}

    def all(self) -> list[Subscription]:
        """Every one, by source; also those that are being given up."""
        tokens: list[str] = self._keys.client.zrange(self._keys.key(Key.SUBSCRIPTIONS_DUE), 0, -1)
        return sorted(
            (each for each in self._read(tokens) if each),
            key=lambda each: (each.source, each.state),
        )

    def _read(self, tokens: list[str]) -> list[Subscription | None]:
        pipe = self._keys.client.pipeline(transaction=False)
        for token in tokens:
            pipe.hgetall(self._keys.key(Key.SUBSCRIPTION, token))
            pipe.zscore(self._keys.key(Key.SUBSCRIPTIONS_DUE), token)
        answers = pipe.execute()
        return [
            self._parsed(*each) for each in zip(tokens, answers[::2], answers[1::2], strict=True)
        ]

    def _parsed(self, token: str, values: dict[str, str], due: float | None) -> Subscription | None:
        if not values:
            return None
        hubs = json.loads(values["hubs"])
        found = Subscription.model_validate(
            {**values, "hubs": hubs, "token": token, "next_request": due or 0.0}
        )
        if found.state is State.ACTIVE and found.lease_end <= self._clock():
            return found.model_copy(update={"state": State.LAPSED})
        return found
