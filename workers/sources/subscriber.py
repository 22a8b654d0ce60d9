"""WebSub, the subscriber's requests.

Subscribe to what sources offer, renew leases, give up what is watched no longer.

What a poll has to do with it is ``after_poll``, what people see of it ``push_verdicts`` and the
events of ``notify_trouble``; what hubs send to the callbacks is in ``workers.sources.callbacks``.
"""

import logging
import secrets
from concurrent.futures import Future
from datetime import UTC, datetime
from http import HTTPStatus

import anyio

from config.logging import LogFields
from config.sources import Source
from config.sources_file import SourcesError
from pipeline.crawl.status import classify_status
from pipeline.discover.offers import offered
from pipeline.discover.websub import ASKED_LEASE, DeclaredHubs, HubOffer, hub_offer
from pipeline.outcome import Rejected, Retry
from pipeline.sources.subscription import (
    PushVerdict,
    State,
    Subscription,
    assess_pushes,
    trouble_news,
)
from pipeline.urls import BadUrl, normalise
from storage.redis.events import Event
from workers.fetch.records import Response
from workers.processes.heartbeat import WEB, alive
from workers.processes.isolation import OverLimit
from workers.resources import Resources

log = logging.getLogger("newsloom.websub")

CALLBACKS = "/websub/"
"""Where the callbacks are, beneath the public address."""

_TOKEN_BYTES = 24
_SECRET_BYTES = 32


def after_poll(  # noqa: PLR0913 - what a poll knows
    resources: Resources,
    source: Source,
    response: object,
    *,
    started: float,
    fresh: int,
    read: bool,
    declared: DeclaredHubs | None = None,
) -> None:
    """Take in what a poll says of WebSub.

    A hub to subscribe to, and whether pushes can be relied on.

    Call it when the due time of the next poll is set: while pushes are reliable it is put off,
    but not past the lease.

    Args:
        resources: of this process.
        source: what was polled.
        response: what the fetch brought; only a ``Response`` can offer a hub.
        started: when the poll began, in seconds since the epoch.
        fresh: how many links it found that were new or changed.
        read: whether the source answered with something that could be read, "not modified"
            included.
        declared: the hubs that the document declares, where it was parsed as a feed.
    """
    if not resources.settings.public_url or not read:
        return
    if isinstance(response, Response) and response.status == HTTPStatus.OK:
        try:
            offer = _offer_of(resources, source, response, declared)
        except OverLimit:
            offer = None
        _note_offer(resources, source, offer)
    subscriptions = resources.stores.subscriptions
    subscriptions.polled(
        source.id, started=started, fresh=fresh > 0, slow=resources.settings.pushed_poll_interval
    )
    notify_trouble(resources, subscriptions.of_source(source.id))


def subscribe_due(resources: Resources) -> list[Future[None]]:
    """Begin the requests that are due, and return without waiting.

    Does nothing where no hub could reach us, or while nobody knows what is watched. While no web
    process is alive nothing is asked: the hub's verification would find nobody, and most hubs
    verify once.
    """
    base = resources.settings.public_url
    if not base:
        return []
    registry, subscriptions = resources.registry, resources.stores.subscriptions
    try:
        sources = registry.all()
    except SourcesError:  # which the registry has logged
        return []
    enabled = [source.id for source in sources.values() if source.enabled]
    subscriptions.follow(enabled, base, keep=registry.is_unusable)
    if not alive(resources.stores.keyspace, WEB):
        return []
    due = subscriptions.claim_due(base)
    for each in due:
        notify_trouble(resources, each)
    return [resources.loop.start(_guarded(resources, each)) for each in due]


def notify_trouble(resources: Resources, subscription: Subscription | None) -> None:
    """Raise an event, once, if a subscription fell into trouble or came out of it."""
    news = trouble_news(subscription) if subscription else None
    if subscription is None or news is None:
        return
    now, (trouble, kind) = resources.clock(), news
    sentence = assess_pushes(subscription, now).sentence
    event = Event(at=now, kind=kind, source=subscription.source, sentence=sentence)
    if resources.stores.subscriptions.notify(subscription, trouble, event):
        log.warning(
            "%s: %s: %s",
            event.source,
            event.kind,
            event.sentence,
            extra=LogFields(event=event.kind, source=event.source, reason=event.sentence),
        )


