"""One source's WebSub subscription: its state, in words, and what to notify of."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from pydantic import AliasChoices, Field

from pipeline.base import Record
from pipeline.sources.durations import span
from pipeline.sources.health import EventKind

_ASKED = 2  # requests without a confirmation, after which a lapse is the hub's fault
_DOUBTS = 2  # polls that found news; one may have been just quicker than the push


Trouble = Literal["", "push_missed", "push_denied", "push_lapsed"]
"""What keeps pushes from being relied on, by the kind of its event; empty for nothing."""


class State(StrEnum):
    """The state of a subscription. ``LAPSED`` is an active one whose lease has ended."""

    PENDING = "pending"
    ACTIVE = "active"
    LAPSED = "lapsed"
    DENIED = "denied"
    UNSUBSCRIBING = "unsubscribing"


class Subscription(Record):
    """One source's subscription. Times are seconds since the epoch, 0 for never.

    Attributes:
        token: the unguessable last part of the callback; a secret, like ``secret``, and never to be
            logged.
        secret: keys the signatures; empty when the hub accepts none, so that its pushes are hints.
        hubs: what the source offers; ``hub`` is the one that is asked.
        expects: what the hub may verify until ``expects_until``; empty for nothing.
        base: where the callback was said to be.
        attempts: requests since the last confirmation.
        active_since: since when it has held without a gap.
        error: the last thing that the hub did wrong, in words; empty when that is over.
        last_new: the last push that brought something new.
        suspected: when a poll last found news that no push brought; 0 when pushes can be relied on.
        doubts: how many polls found such news since pushes could be relied on.
        polled: the start of the last poll while active.
        hinted_poll: for when the last hint made its source due.
        bad_signatures: pushes ignored for a missing, weak or wrong signature.
        next_request: when its hub is asked next.
        notified: the trouble that an event reported; empty for none.
    """

    token: str = Field(repr=False)
    source: str
    topic: str
    hub: str
    hubs: tuple[str, ...]
    secret: str = Field(repr=False)
    state: State
    expects: str = ""
    expects_until: float = 0.0
    base: str = ""
    attempts: int = 0
    active_since: float = 0.0
    lease_end: float = 0.0
    error: str = ""
    pushes: int = 0
    hints: int = 0
    bad_signatures: int = 0
    last_push: float = 0.0
    last_new: float = 0.0
    last_hint: float = 0.0
    suspected: float = 0.0
    doubts: int = 0
    polled: float = 0.0
    hinted_poll: float = 0.0
    next_request: float = 0.0
    notified: Trouble = Field(default="", validation_alias=AliasChoices("notified", "told"))

    @property
    def reliable(self) -> bool:
        """Whether pushes bring the news, so that polls are rare."""
        return (
            self.state is State.ACTIVE
            and not self.suspected
            and self.last_push >= self.active_since
        )


class PushVerdict(Record):
    """What to say of a subscription, without its secrets.

    Times are seconds since the epoch, None for never.

    Attributes:
        sentence: for a person; a clause that can follow the verdict on the source.
        reliable: whether pushes bring the news, so that polls are rare.
        signed: whether its pushes are signed; else each of them only has the source polled.
        active_since: since when it has held without a gap.
        last_new: the last push that brought something new.
        suspected: when a poll last found news that no push brought.
        bad_signatures: pushes that were ignored.
        error: the last thing that the hub did wrong.
    """

    sentence: str
    state: State
    reliable: bool
    signed: bool
    hub: str
    topic: str
    active_since: float | None
    lease_end: float | None
    last_push: float | None
    last_new: float | None
    suspected: float | None
    next_request: float | None
    pushes: int
    hints: int
    bad_signatures: int
    error: str | None


def assess_pushes(subscription: Subscription, now: float) -> PushVerdict:
    """The verdict on a subscription at a time, in seconds since the epoch."""
    return PushVerdict(
        sentence=_sentence(subscription, now),
        state=subscription.state,
        reliable=subscription.reliable,
        signed=bool(subscription.secret),
        hub=subscription.hub,
        topic=subscription.topic,
        active_since=subscription.active_since or None,
        lease_end=subscription.lease_end or None,
        last_push=subscription.last_push or None,
        last_new=subscription.last_new or None,
        suspected=subscription.suspected or None,
        next_request=subscription.next_request or None,
        pushes=subscription.pushes,
        hints=subscription.hints,
        bad_signatures=subscription.bad_signatures,
        error=subscription.error or None,
    )


def trouble_news(subscription: Subscription) -> tuple[Trouble, EventKind] | None:
    """What to notify of now, once: the trouble that is known then, and the kind of event.

    None for nothing.
    """
    trouble = _trouble(subscription)
    if trouble is None or trouble == subscription.notified:
        return None
    return trouble, trouble or "push_recovered"


def _trouble(subscription: Subscription) -> Trouble | None:
    """What is wrong now; None when that is not known yet.

    A lease that ends while Newsloom is stopped is no fault of the hub's: it must have been asked in
    vain.
    """
    match subscription.state:
        case State.DENIED:
            return "push_denied"
        case State.LAPSED if subscription.attempts >= _ASKED:
            return "push_lapsed"
        case State.ACTIVE:
            return _missed(subscription)
        case _:
            return None


def _missed(subscription: Subscription) -> Trouble | None:
    if not subscription.suspected:
        return ""
    return "push_missed" if subscription.doubts >= _DOUBTS else None


def _sentence(subscription: Subscription, now: float) -> str:  # noqa: PLR0911 - one for each
    hub, error = subscription.hub, subscription.error
    match subscription.state:
        case State.ACTIVE:
            return _active(subscription, now)
        case State.DENIED:
            return f"{error}; polled instead, {_next(subscription, now)}"
        case State.LAPSED:
            return f"{_lapsed(subscription, now)}; polled instead, {_next(subscription, now)}"
        case State.UNSUBSCRIBING:
            return f"{hub} is told that pushes are no longer wanted"
        case State.PENDING if error:
            return f"no pushes by {hub}: {error}; {_next(subscription, now)}"
        case State.PENDING if subscription.attempts:
            return f"{hub} has not verified the subscription yet; {_next(subscription, now)}"
        case State.PENDING:
            return f"{hub} will be asked for pushes"


def _active(subscription: Subscription, now: float) -> str:
    hub, why = subscription.hub, f" ({subscription.error})" if subscription.error else ""
    if subscription.suspected:
        missed = _minute(subscription.suspected)
        return f"pushes by {hub} missed news at {missed}{why}; polled as if there were none"
    if not subscription.reliable:
        return f"no push by {hub} yet{why}; polled as usual"
    last = (
        f"{span(now - subscription.last_push)} ago, lease until {_minute(subscription.lease_end)}"
    )
    if not subscription.secret or subscription.last_hint == subscription.last_push:
        return f"polled when {hub} says that there is news{why}, last {last}"
    return f"pushed by {hub}, last push {last}"


def _lapsed(subscription: Subscription, now: float) -> str:
    hub, why = subscription.hub, f" ({subscription.error})" if subscription.error else ""
    ended = f"{span(now - subscription.lease_end)} ago"
    if subscription.attempts < _ASKED:
        return f"the lease at {hub} ended {ended}"
    return f"{hub} did not renew the lease that ended {ended}{why}"


def _next(subscription: Subscription, now: float) -> str:
    wait = subscription.next_request - now
    return "asked again now" if wait <= 0 else f"asked again in {span(wait)}"


def _minute(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
