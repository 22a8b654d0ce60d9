"""Runs the enrichers of others on the articles of a batch."""

import time
from collections.abc import Callable, Sequence

from pipeline.enrich.plugins import with_values
from pipeline.records import EnrichedArticle
from workers.plugins.limits import RAISED_BY_PLUGINS, FailureLog, PluginTimeoutError, time_limit
from workers.plugins.loading import Plugin

ARTICLE_SECONDS = 2.0
"""What one enricher may take for one article."""

BATCH_SECONDS = 10.0
"""What all enrichers may take for a batch, well under the time of its task."""

REST_SECONDS = 60.0
"""How long an enricher is not asked after it took too long."""


class Enrichers:
    """The enrichers of this process."""

    def __init__(
        self, plugins: Sequence[Plugin], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._plugins = plugins
        self._clock = clock
        self._failures = FailureLog()
        self._resting: dict[str, float] = {}

    def for_batch(self) -> Callable[[EnrichedArticle], EnrichedArticle]:
        """What adds their values to each article of one batch; it raises nothing."""
        until = self._clock() + BATCH_SECONDS

        def extend(article: EnrichedArticle) -> EnrichedArticle:
            for plugin in self._plugins:
                article = self._ask(plugin, article, until)
            return article

        return extend

    def _ask(self, plugin: Plugin, article: EnrichedArticle, until: float) -> EnrichedArticle:
        now = self._clock()
        if now >= until or now < self._resting.get(plugin.name, now):
            return article
        try:
            with time_limit(min(ARTICLE_SECONDS, until - now)):
                extended = with_values(article, plugin.name, plugin.call(article))
        except RAISED_BY_PLUGINS as error:
            if isinstance(error, PluginTimeoutError):
                self._resting[plugin.name] = self._clock() + REST_SECONDS
            self._failures.failed(plugin.name, error, "the article goes on without its values")
            return article
        return extended
