"""WebSub, what hubs send to the callbacks.

Verifications of our intent, denials, and the content itself.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from config.logging import LogFields
from config.sources import Source
from pipeline.discover.checked import checked_feed
from pipeline.discover.feeds import Feed, NotAFeed
from pipeline.discover.websub import Signature, granted_lease, verify_signature
from pipeline.priority import Announcement
from pipeline.sources.pushes import pushed
from pipeline.sources.subscription import State, Subscription
from workers.processes.isolation import OverLimit
from workers.resources import Resources
from workers.sources.enqueue import enqueue
from workers.sources.subscriber import notify_trouble

log = logging.getLogger("newsloom.websub")

_LONGEST_REASON = 200
_WEAK = "the hub signs with SHA-1, which is too weak for its pushes to be read"
_NOT_VALID = {
    Signature.MISSING: "a push came without a signature",
    Signature.WRONG: "a push came with a wrong signature",
}


class Standing(StrEnum):
    """Whether a callback takes pushes."""

    CURRENT = "current"
    UNKNOWN = "unknown"
    OVER = "over"


class Receipt(StrEnum):
    """What became of a push."""

    FRESH = "fresh"
    KNOWN = "known"
    HINT = "hint"
    IGNORED = "ignored"


def confirm_intent(resources: Resources, token: str, asked: Mapping[str, str]) -> str | None:
    """Answers a hub's verification of intent (WebSub §5.3).

    The challenge to echo, or None to refuse.

    Args:
        resources: of this process.
        token: of the callback.
        asked: the query's parameters; those that are not known are ignored.
    """
    mode, topic = asked.get("hub.mode", ""), asked.get("hub.topic", "")
    challenge, lease = asked.get("hub.challenge"), granted_lease(asked.get("hub.lease_seconds"))
    subscriptions = resources.stores.subscriptions
    before = subscriptions.get(token)
    if before is None or not challenge:
        return None
    if mode == "subscribe" and lease:
        confirmed = subscriptions.confirm(token, "subscribe", topic, lease=lease)
    elif mode == "unsubscribe":
        confirmed = subscriptions.confirm(token, "unsubscribe", topic, lease=0.0)
    else:
        confirmed = False
    if not confirmed:
        log.warning(
            "%s: a verification that nobody asked for was refused",
            before.source,
            extra=LogFields(event="verification_refused", source=before.source),
        )
        return None
    log.info(
        "%s: %s confirmed to %s, for %d s",
        before.source,
        before.hub,
        mode,
        lease or 0,
        extra=LogFields(event=f"{mode}d", source=before.source, url=before.hub, seconds=lease),
    )
    notify_trouble(resources, subscriptions.get(token))
    return challenge


def note_denial(resources: Resources, token: str, asked: Mapping[str, str]) -> bool:
    """Takes a hub's denial of a subscription (WebSub §5.2).

    False when there is no such subscription.
    """
    subscriptions = resources.stores.subscriptions
    before = subscriptions.get(token)
    if before is None:
        return False
    reason = " ".join(asked.get("hub.reason", "").split())[:_LONGEST_REASON]
    error = f"the hub denied the subscription{f': {reason}' if reason else ''}"
    if not subscriptions.deny(token, asked.get("hub.topic", ""), error):
        return False
    log.warning(
        "%s: %s: %s",
        before.source,
        before.hub,
        error,
        extra=LogFields(
            event="subscription_denied", source=before.source, url=before.hub, reason=error
        ),
    )
    notify_trouble(resources, subscriptions.get(token))
    return True


def standing(resources: Resources, token: str) -> tuple[Standing, Subscription | None]:
    """Whether a push to this callback is worth reading.

    Raises:
        SourcesError: nobody knows whether its source is watched; hubs should come again.
    """
    subscription = resources.stores.subscriptions.get(token)
    if subscription is None or subscription.state is State.PENDING:
        return Standing.UNKNOWN, None
    if (
        not resources.stores.subscriptions.receives(subscription)
        or _source(resources, subscription) is None
    ):
        return Standing.OVER, None
    return Standing.CURRENT, subscription


def receive(
    resources: Resources,
    subscription: Subscription,
    signature: str | None,
    body: bytes,
    content_type: str,
) -> Receipt:
    """Takes a push (WebSub §7): its links are in the frontier when this returns.

    Only what is signed with our secret is read. Where the hub accepts no secret or signs weakly, a
    push is a hint to poll now, and so is one that holds no feed. A push that comes again changes
    nothing. Raises as ``standing`` does.
    """
    subscriptions, source = resources.stores.subscriptions, _source(resources, subscription)
    if not subscription.secret or source is None:
        subscriptions.hinted(subscription.token)
        return Receipt.HINT
    verdict = verify_signature(signature, body, subscription.secret)
    if verdict is Signature.WEAK:
        subscriptions.hinted(subscription.token, _WEAK)
        return Receipt.HINT
    if verdict is not Signature.VALID:
        subscriptions.ignored(subscription.token, _NOT_VALID[verdict])
        log.warning(
            "%s: %s; it was ignored",
            source.id,
            _NOT_VALID[verdict],
            extra=LogFields(event="push_ignored", source=source.id, reason=_NOT_VALID[verdict]),
        )
        return Receipt.IGNORED
    feed = _read(resources, subscription, body, content_type)
    if feed is None:
        subscriptions.hinted(subscription.token)
        return Receipt.HINT
    taken = enqueue(resources, source.id, feed.links, feed.refused, announcement=Announcement.PUSH)
    if taken.fresh:
        resources.stores.sources.pushed(source.id, pushed(taken.accepted, resources.clock()))
    subscriptions.pushed(subscription.token, fresh=taken.fresh > 0)
    return Receipt.FRESH if taken.fresh else Receipt.KNOWN


def _source(resources: Resources, subscription: Subscription) -> Source | None:
    source = resources.registry.get(subscription.source)
    return source if source and source.enabled else None


def _read(
    resources: Resources, subscription: Subscription, body: bytes, content_type: str
) -> Feed | None:
    """The feed in a push, or None when it holds no entry that could be taken."""
    try:
        feed = resources.document_reader.read(
            checked_feed,
            body,
            url=subscription.topic,
            source=subscription.source,
            now=datetime.fromtimestamp(resources.clock(), UTC),
            content_type=content_type,
            max_entries=resources.settings.max_entries,
        )
    except (NotAFeed, OverLimit):
        return None
    return feed if feed.links or feed.refused else None
