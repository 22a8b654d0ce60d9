"""Tells the notifiers of others which articles can be searched now.

The index stage notes the articles after their durable write and before their URLs end, so a crash
between the two notes them again: a notifier is told of each at least once. It is told by a task of
its own, so that a slow one holds up no batch.
"""

from collections.abc import Sequence
from typing import Protocol

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.documents import fetched
from storage.index import IndexIncompatible, IndexUnavailable, Stale, Stored, Verdict
from workers.plugins.limits import RAISED_BY_PLUGINS, FailureLog, time_limit
from workers.plugins.loading import Plugin
from workers.resources import Resources

CALL_SECONDS = 10.0
"""What a notifier may take for one batch."""

MOST_AT_ONCE = 100
_BATCHES_AT_ONCE = 3
"""So that a task ends well within its time limit."""

_REST_SECONDS = 30.0
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


def tell(resources: Resources) -> None:
    """Tell every notifier what waits for it. One that is being told, or rests, is passed over."""
    for plugin in resources.notifiers:
        if resources.stores.notifications.claim(plugin.name, _CLAIM_SECONDS):
            _tell(resources, plugin)


def _tell(resources: Resources, plugin: Plugin) -> None:
    notifications = resources.stores.notifications
    for _ in range(_BATCHES_AT_ONCE):
        waiting = notifications.waiting(plugin.name, MOST_AT_ONCE)
        if not waiting:
            break
        try:
            articles = _articles(resources, waiting)
            with time_limit(CALL_SECONDS):
                plugin.call(articles)
        except (IndexUnavailable, IndexIncompatible):
            break  # the index stage says so; what waits is told later
        except RAISED_BY_PLUGINS as error:
            _failures.failed(plugin.name, error, "it is told again later")
            notifications.claim_again(plugin.name, _REST_SECONDS)
            return
        _failures.worked(plugin.name)
        notifications.drop(plugin.name, waiting)
    notifications.release(plugin.name)


def _articles(resources: Resources, waiting: Sequence[str]) -> list[EnrichedArticle]:
    """What the index has of them now, each once; what was deleted meanwhile is left out."""
    ids = dict.fromkeys(UrlId(reference.partition(":")[2]) for reference in waiting)
    found = [resources.index.get(each) for each in ids]
    return [article for article in found if article is not None]


def _reference(article: EnrichedArticle) -> str:
    """One for each version that was fetched: telling of one must not drop the note of a later."""
    return f"{fetched(article)}:{article.id}"
