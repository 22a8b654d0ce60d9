"""Tells the notifiers of others which articles can be searched now.

The index stage notes the articles after their durable write and before their URLs end, so a crash
between the two notes them again: a notifier is told of each at least once. Each is told by tasks
of its own, of one batch each, so that a slow one holds up neither the others nor the pages.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.documents import fetched
from storage.index import IndexIncompatible, IndexUnavailable, Stale, Stored, Verdict
from workers.plugins.limits import RAISED_BY_PLUGINS, FailureLog, time_limit
from workers.plugins.loading import Plugin
from workers.resources import INDEX_REST_SECONDS, Resources

CALL_SECONDS = 10.0
"""What a notifier may take for one batch."""

MOST_AT_ONCE = 100
_REST_SECONDS = 30.0
"""After a failure."""

_SLOW_SECONDS = 1.0
"""A notifier that takes longer rests as long as it took, so that pages get their turn."""

_CLAIM_SECONDS = 60.0

_failures = FailureLog()


class Notifier(Protocol):
    """Is told of articles that were just made searchable, new ones and new versions."""

    def __call__(self, articles: Sequence[EnrichedArticle], /) -> object:
        """Take note of a batch. It comes again, whole, when this raises or takes too long.

        An article may come again at any time: ``id`` and ``version`` tell.
        """


def note(
    resources: Resources, articles: Sequence[EnrichedArticle], written: Sequence[Verdict]
) -> None:
    """Remember for each notifier what is in the index now."""
    there = [
        _reference(article)
        for article, verdict in zip(articles, written, strict=True)
        if isinstance(verdict, Stored | Stale)
    ]
    if there:
        for name in resources.notifier_names:
            resources.stores.notifications.add(name, there)


def tell(resources: Resources, name: str) -> bool:
    """Tell a notifier of one batch of what waits for it.

    One that is being told, or rests, is passed over.

    Returns:
        Whether more waits, of which it can be told now.
    """
    notifications = resources.stores.notifications
    plugin = next((each for each in resources.notifiers if each.name == name), None)
    if plugin is None or not notifications.claim(name, _CLAIM_SECONDS):
        return False
    waiting = notifications.waiting(name, MOST_AT_ONCE)
    rest_seconds = _tell(resources, plugin, waiting) if waiting else 0.0
    if rest_seconds:
        notifications.claim_again(name, rest_seconds)
        return False
    notifications.release(name)
    return bool(notifications.waiting(name, 1))


def _tell(resources: Resources, plugin: Plugin, waiting: Sequence[str]) -> float:
    """Tell it of these; how many seconds it rests then."""
    began = time.monotonic()
    try:
        articles = _articles(resources, waiting)
        with time_limit(CALL_SECONDS):
            plugin.call(articles)
    except (IndexUnavailable, IndexIncompatible):
        return INDEX_REST_SECONDS  # the index stage says so
    except RAISED_BY_PLUGINS as error:
        _failures.failed(plugin.name, error, "it is told again later")
        return _REST_SECONDS
    _failures.worked(plugin.name)
    resources.stores.notifications.drop(plugin.name, waiting)
    took = time.monotonic() - began
    return took if took > _SLOW_SECONDS else 0.0


def _articles(resources: Resources, waiting: Sequence[str]) -> list[EnrichedArticle]:
    """What the index has of them now, each once; what was deleted meanwhile is left out."""
    ids = dict.fromkeys(UrlId(reference.partition(":")[2]) for reference in waiting)
    found = [resources.index.get(each) for each in ids]
    return [article for article in found if article is not None]


def _reference(article: EnrichedArticle) -> str:
    """One for each version that was fetched: telling of one must not drop the note of a later."""
    return f"{fetched(article)}:{article.id}"