def push_verdicts(resources: Resources) -> dict[str, PushVerdict]:
    """What to say of the sources' subscriptions, by source; nothing where no hub could reach us."""
    if not resources.settings.public_url:
        return {}
    now = resources.clock()
    return {
        source: assess_pushes(each, now)
        for source, each in resources.stores.subscriptions.by_source().items()
    }


def _offer_of(
    resources: Resources, source: Source, response: Response, declared: DeclaredHubs | None
) -> HubOffer | None:
    """The hub offer of a response; its document is read here only where no poll has parsed it.

    Raises:
        OverLimit: reading it went beyond a limit.
    """
    reader, header = resources.document_reader, response.headers.get("link")
    if declared is not None:
        return reader.read(
            hub_offer,
            response.final_url,
            link_header=header,
            declared=declared,
            access=source.access,
        )
    return reader.read(
        offered,
        response.final_url,
        link_header=header,
        content=response.content,
        content_type=response.headers.get("content-type", ""),
        access=source.access,
    )


def _note_offer(resources: Resources, source: Source, offer: HubOffer | None) -> None:
    if offer and resources.stores.subscriptions.offer(
        source.id,
        offer,
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        secret=secrets.token_hex(_SECRET_BYTES),
    ):
        log.info(
            "%s: pushed by %s",
            source.id,
            " or ".join(offer.hubs),
            extra=LogFields(event="hub_found", source=source.id, url=offer.hubs[0]),
        )


async def _guarded(resources: Resources, subscription: Subscription) -> None:
    try:
        await _request(resources, subscription)
    except Exception:
        log.exception(
            "%s: the request to its hub failed; it is made again",
            subscription.source,
            extra=LogFields(
                event="hub_request_failed", source=subscription.source, url=subscription.hub
            ),
        )


async def _request(resources: Resources, subscription: Subscription) -> None:
    """Ask the hub (WebSub §5.1). That it accepts means nothing yet.

    The claim has us expect its verification.
    """
    try:
        hub = normalise(subscription.hub)
        response = await resources.web.post(hub, _form(subscription), subscription.source)
    except BadUrl as bad:
        response = Rejected(reason=bad.reason, detail=str(bad))
    verdict = _verdict(response, resources.clock())
    if verdict is None:
        log.info(
            "%s: %s was asked to %s",
            subscription.source,
            subscription.hub,
            subscription.expects,
            extra=LogFields(event="hub_asked", source=subscription.source, url=subscription.hub),
        )
        return
    error = f"the hub did not take the request: {_words(verdict)}"
    log.warning(
        "%s: %s: %s",
        subscription.source,
        subscription.hub,
        error,
        extra=LogFields(
            event="hub_refused", source=subscription.source, url=subscription.hub, reason=error
        ),
    )
    await anyio.to_thread.run_sync(
        lambda: resources.stores.subscriptions.failed(
            subscription.token,
            error,
            after=verdict.after if isinstance(verdict, Retry) else None,
            counts=not isinstance(verdict, Retry) or verdict.counts,
            unsigned=isinstance(response, Response) and response.status == HTTPStatus.BAD_REQUEST,
        )
    )


def _form(subscription: Subscription) -> dict[str, str]:
    form = {
        "hub.callback": f"{subscription.base}{CALLBACKS}{subscription.token}",
        "hub.mode": subscription.expects,
        "hub.topic": subscription.topic,
    }
    if subscription.state is not State.UNSUBSCRIBING:
        form["hub.lease_seconds"] = str(int(ASKED_LEASE))
        if subscription.secret:
            form["hub.secret"] = subscription.secret
    return form


def _verdict(response: Response | Rejected | Retry, now: float) -> Rejected | Retry | None:
    """None when the hub accepted, with 202 or with another 2xx, as some do."""
    if not isinstance(response, Response):
        return response
    if HTTPStatus(200) <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return classify_status(
        response.status, response.headers.get("retry-after"), datetime.fromtimestamp(now, UTC)
    )


def _words(verdict: Rejected | Retry) -> str:
    return verdict.detail if isinstance(verdict, Rejected) else verdict.error
